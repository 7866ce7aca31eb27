import { type Chance, direction } from './chance.ts'
import type { Stroke } from './glyph.ts'
import type { Hand } from './hand.ts'
import { extent, length, type Path, relax, resample, smoothCurve, smoothNoise } from './path.ts'

/** Points of the pen's path, spaced evenly, with the radius of the ink at each. */
export interface Track {
  readonly x: number[]
  readonly y: number[]
  readonly radius: number[]
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

/** A smooth curve through the points, broken at corners. */
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

function tremble(path: Path, hand: Hand, c: Chance): void {
  const wave = c.between(0.08, 0.35) / STEP
  const nx = smoothNoise(path.x.length, wave, c)
  const ny = smoothNoise(path.y.length, wave, c)
  for (let i = 0; i < path.x.length; i++) {
    path.x[i] += hand.tremor * nx[i]
    path.y[i] += hand.tremor * ny[i]
  }
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
    let width = 1 + hand.contrast * (slow[i] - 0.2) + hand.pressureNoise * noise[i] - hand.nib * (along - 0.5)
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
