import { expect, test } from 'vitest'
import { straighten } from '../../../src/data/pictures/straighten.ts'

/** Lines of a picture, `#` full ink. */
const drawn = (lines: string[]) => Uint8Array.from(lines.join(''), sign => (sign === '#' ? 200 : 0))
const shown = (pixels: Uint8Array, width: number) =>
  Array.from({ length: pixels.length / width }, (_, y) =>
    Array.from(pixels.subarray(y * width, (y + 1) * width), v => (v >= 100 ? '#' : '.')).join(''),
  )

test('a slanted stroke stands upright, where its middle was', () => {
  const out = new Uint8Array(35)
  straighten(drawn(['....#..', '...#...', '..#....', '.#.....', '#......']), 7, out)
  expect(shown(out, 7)).toEqual(['..#....', '..#....', '..#....', '..#....', '..#....'])
})

test('what stands upright, a single row and a black picture stay as they are', () => {
  for (const lines of [
    ['.#.', '.#.', '.#.'],
    ['...', '###', '...'],
    ['...', '...', '...'],
  ]) {
    const [picture, out] = [drawn(lines), new Uint8Array(9).fill(7)]
    straighten(picture, 3, out)
    expect(out).toEqual(picture)
  }
})

test('afterwards x and y of the ink do not go together', () => {
  const picture = new Uint8Array(28 * 28)
  for (let y = 6; y < 22; y++) for (let x = 0; x < 5; x++) picture[y * 28 + 8 + x + Math.round(y * 0.4)] = 60 + 9 * y
  const out = new Uint8Array(28 * 28)
  const slant = (pixels: Uint8Array) => {
    const sum = (of: (x: number, y: number) => number) =>
      pixels.reduce((all, v, i) => all + v * of(i % 28, Math.floor(i / 28)), 0)
    const mass = sum(() => 1)
    const [mx, my] = [sum(x => x) / mass, sum((_, y) => y) / mass]
    return sum((x, y) => (x - mx) * (y - my)) / sum((_, y) => (y - my) ** 2)
  }
  straighten(picture, 28, out)
  expect(Math.abs(slant(picture))).toBeGreaterThan(0.3)
  expect(Math.abs(slant(out))).toBeLessThan(0.005)
})
