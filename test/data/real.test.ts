import { describe, expect, test } from 'vitest'
import { classCounts, exampleAt } from '../../src/data/dataset.ts'
import { findDataset, loadDataset } from '../../src/data/load.ts'
import { findOverlap } from '../../src/data/overlap.ts'
import { prepareDigit } from '../../src/data/pictures/digit.ts'
import { stratifiedSplit } from '../../src/data/split.ts'

// With the real files only: INKLING_DATA names the folder that holds mnist/, cifar-10/, az/.
const at = process.env.INKLING_DATA
const here = (name: string) => at !== undefined && findDataset(name) !== undefined

describe.skipIf(!here('mnist'))('MNIST', async () => {
  const { train, test: held, files } = here('mnist') ? await loadDataset('mnist') : ({} as never)

  test('is the canonical one', () => {
    expect(files.every(f => f.canonical)).toBe(true)
    expect([train.length, held?.length]).toEqual([60_000, 10_000])
    // The label counts that every description of MNIST gives.
    expect(classCounts(train)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    expect(classCounts(held as NonNullable<typeof held>)).toEqual([
      980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ])
    expect(Array.from(train.labels?.subarray(0, 10) ?? [])).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
  })

  test('shares no picture between training and test', () => {
    expect(findOverlap(train, held as NonNullable<typeof held>).shared).toBe(0)
  })

  test('splits by class exactly', () => {
    const [a, b] = stratifiedSplit(train, [50_000, 10_000], { seed: 1 })
    expect([a.length, b.length]).toEqual([50_000, 10_000])
    const whole = classCounts(train)
    expect(Math.max(...classCounts(b).map((n, c) => Math.abs(n - whole[c] / 6)))).toBeLessThan(1)
  })

  test('every digit is taken as it is, also inverted', () => {
    const test = held as NonNullable<typeof held>
    let changed = 0
    for (let i = 0; i < test.length; i++) {
      const data = exampleAt(test, i) as Uint8Array
      const prepared = prepareDigit({ width: 28, height: 28, data })
      const inverted = prepareDigit({ width: 28, height: 28, data: data.map(v => 255 - v) })
      if (!prepared.unchanged || Buffer.compare(prepared.pixels, data) !== 0) changed++
      else if (!inverted.unchanged || Buffer.compare(inverted.pixels, data) !== 0) changed++
    }
    expect(changed).toBe(0)
  })
})

describe.skipIf(!here('az'))('letters', () => {
  test('are the known ones', async () => {
    const { train, test: held, files } = await loadDataset('az')
    expect(files.every(f => f.canonical)).toBe(true)
    expect(classCounts(train)).toEqual(new Array(26).fill(1000))
    expect(classCounts(held as NonNullable<typeof held>)).toEqual(new Array(26).fill(300))
  })
})
