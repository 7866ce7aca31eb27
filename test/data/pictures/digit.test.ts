import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Dataset, exampleAt } from '../../../src/data/dataset.ts'
import { prepareDigit } from '../../../src/data/pictures/digit.ts'
import type { GreyPicture } from '../../../src/data/pictures/picture.ts'
import { drawnDigits } from '../../../src/data/synthetic/digits.ts'
import { createRandom } from '../../../src/random.ts'

const digits: Dataset = drawnDigits({ count: 40, seed: 11 })
const digit = (i: number) => exampleAt(digits, i) as Uint8Array

/** A picture from a brightness function, 0..255. */
function picture(width: number, height: number, at: (x: number, y: number) => number): GreyPicture {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.max(0, Math.min(255, Math.round(at(i % width, Math.floor(i / width))))),
  )
  return { width, height, data }
}

/** Ink 0..1 of a 28 x 28 digit, smoothly enlarged to `size` with its corner at (left, top). */
function ink(pixels: Uint8Array, size: number, left: number, top: number): (x: number, y: number) => number {
  const at = (x: number, y: number) => (x < 0 || y < 0 || x > 27 || y > 27 ? 0 : pixels[y * 28 + x] / 255)
  return (x, y) => {
    const u = ((x - left + 0.5) * 28) / size - 0.5
    const v = ((y - top + 0.5) * 28) / size - 0.5
    const [i, j] = [Math.floor(u), Math.floor(v)]
    const [a, b] = [u - i, v - j]
    const value =
      (1 - a) * (1 - b) * at(i, j) + a * (1 - b) * at(i + 1, j) + (1 - a) * b * at(i, j + 1) + a * b * at(i + 1, j + 1)
    // As a pen leaves it: an edge, not a slope.
    return Math.max(0, Math.min(1, (value - 0.5) * 4 + 0.5))
  }
}

/**
 * Mean difference of two prepared digits, 0..255, in the best of the nine places one pixel around: a hair's breadth
 * decides to which whole pixel the centre of mass is rounded. A digit of another class is typically 40 away.
 */
function difference(a: Uint8Array, b: Uint8Array): number {
  let best = Number.POSITIVE_INFINITY
  for (const shift of [-29, -28, -27, -1, 0, 1, 27, 28, 29]) {
    best = Math.min(best, a.reduce((sum, v, i) => sum + Math.abs(v - (b[i + shift] ?? 0)), 0) / a.length)
  }
  return best
}

const clean = (i: number) => {
  const at = ink(digit(i), 200, 30, 20)
  return prepareDigit(picture(260, 240, (x, y) => 255 - 255 * at(x, y)))
}

describe('a picture in the form of MNIST', () => {
  test('is taken as it is', () => {
    for (let i = 0; i < digits.length; i++) {
      const prepared = prepareDigit({ width: 28, height: 28, data: digit(i) })
      expect(prepared).toMatchObject({ unchanged: true, darkInk: false, blank: false })
      expect(prepared.pixels).toEqual(digit(i))
    }
  })

  test('is only inverted when it is dark on white', () => {
    const prepared = prepareDigit({ width: 28, height: 28, data: digit(0).map(v => 255 - v) })
    expect(prepared).toMatchObject({ unchanged: true, darkInk: true })
    expect(prepared.pixels).toEqual(digit(0))
  })

  test('of the right size but in a corner is centred', () => {
    const at = ink(digit(0), 14, 0, 0)
    const prepared = prepareDigit(picture(28, 28, (x, y) => 255 * at(x, y)))
    expect(prepared.unchanged).toBe(false)
    expect(centreOf(prepared.pixels).x).toBeCloseTo(14, -0.3)
  })
})

describe('a digit on paper', () => {
  test('fills 20 pixels and has its mass in the middle, as MNIST’s do', () => {
    for (let i = 0; i < 20; i++) {
      const { pixels, unchanged } = clean(i)
      expect(unchanged).toBe(false)
      const centre = centreOf(pixels)
      expect(Math.abs(centre.x - 14)).toBeLessThanOrEqual(0.51)
      expect(Math.abs(centre.y - 14)).toBeLessThanOrEqual(0.51)
      const { width, height } = extentOf(pixels)
      expect(Math.max(width, height)).toBeGreaterThanOrEqual(19)
      expect(Math.max(width, height)).toBeLessThanOrEqual(20)
      expect(Math.max(...pixels)).toBeGreaterThan(240)
    }
  })

  test('comes out as the digit it was made of', () => {
    for (let i = 0; i < 20; i++) expect(difference(clean(i).pixels, digit(i))).toBeLessThan(16)
  })

  test('is the same dark on light and light on dark', () => {
    for (let i = 0; i < 10; i++) {
      const at = ink(digit(i), 200, 30, 20)
      const light = prepareDigit(picture(260, 240, (x, y) => 255 * at(x, y)))
      expect(light.darkInk).toBe(false)
      expect(clean(i).darkInk).toBe(true)
      expect(difference(light.pixels, clean(i).pixels)).toBeLessThan(1)
    }
  })

  test('may lie anywhere, in any size and any strength of ink', () => {
    fc.assert(
      fc.property(
        fc.nat(19),
        fc.integer({ min: 110, max: 200 }),
        fc.nat(60),
        fc.nat(60),
        fc.integer({ min: 60, max: 200 }),
        (i, size, left, top, strength) => {
          const at = ink(digit(i), size, left, top)
          const found = prepareDigit(picture(270, 265, (x, y) => 240 - strength * at(x, y)))
          expect(difference(found.pixels, clean(i).pixels)).toBeLessThan(16)
        },
      ),
      { numRuns: 25 },
    )
  })

  test('tells where it was', () => {
    const { box } = prepareDigit(picture(1000, 800, (x, y) => (x >= 300 && x < 500 && y >= 100 && y < 600 ? 20 : 230)))
    expect(Math.abs(box.left - 300)).toBeLessThan(5)
    expect(Math.abs(box.top - 100)).toBeLessThan(5)
    expect(Math.abs(box.width - 200)).toBeLessThan(9)
    expect(Math.abs(box.height - 500)).toBeLessThan(9)
  })

  test('keeps its proportions: a narrow bar stays narrow', () => {
    const { pixels } = prepareDigit(picture(200, 200, (x, y) => (x >= 90 && x < 108 && y >= 40 && y < 160 ? 0 : 255)))
    expect(extentOf(pixels)).toEqual({ width: 3, height: 20 })
  })

  test('drawn with a fine pen is thickened, not lost', () => {
    const { pixels } = prepareDigit(
      picture(400, 400, (x, y) => (Math.abs(Math.hypot(x - 200, y - 200) - 150) < 1.5 ? 40 : 250)),
    )
    const row = pixels.subarray(14 * 28, 15 * 28)
    expect(Math.max(...row)).toBeGreaterThan(200)
    expect(row[14]).toBe(0)
  })

  test('whose ink is faint becomes full ink', () => {
    const at = ink(digit(0), 200, 30, 20)
    const faint = prepareDigit(picture(260, 240, (x, y) => 230 - 40 * at(x, y)))
    expect(difference(faint.pixels, clean(0).pixels)).toBeLessThan(4)
  })
})

describe('a photographed digit', () => {
  const light: Record<string, (x: number, y: number) => number> = {
    'from one side': (x, y) => 0.55 + 0.3 * (x / 260) + 0.15 * (y / 240),
    'darker towards the corners': (x, y) => 0.9 - 0.35 * (((x - 130) / 130) ** 2 + ((y - 120) / 120) ** 2) * 0.5,
    'with the edge of a shadow': (x, y) => 0.85 - 0.35 / (1 + Math.exp(-(x - 0.6 * y - 50) / 5)),
    'on grey paper': () => 0.5,
  }

  test.each(Object.keys(light))('%s, with grain', name => {
    for (let i = 0; i < 8; i++) {
      const random = createRandom(i)
      const at = ink(digit(i), 200, 30, 20)
      const photo = picture(260, 240, (x, y) => 240 * light[name](x, y) * (1 - 0.7 * at(x, y)) + 5 * random.normal())
      const prepared = prepareDigit(photo)
      expect(prepared.darkInk).toBe(true)
      expect(difference(prepared.pixels, clean(i).pixels)).toBeLessThan(7)
    }
  })

  test('chalk on a board', () => {
    for (let i = 0; i < 8; i++) {
      const random = createRandom(i)
      const at = ink(digit(i), 200, 30, 20)
      const photo = picture(260, 240, (x, y) => 50 + 20 * (y / 240) + 150 * at(x, y) + 8 * random.normal())
      expect(difference(prepareDigit(photo).pixels, clean(i).pixels)).toBeLessThan(7)
    }
  })

  test('specks, dust and the edge of the sheet do not count', () => {
    for (let i = 0; i < 8; i++) {
      const random = createRandom(i)
      const dust = Array.from({ length: 8 }, () => [random.int(250), random.int(230), 1 + random.int(2)])
      const at = ink(digit(i), 180, 50, 30)
      const photo = picture(260, 240, (x, y) => {
        if (x < 14) return 60
        if (dust.some(([u, v, r]) => (x - u) ** 2 + (y - v) ** 2 <= r * r)) return 90
        return 225 - 190 * at(x, y)
      })
      expect(difference(prepareDigit(photo).pixels, clean(i).pixels)).toBeLessThan(10)
    }
  })
})

describe('nothing on the paper', () => {
  test.each<[string, (x: number, y: number) => number]>([
    ['white', () => 255],
    ['black', () => 0],
    ['grey', () => 127],
    ['a gradient', (x, y) => 100 + x / 2 + y / 3],
  ])('%s is blank', (_, at) => {
    for (const [width, height] of [
      [28, 28],
      [120, 90],
      [1, 1],
      [3, 200],
    ]) {
      const prepared = prepareDigit(picture(width, height, at))
      expect(prepared.blank).toBe(true)
      expect(prepared.pixels.every(v => v === 0)).toBe(true)
    }
  })

  test('grain alone is blank', () => {
    for (let seed = 0; seed < 10; seed++) {
      const random = createRandom(seed)
      expect(prepareDigit(picture(150, 120, () => 200 + 6 * random.normal())).blank).toBe(true)
    }
  })
})

test('any picture whatever gives 28 x 28', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (width, height, seed) => {
      const random = createRandom(seed)
      const prepared = prepareDigit(picture(width, height, () => random.int(256)))
      expect(prepared.pixels).toHaveLength(784)
      expect(Number.isFinite(prepared.box.left)).toBe(true)
    }),
  )
})

function centreOf(pixels: Uint8Array): { x: number; y: number } {
  const mass = pixels.reduce((a, b) => a + b, 0)
  return {
    x: pixels.reduce((sum, v, i) => sum + v * (i % 28), 0) / mass,
    y: pixels.reduce((sum, v, i) => sum + v * Math.floor(i / 28), 0) / mass,
  }
}

function extentOf(pixels: Uint8Array): { width: number; height: number } {
  const inked = Array.from(pixels.keys()).filter(i => pixels[i] > 0)
  const [xs, ys] = [inked.map(i => i % 28), inked.map(i => Math.floor(i / 28))]
  return { width: Math.max(...xs) - Math.min(...xs) + 1, height: Math.max(...ys) - Math.min(...ys) + 1 }
}
