import { describe, expect, test } from 'vitest'
import { createChance, direction } from '../../../src/data/synthetic/chance.ts'
import { arc, at, corner } from '../../../src/data/synthetic/glyph.ts'
import { digits } from '../../../src/data/synthetic/glyphs/index.ts'
import { type Hand, randomHand } from '../../../src/data/synthetic/hand.ts'
import { writeStrokes } from '../../../src/data/synthetic/strokes.ts'
import { createRandom } from '../../../src/random.ts'

/** A hand that misses nothing. */
const steady: Hand = {
  slant: 0,
  width: 1,
  rotation: 0,
  shake: 0,
  warp: 0,
  tremor: 0,
  haste: 0,
  radius: 0.05,
  contrast: 0,
  nib: 0,
  nibAngle: 0,
  startPressure: 1,
  endPressure: 1,
  pressureNoise: 0,
  overshoot: 0,
}

describe('chance', () => {
  test('direction is the cosine and sine', () => {
    for (let degrees = -725; degrees <= 725; degrees += 5) {
      const [cos, sin] = direction(degrees)
      expect(cos).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 5)
      expect(sin).toBeCloseTo(Math.sin((degrees * Math.PI) / 180), 5)
    }
  })

  test('about has the mean and deviation asked for, and bounds', () => {
    const c = createChance(createRandom(1))
    const values = Array.from({ length: 20000 }, () => c.about(5, 2))
    const mean = values.reduce((a, b) => a + b) / values.length
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
    expect(mean).toBeCloseTo(5, 1)
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1)
    expect(Math.max(...values)).toBeLessThanOrEqual(5 + 2 * 3.47)
  })

  test('pick follows the weights', () => {
    const c = createChance(createRandom(2))
    const items = [{ weight: 1 }, { weight: 0 }, { weight: 3 }]
    const counts = [0, 0, 0]
    for (let i = 0; i < 8000; i++) counts[items.indexOf(c.pick(items))]++
    expect(counts[1]).toBe(0)
    expect(counts[2] / counts[0]).toBeCloseTo(3, 0)
  })
})

test('an arc lies on its ellipse and runs counter-clockwise when the angle falls', () => {
  const points = arc(0.5, 0.5, 0.3, 0.4, 0, -90)
  for (const { x, y } of points) expect(((x - 0.5) / 0.3) ** 2 + ((y - 0.5) / 0.4) ** 2).toBeCloseTo(1, 5)
  expect(points[0].x).toBeCloseTo(0.8)
  expect(points[points.length - 1].y).toBeCloseTo(0.1) // the top
})

describe('writeStrokes', () => {
  test('a path is even, and goes through its corners', () => {
    const stroke = [at(0, 0), corner(1, 0), at(1, 1)]
    const [track] = writeStrokes([stroke], steady, createChance(createRandom(3)))
    for (let i = 2; i < track.x.length - 1; i++) {
      const step = Math.hypot(track.x[i] - track.x[i - 1], track.y[i] - track.y[i - 1])
      expect(step).toBeLessThan(0.035)
    }
    expect(track.radius.every(r => r > 0.03 && r < 0.08)).toBe(true)
  })

  test('every way of writing every digit gives finite ink', () => {
    for (const glyph of digits) {
      for (const allograph of glyph.allographs) {
        for (let seed = 0; seed < 20; seed++) {
          const c = createChance(createRandom(seed))
          for (const { x, y, radius } of writeStrokes(allograph.draw(c), randomHand(c), c)) {
            expect(x.length).toBeGreaterThan(1)
            expect([...x, ...y].every(v => Number.isFinite(v) && Math.abs(v) < 3)).toBe(true)
            expect(radius.every(r => r > 0 && r < 0.6)).toBe(true)
          }
        }
      }
    }
  })

  test('the table holds the ten digits in order', () => {
    expect(digits.map(d => d.label).join('')).toBe('0123456789')
    for (const { allographs } of digits) {
      expect(new Set(allographs.map(a => a.name)).size).toBe(allographs.length)
      expect(allographs.every(a => a.weight > 0)).toBe(true)
    }
  })
})
