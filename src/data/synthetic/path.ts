import type { Chance } from './chance.ts'
import type { PenPoint } from './glyph.ts'

/** A line on the paper, as many short pieces. */
export interface Path {
  x: number[]
  y: number[]
}

/** Appends to `path` the smooth curve through points[first..last] (cubic Hermite, chord-length tangents). */
export function smoothCurve(points: readonly PenPoint[], first: number, last: number, path: Path): void {
  const n = last - first + 1
  const chord = new Float64Array(n)
  for (let i = 1; i < n; i++) chord[i] = 1e-6 + distance(points[first + i - 1], points[first + i])
  const tangent = (axis: 'x' | 'y', i: number): number => {
    const p = (k: number) => points[first + k][axis]
    if (n === 2) return (p(1) - p(0)) / chord[1]
    if (i === 0) return (2 * (p(1) - p(0))) / chord[1] - tangent(axis, 1)
    if (i === n - 1) return (2 * (p(i) - p(i - 1))) / chord[i] - tangent(axis, i - 1)
    const before = (p(i) - p(i - 1)) / chord[i]
    const after = (p(i + 1) - p(i)) / chord[i + 1]
    return (before * chord[i + 1] + after * chord[i]) / (chord[i] + chord[i + 1])
  }
  for (let i = 1; i < n; i++) {
    const h = chord[i]
    const a = points[first + i - 1]
    const b = points[first + i]
    const ax = tangent('x', i - 1) * h
    const ay = tangent('y', i - 1) * h
    const bx = tangent('x', i) * h
    const by = tangent('y', i) * h
    const steps = Math.max(2, Math.ceil(h / 0.03))
    for (let k = 1; k <= steps; k++) {
      const t = k / steps
      const u = 1 - t
      const pa = u * u * (1 + 2 * t)
      const ta = u * u * t
      const pb = t * t * (3 - 2 * t)
      const tb = -t * t * u
      path.x.push(pa * a.x + ta * ax + pb * b.x + tb * bx)
      path.y.push(pa * a.y + ta * ay + pb * b.y + tb * by)
    }
  }
}

/** The same path with points `step` apart. */
export function resample(path: Path, step: number): Path {
  const { x, y } = path
  const out: Path = { x: [x[0]], y: [y[0]] }
  let left = step
  for (let i = 1; i < x.length; i++) {
    const dx = x[i] - x[i - 1]
    const dy = y[i] - y[i - 1]
    const span = length(dx, dy)
    let done = 0
    while (span - done >= left) {
      done += left
      left = step
      out.x.push(x[i - 1] + (dx * done) / span)
      out.y.push(y[i - 1] + (dy * done) / span)
    }
    left -= span - done
  }
  out.x.push(x[x.length - 1])
  out.y.push(y[y.length - 1])
  return out
}

/** One pass of [1 2 1]/4 along a path, its ends held. */
export function relax(values: number[]): void {
  let before = values[0]
  for (let i = 1; i < values.length - 1; i++) {
    const here = values[i]
    values[i] = (before + 2 * here + values[i + 1]) / 4
    before = here
  }
}

/** Noise of unit variance (about) at `count` places, smooth over about `wave` of them. */
export function smoothNoise(count: number, wave: number, c: Chance): Float64Array {
  const out = new Float64Array(count)
  let left = c.about(0, 1)
  let right = c.about(0, 1)
  let t = c.between(0, 1)
  for (let i = 0; i < count; i++) {
    if (t >= 1) {
      t -= 1
      left = right
      right = c.about(0, 1)
    }
    const s = t * t * (3 - 2 * t)
    out[i] = left + (right - left) * s
    t += 1 / wave
  }
  return out
}

/** The longer side of the box around all paths. */
export function extent(paths: readonly Path[]): number {
  let left = Infinity
  let right = -Infinity
  let top = Infinity
  let foot = -Infinity
  for (const path of paths) {
    for (let i = 0; i < path.x.length; i++) {
      left = Math.min(left, path.x[i])
      right = Math.max(right, path.x[i])
      top = Math.min(top, path.y[i])
      foot = Math.max(foot, path.y[i])
    }
  }
  return Math.max(right - left, foot - top, 0.05)
}

function distance(a: PenPoint, b: PenPoint): number {
  return length(a.x - b.x, a.y - b.y)
}

export function length(dx: number, dy: number): number {
  return Math.sqrt(dx * dx + dy * dy)
}
