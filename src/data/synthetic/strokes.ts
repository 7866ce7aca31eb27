import { type Chance, direction } from './chance.ts'
import type { PenPoint, Stroke } from './glyph.ts'

/** How one writer holds the pen, for one character. Lengths are in heights of the character. */
export interface Hand {
  /** Sideways shift per unit of height; positive leans to the right. */
  slant: number
  /** Width over height, relative to the glyph as designed. */
  width: number
  /** Degrees, clockwise. */
  rotation: number
  /** Standard deviation with which each point is missed. */
  shake: number
  /** Standard deviation of the smooth warp of the whole plane. */
  warp: number
  /** Amplitude of the tremor along the path. */
  tremor: number
  /** Passes of smoothing along the path: a fast pen cuts its corners. */
  haste: number
  /** Radius of the pen, relative to the longer side of the finished character. */
  radius: number
  /** How much wider the line gets where the pen is slow (turns), and thinner where it is fast. */
  contrast: number
  /** How much thinner the line is along the nib's direction; 0 for a round pen. */
  nib: number
  nibAngle: number
  /** Relative width at the first and the last point of a stroke. */
  startPressure: number
  endPressure: number
  /** Slow change of the width along the path. */
  pressureNoise: number
  /** By how much strokes run on at their ends; negative when they stop short. */
  overshoot: number
}

/** Points of the pen's path, spaced evenly, with the radius of the ink at each. */
export interface Track {
  readonly x: number[]
  readonly y: number[]
  readonly radius: number[]
}

export function randomHand(c: Chance): Hand {
  // Most hands are tidy and a few are wild: one factor scales everything that goes astray.
  const wild = c.yes(0.25) ? c.between(1.1, 2.1) : c.between(0.5, 1.1)
  return {
    slant: c.about(0.18, 0.24),
    width: c.between(0.64, 1.28) * (1 + c.about(0, 0.1)),
    rotation: c.about(0, 6),
    shake: 0.022 * wild,
    warp: 0.035 * wild,
    tremor: c.between(0, 0.012) * wild,
    haste: Math.floor(c.between(0, 1) * c.between(0, 22)),
    radius: penRadius(c),
    contrast: c.about(0.15, 0.2),
    nib: c.yes(0.35) ? c.between(0.1, 0.5) : 0,
    nibAngle: c.about(-45, 35),
    startPressure: c.about(0.95, 0.2),
    endPressure: c.about(0.8, 0.25),
    pressureNoise: c.between(0.02, 0.2),
    overshoot: c.about(0, 0.025),
  }
}

/** Half the width of the line; a fine pen, a ball pen, or a felt tip. */
function penRadius(c: Chance): number {
  return Math.max(0.026, c.about(0.071, 0.018) + (c.yes(0.15) ? c.between(0, 0.07) : 0))
}

/** Distance between neighbouring points of a track, in heights of the character. */
const STEP = 0.02

/**
 * Writes `strokes` with `hand`: misses points, runs smooth curves through them, cuts corners, leans, warps,
 * trembles, and presses more or less.
 */
export function writeStrokes(strokes: readonly Stroke[], hand: Hand, c: Chance): Track[] {
  const paths = strokes.map(stroke => tracePath(missPoints(stroke, hand, c), hand, c))
  const bend = randomWarp(hand, c)
  for (const path of paths) bend(path)
  const longer = extent(paths)
  return paths.map(path => press(resample(path, STEP * longer), hand, longer, c))
}

interface Path {
  x: number[]
  y: number[]
}

function missPoints(stroke: Stroke, hand: Hand, c: Chance): Stroke {
  // A later stroke is misplaced as a whole as well, since the pen was lifted before it.
  const dx = c.about(0, hand.shake * 0.8)
  const dy = c.about(0, hand.shake * 0.8)
  return stroke.map(p => ({
    x: p.x + dx + c.about(0, hand.shake),
    y: p.y + dy + c.about(0, hand.shake),
    corner: p.corner,
  }))
}

/** A smooth curve through the points (cubic Hermite, chord-length tangents), broken at corners. */
function tracePath(points: Stroke, hand: Hand, c: Chance): Path {
  const path: Path = { x: [points[0].x], y: [points[0].y] }
  let first = 0
  for (let i = 1; i < points.length; i++) {
    if (i < points.length - 1 && !points[i].corner) continue
    smoothCurve(points, first, i, path)
    first = i
  }
  runOn(path, hand, c)
  const even = resample(path, STEP)
  for (let pass = 0; pass < hand.haste; pass++) {
    relax(even.x)
    relax(even.y)
  }
  tremble(even, hand, c)
  return even
}

function smoothCurve(points: readonly PenPoint[], first: number, last: number, path: Path): void {
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

/** Lets the pen run on past the ends, or stop short of them. */
function runOn(path: Path, hand: Hand, c: Chance): void {
  const { x, y } = path
  const n = x.length
  const back = Math.min(n - 1, 3)
  const start = c.about(hand.overshoot, 0.02)
  const end = c.about(hand.overshoot, 0.03)
  const startLength = 1e-6 + length(x[0] - x[back], y[0] - y[back])
  const endLength = 1e-6 + length(x[n - 1] - x[n - 1 - back], y[n - 1] - y[n - 1 - back])
  const sx = x[0] + ((x[0] - x[back]) / startLength) * start
  const sy = y[0] + ((y[0] - y[back]) / startLength) * start
  x[n - 1] += ((x[n - 1] - x[n - 1 - back]) / endLength) * end
  y[n - 1] += ((y[n - 1] - y[n - 1 - back]) / endLength) * end
  x[0] = sx
  y[0] = sy
}

/** One pass of [1 2 1]/4 along a path, its ends held. */
function relax(values: number[]): void {
  let before = values[0]
  for (let i = 1; i < values.length - 1; i++) {
    const here = values[i]
    values[i] = (before + 2 * here + values[i + 1]) / 4
    before = here
  }
}

function tremble(path: Path, hand: Hand, c: Chance): void {
  const wave = c.between(0.08, 0.35) / STEP
  const nx = smoothNoise(path.x.length, wave, c)
  const ny = smoothNoise(path.y.length, wave, c)
  for (let i = 0; i < path.x.length; i++) {
    path.x[i] += hand.tremor * nx[i]
    path.y[i] += hand.tremor * ny[i]
  }
}

/** Noise of unit variance (about) at `count` places, smooth over about `wave` of them. */
function smoothNoise(count: number, wave: number, c: Chance): Float64Array {
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

const GRID = 4

/** Slant, width, rotation, lopsided proportions and an elastic warp, as one map of the plane. */
function randomWarp(hand: Hand, c: Chance): (path: Path) => void {
  const [cos, sin] = direction(hand.rotation)
  const taper = c.about(0, 0.14 + hand.warp) // wider below than above
  const tilt = c.about(0, 0.1 + hand.warp) // taller on one side
  const heavy = c.about(0, 0.16) // the waist above or below the middle
  const bow = c.about(0, 0.1) // the upright bent
  const sag = c.about(0, 0.08) // the line bent
  const gx = Float64Array.from({ length: GRID * GRID }, () => c.about(0, hand.warp))
  const gy = Float64Array.from({ length: GRID * GRID }, () => c.about(0, hand.warp))
  return path => {
    for (let i = 0; i < path.x.length; i++) {
      let x = path.x[i] - 0.5
      let y = path.y[i] - 0.5
      const dx = sampleGrid(gx, x + 0.5, y + 0.5)
      const dy = sampleGrid(gy, x + 0.5, y + 0.5)
      const x0 = x
      x = x * (1 + taper * y) + bow * (y * y - 0.08) + dx
      y = y * (1 + tilt * x0) + heavy * (0.25 - y * y) + sag * (x0 * x0 - 0.08) + dy
      x = x * hand.width - hand.slant * y
      path.x[i] = x * cos - y * sin
      path.y[i] = x * sin + y * cos
    }
  }
}

function sampleGrid(grid: Float64Array, x: number, y: number): number {
  const fx = Math.min(Math.max(x, 0), 0.9999) * (GRID - 1)
  const fy = Math.min(Math.max(y, 0), 0.9999) * (GRID - 1)
  const ix = Math.floor(fx)
  const iy = Math.floor(fy)
  const tx = fx - ix
  const ty = fy - iy
  const sx = tx * tx * (3 - 2 * tx)
  const sy = ty * ty * (3 - 2 * ty)
  const k = iy * GRID + ix
  const top = grid[k] + (grid[k + 1] - grid[k]) * sx
  const foot = grid[k + GRID] + (grid[k + GRID + 1] - grid[k + GRID]) * sx
  return top + (foot - top) * sy
}

/** The longer side of the box around all paths. */
function extent(paths: readonly Path[]): number {
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

/** Gives each point of the path its width of ink: pen, speed, nib, pressure. */
function press(path: Path, hand: Hand, longer: number, c: Chance): Track {
  const { x, y } = path
  const n = x.length
  const radius = new Array<number>(n)
  const noise = smoothNoise(n, c.between(6, 25), c)
  const [nibX, nibY] = direction(hand.nibAngle)
  const slow = slowness(path)
  const tail = Math.max(2, Math.min(n / 2, 6))
  for (let i = 0; i < n; i++) {
    const a = Math.max(i - 1, 0)
    const b = Math.min(i + 1, n - 1)
    const dx = x[b] - x[a]
    const dy = y[b] - y[a]
    const along = Math.abs(dx * nibX + dy * nibY) / (1e-9 + length(dx, dy))
    let width = 1 + hand.contrast * (slow[i] - 0.35) + hand.pressureNoise * noise[i] - hand.nib * (along - 0.5)
    width *= hand.startPressure + (1 - hand.startPressure) * Math.min(1, i / tail)
    width *= hand.endPressure + (1 - hand.endPressure) * Math.min(1, (n - 1 - i) / tail)
    radius[i] = longer * hand.radius * Math.max(0.35, width)
  }
  return { x, y, radius }
}

/** 0 (straight, fast) to 1 (sharp turn, slow) at each point. */
function slowness(path: Path): number[] {
  const { x, y } = path
  const slow = new Array<number>(x.length).fill(0)
  for (let i = 1; i < x.length - 1; i++) {
    const ux = x[i] - x[i - 1]
    const uy = y[i] - y[i - 1]
    const vx = x[i + 1] - x[i]
    const vy = y[i + 1] - y[i]
    const turn = Math.abs(ux * vy - uy * vx) / (1e-12 + length(ux, uy) * length(vx, vy))
    slow[i] = turn / (turn + 0.12)
  }
  for (let pass = 0; pass < 3; pass++) relax(slow)
  return slow
}

/** The same path with points `step` apart. */
function resample(path: Path, step: number): Path {
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

function distance(a: PenPoint, b: PenPoint): number {
  return length(a.x - b.x, a.y - b.y)
}

function length(dx: number, dy: number): number {
  return Math.sqrt(dx * dx + dy * dy)
}
