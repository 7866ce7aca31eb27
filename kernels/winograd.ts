// Winograd's convolutions F(4x4, 3x3) and F(2x2, 3x3), stride 1: `points` = 4 or 2 outputs along each side of a tile.
//
//   forward         y = A^T [ sum over ci of (G w G^T) * (B^T x B) ] A       36 (16) products per 16 (4) outputs, not 144 (36)
//   weight gradient dw = G^T [ sum over tiles of (B^T x B) * (A dy A^T) ] G
//
// The middle is a matrix product for each of the (points + 2)^2 places xi of a transformed tile. Slices of xi lie an odd
// number of cache lines apart: at powers of two, which channels like to be, they drive each other out of the cache.
import {
  WinogradCommand, WinogradGradientCommand, WinogradInputCommand, WinogradWeightGradCommand, WinogradWeightsCommand,
} from './generated/commands'
import {
  gradient2Columns, gradient2Rows, gradient4Columns, gradient4Rows, input2Columns, input2Rows, input4Columns,
  input4Rows, output2Columns, output2Rows, output2RowsTail, output4Columns, output4Rows, output4RowsTail,
  weightGradient2Columns, weightGradient2Rows, weightGradient4Columns, weightGradient4Rows, weights2Columns,
  weights2Rows, weights4Columns, weights4Rows,
} from './generated/winograd'
import { ownScratch, thread } from './memory'
import { shareStart } from './split'
import { TILE_SCRATCH, tileOfRows } from './tile'

/** Bytes of channels that are transformed together: a place of the transforms' scratch, which holds 36 of them. */
const PLACE: usize = 128
/** Behind them: where outputs beyond the picture's edge go. */
const NOWHERE: usize = 36 * PLACE
/** What lies outside a picture, and no bias. */
const ZEROS: usize = memory.data(128, 64)
/** Bounds from below: none, and that of a ReLU. */
const LOWEST: usize = memory.data<f32>([-Infinity, 0], 64)
/** Bytes between the slices of a thread's tiles, beyond what they hold. */
const APART: usize = 128

/** Bytes of `channels` floats, rounded up to whole pairs of vectors. */
// @ts-ignore: decorator
@inline
function wholeBytes(channels: i32): usize {
  return (((channels + 7) & ~7) as usize) << 2
}

/** Transformed weights [xi][panel][k][16] from panels [panel][tap][k][16]. */
export function winogradWeights(record: usize, part: i32, parts: i32): void {
  const c = changetype<WinogradWeightsCommand>(record)
  const scratch = ownScratch()
  const tap = (c.K as usize) << 6
  const xi: usize = c.xiBytes
  const end = shareStart(c.panels * c.K, 2, part + 1, parts)
  let item = shareStart(c.panels * c.K, 2, part, parts)
  while (item < end) {
    const panel = item / c.K
    const k = item % c.K
    const rows = min(2, min(c.K - k, end - item))
    const bytes = (rows as usize) << 6
    const src = (c.src as usize) + ((panel * 9) as usize) * tap + ((k as usize) << 6)
    const dst = (c.dst as usize) + ((item as usize) << 6)
    if (c.points == 4) {
      for (let x: usize = 0; x < 3; x++) weights4Columns(src + x * tap, scratch + x * PLACE, 3 * tap, bytes)
      for (let y: usize = 0; y < 6; y++) weights4Rows(scratch + y * 3 * PLACE, dst + y * 6 * xi, xi, bytes)
    } else {
      for (let x: usize = 0; x < 3; x++) weights2Columns(src + x * tap, scratch + x * PLACE, 3 * tap, bytes)
      for (let y: usize = 0; y < 4; y++) weights2Rows(scratch + y * 3 * PLACE, dst + y * 4 * xi, xi, bytes)
    }
    item += rows
  }
}

/** The gradient of the weights [tap][count] from that of the transformed ones [xi][count]. */
export function winogradWeightGrad(record: usize, part: i32, parts: i32): void {
  const c = changetype<WinogradWeightGradCommand>(record)
  const scratch = ownScratch()
  const rest = scratch + NOWHERE
  const tap = (c.count as usize) << 2
  const xi: usize = c.xiBytes
  const end = shareStart(c.count, 32, part + 1, parts)
  for (let item = shareStart(c.count, 32, part, parts); item < end; item += 32) {
    const at = (item as usize) << 2
    const count = min(32, end - item)
    const bytes = wholeBytes(count)
    // What would write beyond the end of a tap goes by way of the scratch.
    const whole = (count & 7) == 0
    const dst = whole ? (c.dst as usize) + at : rest
    const step = whole ? tap : PLACE
    for (let y: usize = 0; y < 3; y++) {
      const row = scratch + y * ((c.points + 2) as usize) * PLACE
      if (y == 0) {
        const src = (c.src as usize) + at
        if (c.points == 4) {
          for (let x: usize = 0; x < 6; x++) weightGradient4Columns(src + x * xi, scratch + x * PLACE, 6 * xi, bytes)
        } else {
          for (let x: usize = 0; x < 4; x++) weightGradient2Columns(src + x * xi, scratch + x * PLACE, 4 * xi, bytes)
        }
      }
      if (c.points == 4) weightGradient4Rows(row, dst + 3 * y * step, step, bytes)
      else weightGradient2Rows(row, dst + 3 * y * step, step, bytes)
    }
    if (!whole) {
      for (let t: usize = 0; t < 9; t++) memory.copy((c.dst as usize) + t * tap + at, rest + t * PLACE, count << 2)
    }
  }
}

/** Transformed tiles [xi][tile][channel] of the input, for the weight gradient. */
export function winogradInput(record: usize, part: i32, parts: i32): void {
  const c = changetype<WinogradInputCommand>(record)
  const start = shareStart(c.tiles, 1, part, parts)
  const count = shareStart(c.tiles, 1, part + 1, parts) - start
  const dst = (c.dst as usize) + (start as usize) * (c.tileBytes as usize)
  const first = c.firstTile + start
  transformTiles(
    c.points, false, c.src, c.H, c.W, c.C, c.top, c.left, c.tilesY, c.tilesX, first, count, dst, c.tileBytes, c.xiBytes,
    ownScratch(),
  )
}

/** Transformed tiles [xi][tile][channel] of the output's gradient. */
export function winogradGradient(record: usize, part: i32, parts: i32): void {
  const c = changetype<WinogradGradientCommand>(record)
  const start = shareStart(c.tiles, 1, part, parts)
  const count = shareStart(c.tiles, 1, part + 1, parts) - start
  const dst = (c.dst as usize) + (start as usize) * (c.tileBytes as usize)
  const first = c.firstTile + start
  transformTiles(
    c.points, true, c.src, c.H, c.W, c.C, 0, 0, c.tilesY, c.tilesX, first, count, dst, c.tileBytes, c.xiBytes,
    ownScratch(),
  )
}

/** The whole convolution: blocks of tiles are transformed, multiplied and transformed back while they are in the cache. */
export function winograd(record: usize, part: i32, parts: i32): void {
  const c = changetype<WinogradCommand>(record)
  const points = c.points
  const tilesY = (c.outH + points - 1) / points
  const tilesX = (c.outW + points - 1) / points
  const tiles = c.images * tilesY * tilesX
  const start = shareStart(tiles, 1, part, parts)
  const count = shareStart(tiles, 1, part + 1, parts) - start
  if (count == 0) return
  const scratch = ownScratch()
  const places = (points + 2) * (points + 2)
  const vXi = (c.block as usize) * wholeBytes(c.Ci) + APART
  const mXi = (c.block as usize) * wholeBytes(c.Co) + APART
  const v = (c.scratch as usize) + (thread as usize) * (c.scratchBytes as usize)
  const m = v + (places as usize) * vXi
  const blocks = (count + c.block - 1) / c.block
  const size = count / blocks
  const larger = count % blocks
  let tile = start
  for (let b = 0; b < blocks; b++) {
    const n = b < larger ? size + 1 : size
    transformTiles(
      points, false, c.src, c.H, c.W, c.Ci, c.top, c.left, tilesY, tilesX, tile, n, v, wholeBytes(c.Ci), vXi, scratch,
    )
    for (let xi = 0; xi < places; xi++) {
      const at = xi as usize
      multiply(c.Ci, c.Co, n, v + at * vXi, (c.weights as usize) + at * (c.xiBytes as usize), m + at * mXi, scratch)
    }
    transformBack(c, tilesY, tilesX, tile, n, m, mXi, scratch)
    tile += n
  }
}

/** [n][channels] = [n][K] times the panels of one xi. */
function multiply(K: i32, channels: i32, n: i32, v: usize, b: usize, m: usize, scratch: usize): void {
  const vStride = wholeBytes(K)
  const mStride = wholeBytes(channels)
  const columns = (mStride >> 2) as i32
  const tiles = (n + 5) / 6
  const rows = n / tiles
  const larger = n % tiles
  for (let j = 0; j < columns; j += 16) {
    const nr = min(16, columns - j)
    let a = v
    let out = m + ((j as usize) << 2)
    for (let t = 0; t < tiles; t++) {
      const mr = t < larger ? rows + 1 : rows
      tileOfRows(mr, nr, 1, K, 0, a, vStride, b, 64, out, mStride, 0, 0, 0, 0, 0, scratch)
      a += (mr as usize) * vStride
      out += (mr as usize) * mStride
    }
    b += (K as usize) << 6
  }
}

/**
 * Tiles first..first + count (linear over the images) of pictures [H][W][C]: (points + 2)^2 pixels every `points`, from
 * (-top, -left), or, as `gradient`, points^2 pixels every `points`. Outside the pictures there are zeros. Writes
 * [xi][tile][C], tiles `step` bytes apart, C rounded up to eight (the surplus is of no use, but no harm).
 */
function transformTiles(
  points: i32, gradient: bool, src: usize, H: i32, W: i32, C: i32, top: i32, left: i32, tilesY: i32, tilesX: i32,
  first: i32, count: i32, dst: usize, step: usize, xi: usize, scratch: usize,
): void {
  const pixel = (C as usize) << 2
  const row = (W as usize) * pixel
  const whole = wholeBytes(C)
  const places = points + 2
  const window = gradient ? points : places
  const placeRow = (window as usize) * PLACE
  const xiRow = (places as usize) * xi
  const tilesXY = tilesY * tilesX
  let picture = src + ((first / tilesXY) as usize) * (H as usize) * row
  let ty = (first % tilesXY) / tilesX
  let tx = first % tilesX
  for (let t = 0; t < count; t++) {
    const y = ty * points - top
    const x = tx * points - left
    const corner = picture + (y as usize) * row + (x as usize) * pixel
    for (let channel: usize = 0; channel < whole; channel += PLACE) {
      const bytes = min(PLACE, whole - channel)
      for (let i = 0; i < window; i++) {
        const p = corner + (i as usize) * pixel + channel
        const s = scratch + (i as usize) * PLACE
        // A column outside the picture is one in which no row is inside.
        const height: u32 = ((x + i) as u32) < (W as u32) ? H : 0
        const p0 = inside(y, height, p)
        const p1 = inside(y + 1, height, p + row)
        if (gradient) {
          if (points == 4) {
            gradient4Columns(p0, p1, inside(y + 2, height, p + 2 * row), inside(y + 3, height, p + 3 * row), s, bytes)
          } else {
            gradient2Columns(p0, p1, s, bytes)
          }
          continue
        }
        const p2 = inside(y + 2, height, p + 2 * row)
        const p3 = inside(y + 3, height, p + 3 * row)
        if (points == 4) {
          input4Columns(
            p0, p1, p2, p3, inside(y + 4, height, p + 4 * row), inside(y + 5, height, p + 5 * row), s, bytes,
          )
        } else {
          input2Columns(p0, p1, p2, p3, s, bytes)
        }
      }
      let s = scratch
      let out = dst + channel
      for (let i = 0; i < places; i++) {
        if (points == 4) {
          if (gradient) gradient4Rows(s, out, xi, bytes)
          else input4Rows(s, out, xi, bytes)
        } else {
          if (gradient) gradient2Rows(s, out, xi, bytes)
          else input2Rows(s, out, xi, bytes)
        }
        s += placeRow
        out += xiRow
      }
    }
    dst += step
    if (++tx == tilesX) {
      tx = 0
      if (++ty == tilesY) {
        ty = 0
        picture += (H as usize) * row
      }
    }
  }
}

/** The pixel at `p`, if row `y` is one of the picture's. */
// @ts-ignore: decorator
@inline
function inside(y: i32, height: u32, p: usize): usize {
  return (y as u32) < height ? p : ZEROS
}

/** Writes the outputs of tiles first..first + count from their transforms, with bias and ReLU, cut at the edges. */
function transformBack(
  c: WinogradCommand, tilesY: i32, tilesX: i32, first: i32, count: i32, m: usize, xi: usize, scratch: usize,
): void {
  const points = c.points
  const places = points + 2
  const pixel = (c.Co as usize) << 2
  const whole = wholeBytes(c.Co)
  const outH = c.outH
  const outW = c.outW
  const lower = LOWEST + (c.mode == 2 ? 4 : 0)
  const nowhere = scratch + NOWHERE
  const tilesXY = tilesY * tilesX
  const row = (outW as usize) * pixel
  let picture = (c.out as usize) + ((first / tilesXY) as usize) * (outH as usize) * row
  let ty = (first % tilesXY) / tilesX
  let tx = first % tilesX
  for (let t = 0; t < count; t++) {
    const y = ty * points
    const x = tx * points
    const height = min(points, outH - y)
    for (let channel: usize = 0; channel < whole; channel += PLACE) {
      const bytes = min(PLACE, whole - channel)
      // Channels that exist, in whole pairs of vectors, and the rest.
      const full = min(bytes, (pixel - channel) & ~31)
      const tail = full < bytes ? c.Co & 7 : 0
      const bias = c.mode ? (c.bias as usize) + channel : ZEROS
      for (let j = 0; j < places; j++) {
        const from = m + channel + (j as usize) * xi
        const to = scratch + (j as usize) * PLACE
        if (points == 4) output4Columns(from, to, 6 * xi, bytes)
        else output2Columns(from, to, 4 * xi, bytes)
      }
      let s = scratch
      let q0 = picture + (y as usize) * row + (x as usize) * pixel + channel
      for (let i = 0; i < height; i++) {
        const q1 = x + 1 < outW ? q0 + pixel : nowhere
        if (points == 4) {
          const q2 = x + 2 < outW ? q0 + 2 * pixel : nowhere
          const q3 = x + 3 < outW ? q0 + 3 * pixel : nowhere
          if (full) output4Rows(s, q0, q1, q2, q3, bias, lower, full)
          if (tail) output4RowsTail(s + full, q0 + full, q1 + full, q2 + full, q3 + full, bias + full, lower, tail)
        } else {
          if (full) output2Rows(s, q0, q1, bias, lower, full)
          if (tail) output2RowsTail(s + full, q0 + full, q1 + full, bias + full, lower, tail)
        }
        s += (places as usize) * PLACE
        q0 += row
      }
    }
    m += whole
    if (++tx == tilesX) {
      tx = 0
      if (++ty == tilesY) {
        ty = 0
        picture += (outH as usize) * row
      }
    }
  }
}
