import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { labelAt } from '../../../src/data/dataset.ts'
import { madePicturesInfo } from '../../../src/data/datasets/madePictures.ts'
import { madePictures, makePicturesInto, PICTURE_KINDS } from '../../../src/data/synthetic/pictures.ts'
import { bars, board, crescent, disc, line, polygon, rays, ring, within } from '../../../src/data/synthetic/shapes.ts'

const VALUES = 32 * 32 * 3

test('32 x 32 colour pictures of ten kinds, each once in every ten', () => {
  const ds = madePictures({ count: 200, seed: 1 })
  expect(ds.shape).toEqual([32, 32, 3])
  expect(ds.classes).toEqual(madePicturesInfo.classes)
  expect(ds.features).toHaveLength(200 * VALUES)
  for (let block = 0; block < 20; block++) {
    const labels = Array.from({ length: 10 }, (_, i) => labelAt(ds, 10 * block + i))
    expect([...labels].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  }
})

test('the same pictures as ever for a seed', () => {
  const { features, labels } = madePictures({ count: 20, seed: 1 })
  const hash = createHash('sha256')
    .update(features)
    .update(Uint8Array.from(labels as Int32Array))
    .digest('hex')
  // Recorded from this generator: a change of a shape, the light or the grain changes it, and with it what was measured.
  expect(hash).toBe('37747c6f678ca368ca3de0b5aeab8b5e8bf997db2abe54d651dcae365f42f6a6')
})

test('picture i depends on the seed and i alone', () => {
  const pictures = (features: Uint8Array) =>
    Array.from({ length: features.length / VALUES }, (_, i) =>
      createHash('sha256')
        .update(features.slice(i * VALUES, (i + 1) * VALUES))
        .digest('hex'),
    )
  const whole = madePictures({ count: 40, seed: 9 })
  const all = pictures(whole.features as Uint8Array)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 36 }), start => {
      const features = new Uint8Array(4 * VALUES).fill(77)
      const labels = new Int32Array(4)
      makePicturesInto(features, labels, { seed: 9, start })
      expect(pictures(features)).toEqual(all.slice(start, start + 4))
      expect(labels).toEqual(whole.labels?.slice(start, start + 4))
    }),
    { numRuns: 10 },
  )
  const others = pictures(madePictures({ count: 40, seed: 10 }).features as Uint8Array)
  expect(new Set([...all, ...others]).size).toBe(80)
})

test('neither colour nor brightness of a picture tells its kind', () => {
  const ds = madePictures({ count: 2000, seed: 3 })
  const sums = PICTURE_KINDS.map(() => [0, 0, 0])
  for (let k = 0; k < ds.features.length; k++) sums[labelAt(ds, Math.floor(k / VALUES))][k % 3] += ds.features[k]
  const means = sums.map(sum => sum.map(value => value / (200 * 32 * 32)))
  const all = means.flat().reduce((a, b) => a + b, 0) / 30
  // A picture's mean deviates by some 65 from the middle; that of 200 pictures by 65 / sqrt(200) = 4.6.
  for (const mean of means.flat()) expect(Math.abs(mean - all)).toBeLessThan(4 * 4.6)
})

test('a count that is no number of pictures is refused', () => {
  expect(() => madePictures({ count: 1.5, seed: 0 })).toThrow('count must be a whole number of pictures, not 1.5')
  expect(() => madePictures({ count: -1, seed: 0 })).toThrow('not -1')
})

// Distances that geometry gives.
test.each([
  ['disc, outside', disc(0.5), 1.5, 0, 1],
  ['disc, middle', disc(0.5), 0, 0, -0.5],
  ['ring, hole', ring(0.8, 0.2), 0, 0, 0.7],
  ['ring, middle of its line', ring(0.8, 0.2), 0, 0.8, -0.1],
  ['crescent, where it is cut away', crescent(1, 0.5), 0.5, 0, 0.85],
  ['line, beside it', line(2, 0.4), 0.5, 1, 0.8],
  ['line, beyond its end', line(2, 0.4), 2, 0, 0.8],
  ['square, middle', polygon(rays(4, 1)), 0, 0, -Math.SQRT1_2],
  ['square, beyond a corner', polygon(rays(4, 1)), 3, 0, 2],
  ['square with round corners', polygon(rays(4, 1), 0.25), 3, 0, 1.75],
  ['star, beyond a ray', polygon(rays(5, 1, 0.4)), 1.5, 0, 0.5],
  ['star, where two rays meet', polygon(rays(5, 1, 0.4)), -0.4, 0, 0],
  ['bars, on one', bars(1, 0), 0.5, 7, -0.25],
  ['bars, between two', bars(1, 0), 1, 7, 0.25],
  ['board, dark', board(1, 0), 0.5, 0.5, 0.25],
  ['board, light', board(1, 0), 0.5, 1, -0.25],
  ['only where both are', within(disc(1), bars(1, 0)), 0.5, 2, Math.hypot(0.5, 2) - 1],
])('%s', (_, shape, x, y, distance) => {
  expect(shape(x, y)).toBeCloseTo(distance, 5)
})
