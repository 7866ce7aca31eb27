import { expect } from 'vitest'

/** Values equal to `tolerance` of the largest of them (at least 1); the message names the worst. */
export function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'values',
): void {
  expect(found.length, what).toBe(expected.length)
  let scale = 1
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]))
  let worst = -1
  let difference = 0
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs(found[i] - expected[i])
    if (!(d <= difference)) {
      difference = d
      worst = i
    }
  }
  if (!(difference <= tolerance * scale))
    expect.fail(`${what}[${worst}]: ${found[worst]} for ${expected[worst]} (tolerance ${tolerance * scale})`)
}
