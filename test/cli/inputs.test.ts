import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { expect, test } from 'vitest'
import { readInputs } from '../../src/cli/inputs.ts'
import { createDataset, exampleAt } from '../../src/data/dataset.ts'
import { loadDataset } from '../../src/data/load.ts'
import { madeHeartRecord } from '../../src/data/synthetic/heart/index.ts'
import { madePictures } from '../../src/data/synthetic/pictures.ts'
import { InklingError } from '../../src/errors.ts'
import { dense, flatten, sequential } from '../../src/nn/index.ts'
import { trainRun } from '../../src/training/train.ts'
import { house } from '../../src/zoo/index.ts'
import { temporaryFolder, writeFiles } from '../data/folder.ts'
import { roundedBackend } from '../training/toy.ts'

/** A run of one epoch on a set of the program. */
async function runOn(out: string, data: string, shape: readonly number[], classes: readonly string[], more = {}) {
  const model = sequential([...shape], [flatten(), dense(classes.length)], { name: 'plain' })
  await trainRun({ model, data, out, recipe: house(), changes: { epochs: 1 }, backend: roundedBackend(), ...more })
  return { inputShape: shape, classes }
}

test('pictures of any size are made into what a run on 32 x 32 colour pictures reads', async () => {
  const folder = temporaryFolder()
  const [run, small, large] = ['run', 'small.png', 'large.png'].map(name => join(folder, name))
  const made = madePictures({ count: 20, seed: 3 })
  const model = await runOn(run, 'made-pictures', made.shape, made.classes, { drawn: { train: 40, test: 20 } })
  const pixels = exampleAt(made, 0) as Uint8Array
  writeFileSync(small, encode({ width: 32, height: 32, channels: 3, depth: 8, data: pixels }))
  // Twice as large and with a border left and right: the middle, shrunk by averaging, is the same picture.
  const twice = new Uint8Array(64 * 84 * 3)
  for (let y = 0; y < 64; y++)
    for (let x = 0; x < 64; x++)
      for (let c = 0; c < 3; c++) twice[(y * 84 + x + 10) * 3 + c] = pixels[((y >> 1) * 32 + (x >> 1)) * 3 + c]
  writeFileSync(large, encode({ width: 84, height: 64, channels: 3, depth: 8, data: twice }))
  const { dataset, names } = await readInputs([small, large], run, model)
  expect(names).toEqual([small, large])
  expect(exampleAt(dataset, 0)).toEqual(pixels)
  expect(exampleAt(dataset, 1)).toEqual(pixels)
})

test('a picture for a run on other examples is refused', async () => {
  const folder = temporaryFolder()
  const [run, picture] = [join(folder, 'run'), join(folder, 'a.png')]
  writeFileSync(picture, encode({ width: 8, height: 8, channels: 1, depth: 8, data: new Uint8Array(64) }))
  const features = Float32Array.from({ length: 80 }, (_, i) => (i * 7) % 5)
  const labels = Int32Array.from({ length: 20 }, (_, i) => i % 2)
  const train = createDataset({ name: 'points', shape: [4], classes: ['a', 'b'], features, labels })
  const data = { name: 'points', train, source: 'memory', files: [], drawn: false }
  const model = sequential([4], [dense(2)], { name: 'plain' })
  await trainRun({ model, data, out: run, recipe: house(), changes: { epochs: 1 }, backend: roundedBackend() })
  const failure = await readInputs([picture], run, { inputShape: [4], classes: ['a', 'b'] }).catch(error => error)
  expect(failure).toBeInstanceOf(InklingError)
  expect(failure.message).toMatch(/shape \[4\], which are no pictures/)
  expect(failure.exitCode).toBe(2)
})

test('records of heartbeats are cut and standardised as a run on made-heartbeats learned its own', async () => {
  const folder = temporaryFolder()
  const run = join(folder, 'run')
  const { test: learned } = await loadDataset('made-heartbeats')
  if (!learned) throw new Error('no test part')
  const model = await runOn(run, 'made-heartbeats', learned.shape, learned.classes)
  writeFiles(join(folder, 'records'), { ...madeHeartRecord('100'), ...madeHeartRecord('103') })
  const first = learned.groups?.ids.indexOf(learned.groups.names.indexOf('100')) as number
  // The order of the records in the set is that of their names, and 100 is the first of DS2.
  const { dataset, names } = await readInputs([join(folder, 'records', '100.dat')], run, model)
  for (const i of [0, 1, dataset.length - 1]) expect(exampleAt(dataset, i)).toEqual(exampleAt(learned, first + i))
  expect(names[0]).toMatch(/records\/100:\d+$/)
  const both = await readInputs([join(folder, 'records')], run, model)
  expect(both.dataset.length).toBeGreaterThan(dataset.length)
  expect(both.unreadable).toEqual([])

  // One bad record of several is left out and named, one alone is an error.
  const { '105.hea': hea, '105.dat': dat } = madeHeartRecord('105')
  const bare = { '105.hea': hea, '105.dat': dat }
  writeFiles(join(folder, 'records'), { '104.hea': 'no header', '104.atr': '', ...bare })
  const rest = await readInputs([join(folder, 'records')], run, model)
  expect(rest.names).toEqual(both.names)
  expect(rest.unreadable).toEqual([
    { file: join(folder, 'records', '104.hea'), reason: expect.any(String) },
    { file: join(folder, 'records', '105.hea'), reason: expect.stringMatching(/^has no annotations beside it/) },
  ])
  await expect(readInputs([join(folder, 'records', '104')], run, model)).rejects.toThrow('104')

  // The same examples as lines of numbers.
  const lines = [0, 1].map(i => Array.from(exampleAt(dataset, i)).join())
  const csv = join(folder, 'beats.csv')
  writeFileSync(csv, `${lines.join('\n')}\n`)
  const rows = await readInputs([csv], run, model)
  expect(rows.names).toEqual([`${csv}:1`, `${csv}:2`])
  expect(exampleAt(rows.dataset, 1)).toEqual(exampleAt(dataset, 1))
  expect(rows.notes).toEqual([])

  writeFileSync(csv, '950,960\n1000,1010\n')
  const failure = await readInputs([csv], run, model).catch(error => error)
  expect(failure.message).toMatch(/2 numbers a line; this run reads heartbeats, a line each: 100 samples/)
  expect(failure.exitCode).toBe(2)
  // Steps of a converter are no standardised values.
  writeFileSync(csv, `${Array.from({ length: 100 }, (_, i) => 950 + i).join()}\n`)
  expect((await readInputs([csv], run, model)).notes).toEqual([expect.stringMatching(/mean 1000, deviation 28.9/)])
  writeFileSync(csv, Buffer.from('0;0\n0;0 \xb5V\n', 'latin1'))
  await expect(readInputs([csv], run, model)).rejects.toThrow(/beats\.csv, line 2: ".*V" is not UTF-8 text/)
})

test('stretches of a record need no annotations', async () => {
  const folder = temporaryFolder()
  const run = join(folder, 'run')
  const mitdb = { unit: 'segment', labels: 'abnormal', split: 'random', leads: 'both' } as const
  const model = await runOn(run, 'made-heartbeats', [100, 2], ['normal', 'abnormal'], { mitdb })
  const { '100.hea': hea, '100.dat': dat } = madeHeartRecord('100')
  writeFiles(folder, { '100.hea': hea, '100.dat': dat })
  const { dataset, names } = await readInputs([join(folder, '100')], run, model)
  expect(dataset.shape).toEqual([100, 2])
  // Two minutes at 360 Hz.
  expect(dataset.length).toBe((120 * 360) / 100)
  expect(names[2]).toBe(`${join(folder, '100')}:200`)

  // A damaged length is told by the samples that are there.
  const long = Buffer.from(hea)
    .toString()
    .replace(/(?<= 360 )\d+/, '2000000000')
  writeFiles(folder, { '100.hea': long })
  await expect(readInputs([join(folder, '100')], run, model)).rejects.toThrow(/100\.dat is cut off: .* 2000000000 /)
})
