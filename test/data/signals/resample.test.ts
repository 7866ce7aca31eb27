import { describe, expect, test } from 'vitest'
import { resample } from '../../../src/data/signals/resample.ts'

const sine = (hertz: number, rate: number, samples: number) =>
  Float32Array.from({ length: samples }, (_, t) => Math.sin((2 * Math.PI * hertz * t) / rate))

/** Largest difference away from the ends, where the signal is continued by its last sample. */
function apart(a: Float32Array, b: Float32Array): number {
  expect(Math.abs(a.length - b.length)).toBeLessThanOrEqual(1)
  let most = 0
  for (let i = 100; i < a.length - 100; i++) most = Math.max(most, Math.abs(a[i] - b[i]))
  return most
}

describe('resample', () => {
  test.each([
    [8000, 16_000],
    [44_100, 16_000],
    [360, 250],
    [100, 33.3],
  ])('a slow sine from %d to %d Hz is the same sine', (from, to) => {
    const hertz = Math.min(from, to) / 10
    expect(apart(resample(sine(hertz, from, 4000), 1, from, to), sine(hertz, to, (4000 * to) / from))).toBeLessThan(
      1e-3,
    )
  })

  test('what the lower rate cannot hold is gone, not folded back', () => {
    // 700 Hz at 1000 samples a second would look like 300 Hz.
    const folded = resample(sine(700, 8000, 8000), 1, 8000, 1000)
    expect(Math.max(...folded.subarray(50, -50).map(Math.abs))).toBeLessThan(1e-3)
  })

  test('a constant stays one to the ends, channel by channel', () => {
    const values = Float32Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? 5 : -3))
    const out = resample(values, 2, 300, 70)
    expect(out.length).toBe(2 * 70)
    out.forEach((value, i) => {
      expect(value).toBeCloseTo(i % 2 === 0 ? 5 : -3, 5)
    })
  })
})
