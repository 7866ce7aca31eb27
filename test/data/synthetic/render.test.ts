import { describe, expect, test } from 'vitest'
import { type Bitmap, frame, inkTracks } from '../../../src/data/synthetic/render.ts'
import { createRandom } from '../../../src/random.ts'

/** A sheet of `width` x `height` with a filled rectangle of ink. */
function rectangle(width: number, height: number, x: number, y: number, w: number, h: number): Bitmap {
  const ink = new Float32Array(width * height)
  for (let r = y; r < y + h; r++) ink.fill(1, r * width + x, r * width + x + w)
  return { width, height, ink }
}

function framed(bitmap: Bitmap): number[][] {
  const out = new Uint8Array(784).fill(9)
  frame(bitmap, out)
  return Array.from({ length: 28 }, (_, y) => [...out.subarray(y * 28, y * 28 + 28)])
}

describe('frame', () => {
  test('fits the longer side to 20 pixels and keeps the aspect ratio', () => {
    const rows = framed(rectangle(90, 90, 11, 17, 30, 60)) // one pixel is 3 points: 10 x 20 pixels
    const inked = rows.flatMap((row, y) => row.flatMap((v, x) => (v > 0 ? [{ x, y, v }] : [])))
    expect(inked).toHaveLength(200)
    expect(inked.every(p => p.v === 255)).toBe(true)
    expect(new Set(inked.map(p => p.y)).size).toBe(20)
    expect(new Set(inked.map(p => p.x)).size).toBe(10)
  })

  test('gives a pixel the share of ink that covers it', () => {
    const rows = framed(rectangle(50, 50, 0, 0, 25, 40)) // a point is half a pixel: 12.5 x 20 pixels
    const row = rows[14].filter(v => v > 0)
    expect(row).toEqual([...Array(12).fill(255), 128])
  })

  test('puts the centre of mass, not of the box, in the middle', () => {
    const bitmap = rectangle(60, 60, 0, 0, 60, 15) // a bar ...
    for (let r = 15; r < 60; r++) bitmap.ink.fill(1, r * 60, r * 60 + 3) // ... with a thin leg: 20 x 20 pixels
    const rows = framed(bitmap)
    // Mass 100 at row 2 of the box and 15 at row 12: the centre, 3.3, comes to row 14, and the box begins at row 11;
    // its foot would leave the picture, so that it begins at row 8.
    expect(rows.findIndex(row => row.some(v => v > 0))).toBe(8)
    expect(rows[27][rows[27].findIndex(v => v > 0)]).toBe(255)
  })

  test('keeps the weight of ink that pixels share', () => {
    const bitmap = rectangle(47, 47, 0, 0, 31, 47)
    const total = framed(bitmap)
      .flat()
      .reduce((sum, v) => sum + v, 0)
    expect(total / 255).toBeCloseTo((20 * 20 * 31) / 47, 0)
  })

  test('leaves paper without ink empty', () => {
    expect(framed(rectangle(9, 9, 0, 0, 0, 0)).flat()).toEqual(Array(784).fill(0))
  })
})

test('inkTracks draws a line as wide as its pen', () => {
  const x = Array.from({ length: 101 }, (_, i) => i / 100)
  const track = { x, y: x.map(() => 0), radius: x.map(() => 0.1) }
  const { width, height, ink } = inkTracks([track], { roughness: 0, softness: 1 }, createRandom(1))
  // 1.2 long and 0.2 wide, the longer side 60 points: 10 points wide.
  const column = Math.floor(width / 2)
  let thick = 0
  for (let r = 0; r < height; r++) thick += ink[r * width + column]
  expect(thick).toBeGreaterThan(9.5)
  expect(thick).toBeLessThan(10.5)
})
