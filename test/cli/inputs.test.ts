import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { expect, test } from 'vitest'
import { readInputs } from '../../src/cli/inputs.ts'
import { createDataset, exampleAt } from '../../src/data/dataset.ts'
import { madePictures } from '../../src/data/synthetic/pictures.ts'
import { InklingError } from '../../src/errors.ts'
import { dense, flatten, sequential } from '../../src/nn/index.ts'
import { trainRun } from '../../src/training/train.ts'
import { house } from '../../src/zoo/index.ts'
import { temporaryFolder } from '../data/folder.ts'
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
