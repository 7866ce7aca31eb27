import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseOptions } from '../../bench/options.ts'
import { recordPath, withTable } from '../../bench/record.ts'
import { addRatios, type Row } from '../../bench/rows.ts'
import { blasFault } from '../../bench/systems/pytorch.ts'

const row = (system: string, trainMs: number | null, forwardMs: number | null): Row => ({
  ...{ workload: 'W1', system, variant: null, threads: 2, trainMs, forwardMs, gflops: 1, shareOfPeak: null },
  ...{ ratioToPyTorch: null, forwardRatioToPyTorch: null, ratios: {} },
  ...{ trainSpread: null, forwardSpread: null, rounds: 3 },
})

test("ratios are the other's time by one's own: of the training step, else of the forward pass", () => {
  const rows = [row('inkling', 10, 4), row('pytorch', 30, 6), row('onnxruntime-web', null, 8)]
  addRatios(rows)
  expect(rows[0]).toMatchObject({ ratioToPyTorch: 3, forwardRatioToPyTorch: 1.5 })
  expect(rows[0].ratios).toEqual({ pytorch: 3, 'onnxruntime-web': 2 })
  expect(rows[1].ratioToPyTorch).toBe(1)
  expect(rows[2]).toMatchObject({ ratioToPyTorch: 0.75, ratios: { inkling: 0.5, pytorch: 0.75 } })
})

test('without PyTorch there is no ratio to it', () => {
  const rows = [row('inkling', 10, 4)]
  addRatios(rows)
  expect(rows[0]).toMatchObject({ ratioToPyTorch: null, forwardRatioToPyTorch: null, ratios: {} })
})

test('the reference BLAS is refused, by name or by speed', () => {
  const hello = (flops: number, reference: boolean) => ({
    description: 'PyTorch 1',
    blas: { libraries: [], flops, reference },
  })
  expect(blasFault(hello(100e9, false), 60e9)).toBeUndefined()
  expect(blasFault(hello(100e9, true), 60e9)).toContain('reference BLAS')
  expect(blasFault(hello(4e9, false), 60e9)).toContain('4.0 GFLOP/s')
})

test('the table replaces what is between its markers, and no more', () => {
  const text = '# A\n\n<!-- bench:begin -->\nold\n<!-- bench:end -->\n\nB\n'
  const once = withTable(text, 'new')
  expect(once).toBe('# A\n\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\n\nB\n')
  expect(withTable(once, 'new')).toBe(once)
  expect(withTable('# A\n', 'new')).toBe('# A\n\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\n')
})

test('only a run of everything goes on record', () => {
  expect(parseOptions([]).whole).toBe(true)
  expect(parseOptions(['--workloads', 'W1']).whole).toBe(false)
  expect(parseOptions(['--rounds', '1']).whole).toBe(false)
  expect(() => parseOptions(['--rounds', '0'])).toThrow('whole number')
  expect(() => parseOptions(['--systems', 'matlab'])).toThrow('matlab')
})

test('whole runs of one day are all kept, others are overwritten', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const day = new Date('2026-03-04T12:00:00Z')
  for (const name of ['2026-03-04', '2026-03-04-2', '2026-03-04-3']) {
    const path = recordPath(true, day, folder)
    expect(path).toBe(join(folder, `${name}.json`))
    writeFileSync(path, '{}')
  }
  expect(recordPath(false, day, folder)).toBe(join(folder, 'partial.json'))
  rmSync(folder, { recursive: true })
})
