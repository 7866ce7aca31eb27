import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgedBy } from '../../src/cli/judged.ts'
import { labelsOf } from '../../src/data/dataset.ts'
import { encodeIdx } from '../../src/data/formats/idx.ts'
import { readConfig } from '../../src/training/runFolder.ts'
import { trainRun } from '../../src/training/train.ts'
import { temporaryFolder, writeFiles } from '../data/folder.ts'
import { roundedBackend } from '../training/toy.ts'
import { toyRun } from '../training/toyRun.ts'

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

test('data with some of the run’s classes are judged by their names', async () => {
  const folder = temporaryFolder()
  const [letters, out] = [join(folder, 'letters'), join(folder, 'run')]
  const pictures = {
    images: encodeIdx(new Uint8Array(4 * 784), [4, 28, 28]),
    labels: encodeIdx(Uint8Array.of(0, 1, 2, 1), [4]),
  }
  writeFiles(letters, {
    'train-images-idx3-ubyte': pictures.images,
    'train-labels-idx1-ubyte': pictures.labels,
    // In another order than the run has them.
    'classes.txt': 'B\nA\nC\n',
  })
  const drawn = { train: 72, test: 36 }
  await trainRun({
    model: 'glyph-linear',
    data: 'drawn-glyphs',
    drawn,
    out,
    changes: { epochs: 1 },
    backend: roundedBackend(),
  })
  const { model } = readConfig(out)
  const judged = await judgedBy(out, model.classes, { data: letters, part: 'train' })
  // 0-9, then A-Z: B is 11, A 10, C 12.
  expect(Array.from(labelsOf(judged.dataset))).toEqual([11, 10, 12, 10])
  expect(judged.dataset.classes).toEqual(model.classes)
  expect(judged.warnings).toEqual([expect.stringMatching(/letters has 3 of the run's 36 classes/)])

  writeFiles(letters, { 'classes.txt': 'B\nb\nC\n' })
  const failure = await judgedBy(out, model.classes, { data: letters, part: 'train' }).catch(error => error)
  expect(failure.message).toBe('letters/train has other classes than the run: of its 3 the run does not know b')
  expect(failure.hint).toBe('The run knows 36: 0, 1, 2, 3, 4, 5, 6, 7, ...')
})

test('of other data it is said how many pictures the run learned from', async () => {
  const folder = temporaryFolder()
  const [mine, others, out] = ['mine', 'others', 'run'].map(name => join(folder, name))
  const pictures = Uint8Array.from({ length: 40 * 784 }, (_, i) => (i * 7919) % 251)
  const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 2)
  const files = (from: number, to: number) => ({
    'train-images-idx3-ubyte': encodeIdx(pictures.subarray(from * 784, to * 784), [to - from, 28, 28]),
    'train-labels-idx1-ubyte': encodeIdx(labels.subarray(from, to), [to - from]),
  })
  writeFiles(mine, files(0, 30))
  writeFiles(others, files(24, 40))
  await trainRun({
    model: 'glyph-linear',
    data: mine,
    out,
    changes: { epochs: 1, validation: 0 },
    backend: roundedBackend(),
  })
  const { classes } = readConfig(out).model
  const warnings = async (run = out) => (await judgedBy(run, classes, { data: others, part: 'train' })).warnings
  expect(await warnings()).toEqual(['6 of the 16 examples judged are among those that the run learned from (mine).'])

  // A run on other pictures that began with its weights has learned from them too.
  const later = join(folder, 'later')
  writeFiles(join(folder, 'more'), files(22, 25))
  await trainRun({
    model: 'glyph-linear',
    data: join(folder, 'more'),
    from: out,
    out: later,
    changes: { epochs: 1, validation: 0 },
    backend: roundedBackend(),
  })
  expect(await warnings(later)).toEqual([
    '1 of the 16 examples judged are among those that the run learned from (more).',
    `6 of the 16 examples judged are among those that ${out}, whose weights the run began with, learned from (mine).`,
  ])

  // The run's data have changed: what it learned cannot be known.
  writeFiles(mine, files(1, 30))
  expect(await warnings()).toEqual([])
})

test('of data given in memory it is asked what to judge on', async () => {
  const out = join(temporaryFolder(), 'run')
  await trainRun({ ...toyRun, out })
  const asked = judgedBy(out, ['a', 'b', 'c'], {})
  await expect(asked).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('given in memory') })
})
