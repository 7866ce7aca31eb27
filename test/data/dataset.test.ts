import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  classCounts,
  createDataset,
  exampleAt,
  gather,
  labelAt,
  labelsOf,
  slice,
  subset,
} from '../../src/data/dataset.ts'
import { findOverlap } from '../../src/data/overlap.ts'

const small = createDataset({
  name: 'small',
  shape: [1, 2, 1],
  classes: ['a', 'b', 'c'],
  features: Uint8Array.of(0, 51, 102, 153, 204, 255),
  labels: [2, 0, 2],
})

describe('a dataset', () => {
  test('knows its examples and labels', () => {
    expect(small.length).toBe(3)
    expect(Array.from(exampleAt(small, 1))).toEqual([102, 153])
    expect(labelAt(small, 0)).toBe(2)
    expect(Array.from(labelsOf(small))).toEqual([2, 0, 2])
    expect(classCounts(small)).toEqual([1, 0, 2])
  })

  test('refuses parts that do not fit together', () => {
    const parts = { name: 'x', shape: [2], classes: ['a', 'b'], features: new Uint8Array(4) }
    expect(() => createDataset({ ...parts, features: new Uint8Array(3) })).toThrow(/3 values are no whole number/)
    expect(() => createDataset({ ...parts, labels: [0] })).toThrow('x: 2 examples but 1 labels')
    expect(() => createDataset({ ...parts, labels: [0, 2] })).toThrow(
      'x: label 2 at position 2 is outside the 2 classes (0..1)',
    )
    expect(() => createDataset({ ...parts, labels: [0, -1] })).toThrow(/label -1 at position 2/)
    expect(() => createDataset({ ...parts, shape: [0] })).toThrow(/whole positive numbers/)
  })

  test('a view shares the pixels and may be taken of a view', () => {
    const view = subset(subset(small, [2, 0]), [1, 1, 0], 'again')
    expect(view.features).toBe(small.features)
    expect(view.name).toBe('again')
    expect(Array.from(view.indices ?? [])).toEqual([0, 0, 2])
    expect(Array.from(labelsOf(view))).toEqual([2, 2, 2])
    expect(classCounts(view)).toEqual([0, 0, 3])
    expect(Array.from(slice(small, 1, 99).indices ?? [])).toEqual([1, 2])
    expect(slice(small, 2, 1)).toHaveLength(0)
  })

  test('positions outside are errors, never other examples', () => {
    const view = subset(small, [0, 1])
    expect(() => exampleAt(view, 2)).toThrow('small: position 2 is outside 0..1')
    expect(() => labelAt(view, -1)).toThrow(RangeError)
    expect(() => subset(view, [2])).toThrow(RangeError)
    expect(() => gather(view, [2], new Uint8Array(2))).toThrow(RangeError)
  })

  test('gather copies bytes as they are and gives floats as 0..1', () => {
    const bytes = new Uint8Array(4)
    const ids = new Int32Array(2)
    gather(subset(small, [2, 1]), [1, 0], bytes, ids)
    expect(Array.from(bytes)).toEqual([102, 153, 204, 255])
    expect(Array.from(ids)).toEqual([0, 2])
    const floats = new Float32Array(2)
    gather(small, [0], floats)
    expect(Array.from(floats)).toEqual([0, Math.fround(0.2)])
  })

  test('gather refuses a target that is too small, and labels that are not there', () => {
    expect(() => gather(small, [0, 1], new Uint8Array(3))).toThrow('2 examples need 4 values, the target holds 3')
    const bare = { ...small, labels: undefined }
    expect(() => gather(bare, [0], new Uint8Array(2), new Int32Array(1))).toThrow('small has no labels')
    expect(() => labelsOf(bare)).toThrow('small has no labels')
    const floats = createDataset({ name: 'f', shape: [1], classes: ['a'], features: Float32Array.of(0.5) })
    expect(() => gather(floats, [0], new Uint8Array(1))).toThrow(TypeError)
  })

  test('gathering through any views equals indexing by hand', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(19), { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(1000), { maxLength: 30 }),
        (rows, picks) => {
          const features = Uint8Array.from({ length: 60 }, (_, i) => (i * 37) % 256)
          const whole = createDataset({ name: 'w', shape: [3], classes: ['a'], features })
          const view = subset(whole, rows)
          const positions = picks.map(p => p % rows.length)
          const out = new Uint8Array(positions.length * 3)
          gather(view, positions, out)
          expect(Array.from(out)).toEqual(
            positions.flatMap(p => Array.from(features.subarray(rows[p] * 3, rows[p] * 3 + 3))),
          )
        },
      ),
    )
  })
})

test('examples that are read row by row are gathered as those in memory', () => {
  const features = Uint8Array.from({ length: 12 }, (_, i) => i * 20)
  const rows = { count: 4, read: (row: number, out: Uint8Array) => out.set(features.subarray(3 * row, 3 * row + 3)) }
  const parts = { name: 'x', shape: [3], classes: ['a', 'b'], labels: [0, 1, 1, 0] }
  const [here, there] = [createDataset({ ...parts, features }), createDataset({ ...parts, rows })]
  expect(there.length).toBe(4)
  expect(Array.from(exampleAt(there, 2))).toEqual([120, 140, 160])
  for (const Type of [Uint8Array, Float32Array]) {
    const [a, b] = [new Type(9), new Type(9)]
    gather(subset(here, [3, 0, 2]), [2, 0, 1], a)
    gather(subset(there, [3, 0, 2]), [2, 0, 1], b)
    expect(b).toEqual(a)
  }
  expect(findOverlap(subset(here, [0, 1]), subset(there, [1, 2])).examples).toEqual([
    { test: 0, train: 1, sameLabel: true },
  ])
})
