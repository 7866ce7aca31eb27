import { defineConfig } from 'vitest/config'

// Processes, not threads: the engine's own workers and shared memory stay apart between test files, and a worker that
// would keep the process alive shows.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    watch: false,
    dangerouslyIgnoreUnhandledErrors: false,
  },
})
