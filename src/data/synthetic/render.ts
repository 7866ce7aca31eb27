import type { Random } from '../../random.ts'
import type { Track } from './strokes.ts'

/** Side of a finished picture, of the box that the ink is fitted into, and of a pixel in points of the fine bitmap. */
export const SIDE = 28
const BOX = 20
const FINE = 3

/** The fine bitmap: the ink's longer side is BOX * FINE points, with room for rough edges. */
const MARGIN = 3
const GRAIN = BOX * FINE + 2 * MARGIN

/** A fine picture of the ink. */
export interface Bitmap {
  readonly width: number
  readonly height: number
  /** Row-major, 0 (paper) to 1 (ink). */
  readonly ink: Float32Array
}

/** What paper and scanner do to a line; lengths in points of the fine bitmap, of which a pixel has three. */
export interface Scan {
  /** How far the edge strays. */
  readonly roughness: number
  /** Width of the band in which ink fades into paper. */
  readonly softness: number
}

/**
 * Lays the ink of `tracks` on a fine bitmap that it just fills.
 */
export function inkTracks(tracks: readonly Track[], scan: Scan, random: Random): Bitmap {
  let left = Infinity
  let right = -Infinity
  let top = Infinity
  let foot = -Infinity
  for (const { x, y, radius } of tracks) {
    for (let i = 0; i < x.length; i++) {
      left = Math.min(left, x[i] - radius[i])
      right = Math.max(right, x[i] + radius[i])
      top = Math.min(top, y[i] - radius[i])
      foot = Math.max(foot, y[i] + radius[i])
    }
  }
  const scale = (BOX * FINE) / Math.max(right - left, foot - top)
  const width = Math.min(GRAIN, Math.ceil((right - left) * scale) + 2 * MARGIN)
  const height = Math.min(GRAIN, Math.ceil((foot - top) * scale) + 2 * MARGIN)
  // Depth of each point below the nearest edge of the ink (negative outside), near the edge in points.
  const depth = new Float32Array(width * height).fill(-99)
  for (const track of tracks) {
    const last = track.x.length - 1
    for (let i = 0; i <= last; i++) {
      const r = track.radius[i] * scale
      if (r > 3.5 && i % 2 === 1 && i < last) continue // its neighbours' discs cover it
      const cx = (track.x[i] - left) * scale + MARGIN - 0.5
      const cy = (track.y[i] - top) * scale + MARGIN - 0.5
      stamp(depth, width, height, cx, cy, r)
    }
  }
  return develop(depth, width, height, scan, random)
}

/** One touch of the pen: a disc. Tracks are dense enough for their discs to make a line. */
function stamp(depth: Float32Array, width: number, height: number, cx: number, cy: number, r: number): void {
  const reach = r + 2.5
  const y0 = Math.max(0, Math.ceil(cy - reach))
  const y1 = Math.min(height - 1, Math.floor(cy + reach))
  const slope = 1 / (2 * r)
  for (let y = y0; y <= y1; y++) {
    const dy = y - cy
    const rest = r * r - dy * dy
    const half = Math.sqrt(Math.max(0, reach * reach - dy * dy))
    const x0 = Math.max(0, Math.ceil(cx - half))
    const x1 = Math.min(width - 1, Math.floor(cx + half))
    for (let x = x0; x <= x1; x++) {
      const dx = x - cx
      const d = (rest - dx * dx) * slope
      const k = y * width + x
      if (d > depth[k]) depth[k] = d
    }
  }
}

/** Paper and scanner: the edge of the ink is where the depth passes a rough surface. */
function develop(depth: Float32Array, width: number, height: number, scan: Scan, random: Random): Bitmap {
  const { roughness, softness } = scan
  const ink = new Float32Array(width * height)
  const cell = 3
  const across = Math.ceil(width / cell) + 2
  let above = noiseRow(across, random)
  let below = noiseRow(across, random)
  for (let y = 0; y < height; y++) {
    const ty = (y % cell) / cell
    if (y > 0 && y % cell === 0) {
      above = below
      below = noiseRow(across, random)
    }
    for (let x = 0; x < width; x++) {
      const d = depth[y * width + x]
      if (d <= -3) continue
      const i = Math.floor(x / cell)
      const tx = (x - i * cell) / cell
      const a = above[i] + (above[i + 1] - above[i]) * tx
      const b = below[i] + (below[i + 1] - below[i]) * tx
      const share = (d - roughness * (a + (b - a) * ty)) / softness + 0.5
      if (share > 0) ink[y * width + x] = Math.min(1, share)
    }
  }
  return { width, height, ink }
}

function noiseRow(count: number, random: Random): Float64Array {
  const row = new Float64Array(count)
  for (let i = 0; i < count; i++) row[i] = 2 * random.next() - 1
  return row
}

/**
 * Frames a bitmap as MNIST was made: the box around the ink is scaled to fit 20x20 pixels with its aspect ratio
 * kept, each pixel taking the share of ink that it covers, and moved by whole pixels so that the centre of mass
 * comes as near as possible to the middle of pixel (14, 14) of 28x28 (where the 70,000 pictures of MNIST have it).
 *
 * @param bitmap ink of 20 points or more on its longer side: the scale is reduced, never enlarged
 * @param out 784 values 0 (paper) to 255 (ink), all overwritten
 */
export function frame(bitmap: Bitmap, out: Uint8Array): void {
  const { width, height, ink } = bitmap
  let left = width
  let right = -1
  let top = height
  let foot = -1
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (ink[y * width + x] === 0) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > foot) foot = y
    }
  }
  out.fill(0)
  if (right < 0) return
  const w = right - left + 1
  const h = foot - top + 1
  const point = BOX / Math.max(w, h) // side of a point of the bitmap, in pixels
  const ox = Math.floor((BOX - w * point) / 2)
  const oy = Math.floor((BOX - h * point) / 2)
  const box = new Float32Array(BOX * BOX)
  for (let y = 0; y < h; y++) {
    const py = oy + y * point
    const iy = Math.min(BOX - 1, Math.floor(py))
    const spillY = Math.max(0, py + point - (iy + 1))
    for (let x = 0; x < w; x++) {
      const share = ink[(top + y) * width + left + x]
      if (share === 0) continue
      const px = ox + x * point
      const ix = Math.min(BOX - 1, Math.floor(px))
      const spillX = Math.max(0, px + point - (ix + 1))
      const k = iy * BOX + ix
      box[k] += share * (point - spillX) * (point - spillY)
      if (spillX > 0 && ix + 1 < BOX) box[k + 1] += share * spillX * (point - spillY)
      if (spillY > 0 && iy + 1 < BOX) {
        box[k + BOX] += share * (point - spillX) * spillY
        if (spillX > 0 && ix + 1 < BOX) box[k + BOX + 1] += share * spillX * spillY
      }
    }
  }
  place(box, out)
}

function place(box: Float32Array, out: Uint8Array): void {
  let mass = 0
  let mx = 0
  let my = 0
  let left = BOX
  let right = 0
  let top = BOX
  let foot = 0
  for (let y = 0; y < BOX; y++) {
    for (let x = 0; x < BOX; x++) {
      const v = Math.min(255, Math.round(box[y * BOX + x] * 255))
      box[y * BOX + x] = v
      if (v === 0) continue
      mass += v
      mx += v * x
      my += v * y
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      foot = Math.max(foot, y)
    }
  }
  // The centre's place comes first, but no ink may leave the picture.
  const shift = (centre: number, first: number, last: number) =>
    Math.min(SIDE - 1 - last, Math.max(-first, SIDE / 2 - Math.round(centre)))
  const dx = shift(mx / mass, left, right)
  const dy = shift(my / mass, top, foot)
  for (let y = top; y <= foot; y++) {
    for (let x = left; x <= right; x++) out[(y + dy) * SIDE + x + dx] = box[y * BOX + x]
  }
}
