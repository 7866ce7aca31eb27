import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDataset } from '../../src/data/dataset.ts'
import { groupsOf, withGroups } from '../../src/data/groups.ts'
import type { LoadedDataset } from '../../src/data/loaded.ts'
import { findOverlap } from '../../src/data/overlap.ts'
import { chooseModel } from '../../src/training/chooseModel.ts'
import { contentHash, prepareRunData } from '../../src/training/runData.ts'
import { trainRun } from '../../src/training/train.ts'
import { temporaryFolder, writeFiles } from '../data/folder.ts'
import { manySpots } from '../data/images/makeImages.ts'
import { bands, roundedBackend } from './toy.ts'
import { toyData, toyRecipe } from './toyRun.ts'

describe('the parts of a run', () => {
  test('a validation part of the data’s own is taken instead of holding out', async () => {
    const validation = bands(30, 9)
    const data = await prepareRunData({ ...toyData(), validation }, toyRecipe, 0)
    expect(data.train.length).toBe(120)
    expect(contentHash(data.validation!)).toBe(contentHash(validation))
  })

  test('without validation in the recipe there is none', async () => {
    const data = await prepareRunData({ ...toyData(), validation: bands(30, 9) }, { ...toyRecipe, validation: 0 }, 0)
    expect(data.validation).toBeUndefined()
  })

  test('equal rows of a few numbers may be two observations: no leak is claimed', async () => {
    const rows = (name: string) =>
      createDataset({
        name,
        shape: [1],
        classes: ['a', 'b'],
        features: new Float32Array(20),
        labels: new Int32Array(20),
      })
    const data = { ...toyData(), train: rows('train'), test: rows('test') }
    expect((await prepareRunData(data, { ...toyRecipe, validation: 0 }, 0)).overlap).toBeUndefined()
  })

  test('digits drawn beside drawn ones are others than those held out', async () => {
    const load = { drawn: { train: 300, test: 50 } }
    const { train, validation } = await prepareRunData('drawn', { ...toyRecipe, drawn: 300, validation: 0.2 }, 0, load)
    expect([train.length, validation?.length]).toEqual([540, 60])
    expect(findOverlap(train, validation!).shared).toBe(0)
  })

  test('--examples and the folds of a table are refused together', async () => {
    const loaded = { ...toyData(), table: {} as LoadedDataset['table'] }
    const folded = prepareRunData(loaded, { ...toyRecipe, examples: 50 }, 0, { fold: { index: 1, of: 5 } })
    await expect(folded).rejects.toThrow(/--examples would change nothing/)
  })

  test('examples of one source stay on one side of the hold-out', async () => {
    const names = Array.from({ length: 120 }, (_, i) => `patient ${i % 12}`)
    const train = withGroups(toyData().train, 'patient', names)
    for (let seed = 0; seed < 5; seed++) {
      const data = await prepareRunData({ ...toyData(), train }, toyRecipe, seed)
      const held = new Set(groupsOf(data.validation!))
      expect(held.size).toBeGreaterThan(0)
      expect(groupsOf(data.train).filter(name => held.has(name))).toEqual([])
      expect(data.train.length + data.validation!.length).toBe(120)
    }
  })
})

test('an interruption while pictures are read leaves nothing behind', async () => {
  const folder = temporaryFolder()
  writeFiles(join(folder, 'data'), { ...manySpots('a', 6, 1), ...manySpots('b', 6, 50) })
  const [data, out, signal] = [join(folder, 'data'), join(folder, 'run'), AbortSignal.abort()]
  await expect(trainRun({ data, out, signal, backend: roundedBackend() })).rejects.toMatchObject({ name: 'AbortError' })
  expect(existsSync(out)).toBe(false)
})

test('a model is chosen for pictures alone', () => {
  expect(() => chooseModel({ ...toyData(), train: { ...toyData().train, shape: [16] } })).toThrow(
    /shape \[16\], for which no model is chosen/,
  )
})
