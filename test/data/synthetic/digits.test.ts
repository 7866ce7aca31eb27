import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawDigitsInto, drawnDigits } from '../../../src/data/synthetic/digits.ts'

const PIXELS = 784

function picture(features: ArrayLike<number>, i: number): number[] {
  return Array.from({ length: PIXELS }, (_, k) => features[i * PIXELS + k])
}

describe('drawnDigits', () => {
  test('gives a data set of 28x28 pictures with ten classes', () => {
    const ds = drawnDigits({ count: 12, seed: 1 })
    expect(ds.shape).toEqual([28, 28, 1])
    expect(ds.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect(ds.length).toBe(12)
    expect(ds.features).toHaveLength(12 * PIXELS)
    expect(ds.labels).toHaveLength(12)
  })

  test('draws the same digits as ever for a seed', () => {
    const ds = drawnDigits({ count: 20, seed: 1 })
    const hash = createHash('sha256').update(ds.features).update(Uint8Array.from(ds.labels!)).digest('hex')
    // Recorded from this generator. A change of any glyph, pen or scan setting changes it, and with it every
    // result obtained on drawn digits: record it anew only with the figures of docs and papers.
    expect(hash).toBe('561d462c5cd78401becccab6ae42602a4670ed20878485f3825b0fa93a146989')
  })

  test('differs from seed to seed', () => {
    const a = drawnDigits({ count: 10, seed: 1 })
    const b = drawnDigits({ count: 10, seed: 2 })
    for (let i = 0; i < 10; i++) expect(picture(a.features, i)).not.toEqual(picture(b.features, i))
  })

  test('never draws the same picture twice', () => {
    const ds = drawnDigits({ count: 2000, seed: 5 })
    const hashes = new Set(Array.from({ length: 2000 }, (_, i) => picture(ds.features, i).join()))
    expect(hashes.size).toBe(2000)
  })

  test('picture i depends on the seed and i alone', () => {
    const whole = drawnDigits({ count: 60, seed: 9 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 1, max: 6 }), (start, wanted) => {
        const count = Math.min(wanted, 60 - start)
        const features = new Uint8Array(count * PIXELS).fill(77)
        const labels = new Int32Array(count)
        drawDigitsInto(features, labels, { seed: 9, start })
        expect(labels).toEqual(whole.labels!.slice(start, start + count))
        expect(features).toEqual(whole.features.slice(start * PIXELS, (start + count) * PIXELS))
      }),
      { numRuns: 25 },
    )
  })

  test('balances the classes in every block, in changing order', () => {
    const { labels } = drawnDigits({ count: 300, seed: 4 })
    const orders = new Set<string>()
    for (let block = 0; block < 30; block++) {
      const order = [...labels!.slice(block * 10, block * 10 + 10)]
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      orders.add(order.join())
    }
    expect(orders.size).toBeGreaterThan(25)
  })

  test('draws only the classes asked for', () => {
    const ds = drawnDigits({ count: 40, seed: 3, classes: ['7', '3'] })
    expect(ds.classes).toEqual(['7', '3'])
    const sevens = ds.labels!.filter(label => label === 0).length
    expect(sevens).toBe(20)
  })

  test('refuses what it cannot draw', () => {
    expect(() => drawnDigits({ count: 1, seed: 1, classes: ['x'] })).toThrow(/cannot draw the class "x"/)
    expect(() => drawnDigits({ count: 1, seed: 1, classes: [] })).toThrow(/no classes/)
    expect(() => drawnDigits({ count: -1, seed: 1 })).toThrow(/whole number/)
    expect(() => drawnDigits({ count: 2.5, seed: 1 })).toThrow(/whole number/)
    expect(drawnDigits({ count: 0, seed: 1 }).length).toBe(0)
  })
})

describe('the framing of MNIST', () => {
  const ds = drawnDigits({ count: 1500, seed: 8 })

  test('the ink fills a box of 20x20 on its longer side', () => {
    for (let i = 0; i < ds.length; i++) {
      const { left, right, top, foot } = bounds(ds.features, i)
      expect(Math.max(right - left, foot - top) + 1).toBe(20)
    }
  })

  test('the centre of mass lies within half a pixel of pixel (14, 14)', () => {
    for (let i = 0; i < ds.length; i++) {
      const { left, right, top, foot } = bounds(ds.features, i)
      const { x, y } = centre(ds.features, i)
      // Only the border of the picture may keep it further off.
      if (left > 0 && right < 27) expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.5 + 1e-9)
      if (top > 0 && foot < 27) expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.5 + 1e-9)
      expect(Math.abs(x - 14)).toBeLessThan(2)
      expect(Math.abs(y - 14)).toBeLessThan(2)
    }
  })

  test('is white on black with grey edges', () => {
    let grey = 0
    let ink = 0
    for (const v of ds.features) {
      if (v > 0) ink++
      if (v > 0 && v < 250) grey++
    }
    // MNIST's training pictures: 0.19 of the pixels have ink, 0.62 of these are grey.
    expect(ink / ds.features.length).toBeGreaterThan(0.15)
    expect(ink / ds.features.length).toBeLessThan(0.25)
    expect(grey / ink).toBeGreaterThan(0.5)
    expect(grey / ink).toBeLessThan(0.7)
  })
})

test.skipIf(!process.env.INKLING_DATA)('nearest drawn digits read real ones', () => {
  const folder = join(process.env.INKLING_DATA!, 'mnist')
  const real = gunzipSync(readFileSync(join(folder, 'train-images-idx3-ubyte.gz')))
  const truth = gunzipSync(readFileSync(join(folder, 'train-labels-idx1-ubyte.gz')))
  const drawn = drawnDigits({ count: 3000, seed: 1 })
  let right = 0
  for (let i = 0; i < 300; i++) {
    const features = real.subarray(16 + i * PIXELS, 16 + (i + 1) * PIXELS)
    if (drawn.labels![nearestPicture(features, drawn.features)] === truth[8 + i]) right++
  }
  // Measured when written: 259 of 300. A network reads far more; this only guards against drawing nonsense.
  expect(right).toBeGreaterThan(240)
})

function nearestPicture(wanted: ArrayLike<number>, features: ArrayLike<number>): number {
  let best = 0
  let bestDistance = Infinity
  for (let i = 0; i * PIXELS < features.length; i++) {
    let distance = 0
    for (let k = 0; k < PIXELS && distance < bestDistance; k++) {
      const d = wanted[k] - features[i * PIXELS + k]
      distance += d * d
    }
    if (distance < bestDistance) {
      bestDistance = distance
      best = i
    }
  }
  return best
}

function bounds(features: ArrayLike<number>, i: number) {
  const box = { left: 28, right: -1, top: 28, foot: -1 }
  for (let k = 0; k < PIXELS; k++) {
    if (features[i * PIXELS + k] === 0) continue
    const x = k % 28
    const y = Math.floor(k / 28)
    box.left = Math.min(box.left, x)
    box.right = Math.max(box.right, x)
    box.top = Math.min(box.top, y)
    box.foot = Math.max(box.foot, y)
  }
  return box
}

function centre(features: ArrayLike<number>, i: number) {
  let mass = 0
  let x = 0
  let y = 0
  for (let k = 0; k < PIXELS; k++) {
    const v = features[i * PIXELS + k]
    mass += v
    x += v * (k % 28)
    y += v * Math.floor(k / 28)
  }
  return { x: x / mass, y: y / mass }
}
