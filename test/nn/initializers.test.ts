import { describe, expect, test } from 'vitest'
import { sizeOf } from '../../src/engine/graph.ts'
import * as initializers from '../../src/nn/initializers.ts'
import { createRandom } from '../../src/random.ts'

const dense = [300, 200]
const kernel = [3, 3, 32, 64]

function statistics(values: Float32Array) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
  return { mean, variance, largest: values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) }
}

describe.each([
  { shape: dense, fanIn: 300, fanOut: 200 },
  { shape: kernel, fanIn: 288, fanOut: 576 },
])('$shape', ({ shape, fanIn, fanOut }) => {
  // Variances and bounds as the papers give them.
  test.each([
    ['glorotUniform', 2 / (fanIn + fanOut), Math.sqrt(6 / (fanIn + fanOut))],
    ['glorotNormal', 2 / (fanIn + fanOut), (2 / 0.8796) * Math.sqrt(2 / (fanIn + fanOut))],
    ['heUniform', 2 / fanIn, Math.sqrt(6 / fanIn)],
    ['heNormal', 2 / fanIn, (2 / 0.8796) * Math.sqrt(2 / fanIn)],
    ['normal', 0.05 ** 2, 0.275],
    ['uniform', 0.1 ** 2 / 12, 0.05],
  ] as const)('%s has the variance and the bound of its paper', (name, variance, bound) => {
    const values = initializers.initializerOf(name)(shape, createRandom(1))
    expect(values.length).toBe(sizeOf(shape))
    const found = statistics(values)
    expect(Math.abs(found.mean)).toBeLessThan(5 * Math.sqrt(variance / values.length))
    expect(found.variance / variance).toBeGreaterThan(0.96)
    expect(found.variance / variance).toBeLessThan(1.04)
    expect(found.largest).toBeLessThan(bound * 1.001)
    expect(found.largest).toBeGreaterThan(bound * 0.7)
  })
})

test.each([[[6, 4]], [[4, 6]], [[2, 2, 2, 3]]])('orthogonal %j has orthonormal rows or columns', shape => {
  const values = initializers.orthogonal(2)(shape, createRandom(3))
  const columns = shape[shape.length - 1]
  const rows = sizeOf(shape) / columns
  const tall = rows >= columns
  const at = (vector: number, i: number) => (tall ? values[i * columns + vector] : values[vector * columns + i])
  for (let a = 0; a < Math.min(rows, columns); a++)
    for (let b = 0; b < Math.min(rows, columns); b++) {
      let dot = 0
      for (let i = 0; i < Math.max(rows, columns); i++) dot += at(a, i) * at(b, i)
      expect(dot).toBeCloseTo(a === b ? 4 : 0, 5)
    }
})

test('the values depend on the seed and the name of the parameter', () => {
  const make = (seed: number, name: string) => initializers.glorotUniform()([20, 20], createRandom(seed).fork(name))
  expect(make(1, 'dense_1/kernel')).toEqual(make(1, 'dense_1/kernel'))
  expect(make(1, 'dense_1/kernel')).not.toEqual(make(1, 'dense_2/kernel'))
  expect(make(1, 'dense_1/kernel')).not.toEqual(make(2, 'dense_1/kernel'))
})
