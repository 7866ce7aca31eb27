import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const bench = (...args: string[]) =>
  spawnSync(process.execPath, ['bench/main.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, BENCH_NO_RECORD: '1' },
  })

test('--json: the last line tells rows, machine and what is absent', () => {
  const { status, stdout } = bench(
    '--workloads',
    'W2',
    '--systems',
    'inkling',
    '--rounds',
    '1',
    '--turn',
    '1',
    '--json',
  )
  expect(status).toBe(0)
  const { rows, machine, absent } = JSON.parse(stdout.trim().split('\n').pop() as string)
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) {
    expect(row).toMatchObject({ workload: 'W2', system: 'inkling', ratioToPyTorch: null })
    expect(['wide', 'narrow']).toContain(row.variant)
    for (const figure of ['threads', 'trainMs', 'forwardMs', 'gflops', 'shareOfPeak'])
      expect(row[figure]).toBeGreaterThan(0)
  }
  expect(machine).toMatchObject({ cpu: expect.any(String), cores: expect.any(Number), node: process.version })
  expect(machine.fmaPeak.narrow).toBeGreaterThan(0)
  expect(Array.isArray(absent)).toBe(true)
})

test('wrong usage exits 2 with at most two lines', () => {
  const { status, stderr } = bench('--workloads', 'W0')
  expect(status).toBe(2)
  expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
})
