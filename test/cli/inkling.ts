import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a call of the command line answered. */
export interface Answer extends SpawnSyncReturns<string> {
  /** The object that `--json` printed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  object(): any
}

/** Calls the command line as a user does, on the Node that runs the tests. */
export function inkling(args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): Answer {
  const result = spawnSync(process.execPath, [`${root}bin/inkling.mjs`, ...args], {
    encoding: 'utf8',
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    maxBuffer: 1 << 26,
  })
  return {
    ...result,
    object() {
      const lines = result.stdout.trim().split('\n')
      if (lines.length !== 1 || lines[0] === '')
        throw new Error(
          `expected one line on stdout, got "${result.stdout}" (exit code ${result.status}, ${result.signal}): ${result.stderr}`,
        )
      return JSON.parse(lines[0])
    },
  }
}

/** The environment without real data: an empty cache and no INKLING_DATA. */
export function withoutData(folder: string): NodeJS.ProcessEnv {
  return { INKLING_DATA: '', XDG_CACHE_HOME: folder, LOCALAPPDATA: folder, HOME: folder }
}
