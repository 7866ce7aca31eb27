import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgedBy } from '../../src/cli/judged.ts'
import { trainRun } from '../../src/training/train.ts'
import { temporaryFolder } from '../data/folder.ts'
import { roundedBackend } from '../training/toy.ts'

const rows = Array.from({ length: 60 }, (_, i) => `${i % 17},${i % 5},${i % 3 === 0 ? 'far' : 'near'}`)
const asTable = (lines: readonly string[]) => `x,y,kind\n${lines.join('\n')}\n`

test('data that changed since a run was trained on them are judged with a warning', async () => {
  const folder = temporaryFolder()
  const [data, out] = [join(folder, 'points.csv'), join(folder, 'run')]
  writeFileSync(data, asTable(rows))
  const table = { label: 'kind' }
  await trainRun({ model: 'table-mlp', data, table, out, changes: { epochs: 1 }, backend: roundedBackend() })
  const warnings = async (asked: Parameters<typeof judgedBy>[2]) =>
    (await judgedBy(out, ['far', 'near'], asked)).warnings
  for (const part of ['train', 'validation', 'test'] as const) expect(await warnings({ part })).toEqual([])
  // Another row draws another split: rows that were learned are judged.
  writeFileSync(data, asTable([...rows, '3,3,far']))
  for (const part of ['train', 'validation', 'test'] as const)
    expect(await warnings({ part })).toEqual([
      expect.stringMatching(/points.csv are not those that the run was trained/),
    ])
  const other = join(folder, 'other.csv')
  writeFileSync(other, asTable(rows.slice(0, 30)))
  expect(await warnings({ data: other })).toEqual([])
})
