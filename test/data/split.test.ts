import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classCounts, createDataset, type Dataset, labelsOf, subset } from '../../src/data/dataset.ts'
import { drawExamples, holdOut, randomSplit, stratifiedSplit } from '../../src/data/split.ts'

/** A dataset whose example i has the value i % 256 and the label given. */
function labelled(labels: number[], classes = 4): Dataset {
  return createDataset({
    name: 'set',
    shape: [1],
    classes: Array.from({ length: classes }, (_, i) => `${i}`),
    features: Uint8Array.from(labels, (_, i) => i % 256),
    labels,
  })
}

const indices = (ds: Dataset) => Array.from(ds.indices ?? [])
const labelLists = fc.array(fc.nat(3), { minLength: 2, maxLength: 200 })

describe.each([
  ['random', randomSplit],
  ['stratified', stratifiedSplit],
])('%s split', (_, split) => {
  test('gives every example to exactly one part; sizes are exact', () => {
    fc.assert(
      fc.property(labelLists, fc.integer({ min: 1, max: 9 }), fc.nat(), (labels, tenths, seed) => {
        const ds = labelled(labels)
        const parts = split(ds, [tenths / 10, 1 - tenths / 10], { seed })
        expect(parts.flatMap(indices).sort((a, b) => a - b)).toEqual(labels.map((_, i) => i))
        expect(Math.abs(parts[0].length - (labels.length * tenths) / 10)).toBeLessThanOrEqual(0.5 + 1e-9)
      }),
    )
  })

  test('takes numbers of examples, and leaves the rest out', () => {
    const ds = labelled(Array.from({ length: 100 }, (_, i) => i % 4))
    const [a, b] = split(ds, [30, 20], { names: ['a', 'b'] })
    expect([a.length, b.length, a.name, b.name]).toEqual([30, 20, 'a', 'b'])
    expect(new Set([...indices(a), ...indices(b)]).size).toBe(50)
  })

  test('the seed decides, and nothing else', () => {
    const ds = labelled(Array.from({ length: 100 }, (_, i) => i % 4))
    expect(indices(split(ds, [0.5, 0.5], { seed: 1 })[0])).toEqual(indices(split(ds, [0.5, 0.5], { seed: 1 })[0]))
    expect(indices(split(ds, [0.5, 0.5], { seed: 1 })[0])).not.toEqual(indices(split(ds, [0.5, 0.5], { seed: 2 })[0]))
  })

  test('splits a view within itself', () => {
    const view = subset(labelled(Array.from({ length: 100 }, (_, i) => i % 4)), [90, 91, 92, 93, 94, 95, 96, 97])
    const parts = split(view, [0.5, 0.5])
    expect(parts.flatMap(indices).sort()).toEqual([90, 91, 92, 93, 94, 95, 96, 97])
  })

  test('refuses parts that make no sense', () => {
    const ds = labelled([0, 1, 2, 3])
    expect(() => split(ds, [])).toThrow(/parts of zero or more/)
    expect(() => split(ds, [0.5, 0.4])).toThrow(/neither shares that add up to 1 nor whole numbers/)
    expect(() => split(ds, [3, 2])).toThrow('set has 4 examples, the parts want 5')
    expect(() => split(ds, [-1, 2])).toThrow(/parts of zero or more/)
    expect(() => split(ds, [Number.NaN, 1])).toThrow(/parts of zero or more/)
  })
})

describe('stratified split', () => {
  test('keeps every class within one example of its share', () => {
    fc.assert(
      fc.property(labelLists, fc.integer({ min: 1, max: 99 }), fc.nat(), (labels, percent, seed) => {
        const ds = labelled(labels)
        const whole = classCounts(ds)
        const [part] = stratifiedSplit(ds, [percent / 100, 1 - percent / 100], { seed })
        classCounts(part).forEach((count, c) => {
          expect(Math.abs(count - (whole[c] * part.length) / ds.length)).toBeLessThan(1)
        })
      }),
    )
  })

  test('does not sort the part by class', () => {
    const labels = labelsOf(stratifiedSplit(labelled(Array.from({ length: 400 }, (_, i) => i % 4)), [0.5, 0.5])[0])
    expect(Array.from(labels)).not.toEqual(Array.from(labels).sort())
  })

  test('needs labels', () => {
    expect(() => stratifiedSplit({ ...labelled([0, 1]), labels: undefined }, [0.5, 0.5])).toThrow('set has no labels')
  })
})

test('holding out a share or a number', () => {
  const ds = labelled(Array.from({ length: 50 }, (_, i) => i % 4))
  const { train, validation } = holdOut(ds, 0.1, { seed: 3 })
  expect([train.length, validation.length]).toEqual([45, 5])
  expect(validation.name).toBe('set:validation')
  expect(holdOut(ds, 7).validation).toHaveLength(7)
  expect(holdOut(ds, 0.15).validation).toHaveLength(8) // 7.5, rounded
  expect(holdOut({ ...ds, labels: undefined }, 0.5).train).toHaveLength(25)
  expect(() => holdOut(ds, 51)).toThrow(/cannot hold out 51 of 50/)
  expect(() => holdOut(ds, Number.NaN)).toThrow(/cannot hold out NaN/)
})

test('one example is drawn where one is asked for, and more begin with it', () => {
  const ds = labelled([0, 1, 2, 3, 0, 1])
  const [one, two] = [1, 2].map(count => indices(drawExamples(ds, count, { seed: 3 })))
  expect(one).toHaveLength(1)
  expect(two).toHaveLength(2)
  expect(two[0]).toBe(one[0])
  expect(one).toEqual(indices(randomSplit(ds, [1, ds.length - 1], { seed: 3 })[0]))
})
