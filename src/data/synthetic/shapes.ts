import { type Chance, direction } from './chance.ts'

/**
 * A shape by its signed distance: how far the point (x, y) lies outside its edge (negative: inside), in units of half the
 * shape's size. Pixels are inked by it, which gives edges without steps.
 */
export type Shape = (x: number, y: number) => number

export const disc =
  (radius: number): Shape =>
  (x, y) =>
    Math.sqrt(x * x + y * y) - radius

export const ring = (radius: number, width: number): Shape => {
  const round = disc(radius)
  return (x, y) => Math.abs(round(x, y)) - width / 2
}

/** A disc without the part that a second one, moved to the right, covers. */
export const crescent = (radius: number, shift: number): Shape => {
  const whole = disc(radius)
  const hole = disc(0.85 * radius)
  return (x, y) => Math.max(whole(x, y), -hole(x - shift, y))
}

/** A straight line with round ends. */
export const line = (length: number, width: number): Shape => {
  return (x, y) => {
    const along = Math.max(0, Math.abs(x) - length / 2)
    return Math.sqrt(along * along + y * y) - width / 2
  }
}

/** A closed polygon [x, y, x, y, ...], its corners rounded by `round`. */
export function polygon(corners: readonly number[], round = 0): Shape {
  const n = corners.length
  return (x, y) => {
    let nearest = Infinity
    let inside = false
    for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
      const ax = corners[i]
      const ay = corners[i + 1]
      const ex = corners[j] - ax
      const ey = corners[j + 1] - ay
      const wx = x - ax
      const wy = y - ay
      const along = Math.min(1, Math.max(0, (wx * ex + wy * ey) / (ex * ex + ey * ey)))
      const dx = wx - along * ex
      const dy = wy - along * ey
      nearest = Math.min(nearest, dx * dx + dy * dy)
      if (wy < 0 !== wy < ey && wx * Math.abs(ey) < ((wy * ex) / ey) * Math.abs(ey)) inside = !inside
    }
    return (inside ? -1 : 1) * Math.sqrt(nearest) - round
  }
}

/** The corners of a figure of `points` rays: every second corner lies on the inner radius. No inner one: a regular polygon. */
export function rays(points: number, outer: number, inner?: number): number[] {
  const count = inner === undefined ? points : 2 * points
  return Array.from({ length: count }, (_, i) => {
    const [cos, sin] = direction((360 * i) / count)
    const radius = inner !== undefined && i % 2 === 1 ? inner : outer
    return [radius * cos, radius * sin]
  }).flat()
}

/** Moves every corner a little: no two squares are alike. */
export function shaken(corners: readonly number[], by: number, chance: Chance): number[] {
  return corners.map(value => value + chance.about(0, by))
}

/** What lies in both. */
export const within =
  (one: Shape, other: Shape): Shape =>
  (x, y) =>
    Math.max(one(x, y), other(x, y))

/** Bars of half the `period`, along y. */
export const bars = (period: number, shift: number): Shape => {
  return x => {
    const t = x / period + shift
    return (Math.abs(t - Math.floor(t) - 0.5) - 0.25) * period
  }
}

/** Bars that swing from side to side. */
export const swinging = (period: number, shift: number, swing: number, length: number): Shape => {
  const straight = bars(period, shift)
  return (x, y) => straight(x + swing * direction((360 * y) / length)[1], y)
}

/** A board of squares, each half the `period` wide. */
export const board = (period: number, shift: number): Shape => {
  const across = bars(period, shift)
  const down = bars(period, shift)
  return (x, y) => {
    const [a, b] = [across(x, y), down(y, x)]
    return Math.max(Math.min(a, b), -Math.max(a, b))
  }
}
