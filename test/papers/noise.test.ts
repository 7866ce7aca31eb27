import { expect, test } from 'vitest'
import { noiseBetween, type Share } from '../../src/papers/noise.ts'

const share = (values: readonly number[], partOf: (seed: number) => string | undefined, examples = 10_000): Share => ({
  runs: values.map((value, seed) => ({ seed, value, testPart: partOf(seed) })),
  examples,
})

test('of one seed each: twice the standard error of a difference of shares', () => {
  const one = (value: number) => share([value], () => 'a')
  expect(noiseBetween(one(0.995), one(0.995))).toBeCloseTo(2 * Math.sqrt((2 * 0.995 * 0.005) / 10_000), 12)
  // The seeds' own chance comes on top, where all are judged by the same examples.
  const three = (values: number[]) => share(values, () => 'a')
  expect(noiseBetween(three([0.98, 0.99, 1]), three([0.99, 0.99, 0.99]))).toBeCloseTo(
    2 * Math.sqrt((2 * 0.99 * 0.01) / 10_000 + 0.01 ** 2 / 3),
    12,
  )
})

test('where each seed has a test part of its own: by the differences seed by seed', () => {
  const own = (values: number[], examples?: number) => share(values, seed => `part ${seed}`, examples)
  // Far apart over the seeds, always 0.01 from each other.
  expect(noiseBetween(own([0.9, 0.8, 0.7]), own([0.89, 0.79, 0.69]))).toBeCloseTo(0, 12)
  // Differences of 0.01, 0.02 and 0.03: their deviation is 0.01, the quantile for two degrees of freedom 4.303.
  expect(noiseBetween(own([0.91, 0.82, 0.73]), own([0.9, 0.8, 0.7]))).toBeCloseTo((4.303 * 0.01) / Math.sqrt(3), 12)
  // Other test parts, or other seeds: nothing stands side by side.
  const others = share([0.9, 0.8, 0.7], seed => `other part ${seed}`)
  expect(noiseBetween(own([0.9, 0.8, 0.7]), others)).toBeCloseTo(2 * Math.sqrt((2 * 0.1 ** 2) / 3), 12)
  // Three figures that are the same by chance do not make the examples count for nothing.
  const same = share([0.8, 0.8, 0.8], seed => `other part ${seed}`, 100)
  expect(noiseBetween(own([0.8, 0.8, 0.8], 100), same)).toBeCloseTo(2 * Math.sqrt((2 * 0.8 * 0.2) / 300), 12)
})
