// Random moves of pictures: `src/engine/ops/augmentPicture.ts` in AssemblyScript, with the same draws and the same
// order of operations in float64. An image belongs to one thread.
import { AugmentCommand } from './generated/commands'
import { hash32, mix } from './hash'
import { ownScratch } from './memory'
import { shareEnd, shareStart } from './split'

// Byte offsets in the settings block.
const ROTATE: usize = 0
const ZOOM: usize = 4
const SHIFT_X: usize = 8
const SHIFT_Y: usize = 12
const FLIP: usize = 16
const CROP: usize = 20
const ELASTIC: usize = 24
const ELASTIC_CELLS: usize = 28

const STREAM: u32 = 0x61756721
const FIRST_GRID_DRAW: u32 = 16
/** Scratch of a thread: the elastic grid of up to 15 x 15 vectors (f64 pairs), then one row of it for the y at hand. */
const GRID_ROW: usize = 15 * 15 * 16

/** Uniform in [0, 1). */
// @ts-ignore: decorator
@inline
function draw(key: u32, i: u32): f64 {
  return (hash32(i * 0x9e3779b9 + key) as f64) / 4294967296.0
}

// @ts-ignore: decorator
@inline
function symmetric(key: u32, i: u32): f64 {
  return 2 * draw(key, i) - 1
}

/** sin x for |x| <= pi, to 1e-13. */
function sine(x: f64): f64 {
  let term = x
  let sum = x
  for (let i = 2; i < 28; i += 2) {
    term *= (-x * x) / ((i * (i + 1)) as f64)
    sum += term
  }
  return sum
}

/** cos x for |x| <= pi, to 1e-13. */
function cosine(x: f64): f64 {
  let term: f64 = 1
  let sum: f64 = 1
  for (let i = 1; i < 28; i += 2) {
    term *= (-x * x) / ((i * (i + 1)) as f64)
    sum += term
  }
  return sum
}

export function augment(record: usize, part: i32, parts: i32): void {
  const c = changetype<AugmentCommand>(record)
  const size = c.H * c.W * c.C
  const stream = mix(mix(load<u32>(c.seed), STREAM), load<u32>(c.seed, 4))
  const end = shareEnd(c.images, 1, part, parts)
  for (let image = shareStart(c.images, 1, part, parts); image < end; image++) {
    const key = mix(stream, load<u32>((c.index as usize) + ((image as usize) << 2)))
    const src = (c.src as usize) + (image as usize) * (size as usize)
    const dst = (c.dst as usize) + (((image as usize) * (size as usize)) << 2)
    moveImage(c, key, src, dst, ownScratch())
  }
}

function moveImage(c: AugmentCommand, key: u32, src: usize, dst: usize, scratch: usize): void {
  const settings: usize = c.settings
  const crop = load<f32>(settings, CROP) as f64
  const flipped = draw(key, 5) < (load<f32>(settings, FLIP) as f64)
  const cropX = Math.floor(draw(key, 6) * (2 * crop + 1)) - crop
  const cropY = Math.floor(draw(key, 7) * (2 * crop + 1)) - crop
  const rotate = load<f32>(settings, ROTATE) as f64
  const zoom = load<f32>(settings, ZOOM) as f64
  const shiftX = load<f32>(settings, SHIFT_X) as f64
  const shiftY = load<f32>(settings, SHIFT_Y) as f64
  const elastic = load<f32>(settings, ELASTIC) as f64
  if (rotate == 0 && zoom == 0 && shiftX == 0 && shiftY == 0 && elastic == 0) {
    return cutImage(c, flipped, cropX as i32, cropY as i32, src, dst)
  }
  const angle = (symmetric(key, 0) * rotate * Math.PI) / 180
  const cos = cosine(angle)
  const sin = sine(angle)
  const zoomX = 1 + symmetric(key, 1) * zoom
  const zoomY = 1 + symmetric(key, 2) * zoom
  const moveX = symmetric(key, 3) * shiftX * (c.W as f64)
  const moveY = symmetric(key, 4) * shiftY * (c.H as f64)
  const centreX = ((c.W - 1) as f64) / 2
  const centreY = ((c.H - 1) as f64) / 2
  const cells = max(1, min(12, load<f32>(settings, ELASTIC_CELLS) as i32))
  const side = cells + 3
  const grid = scratch
  const gridRow = scratch + GRID_ROW
  if (elastic > 0) {
    for (let i = 0; i < 2 * side * side; i++) {
      store<f64>(grid + ((i as usize) << 3), elastic * symmetric(key, FIRST_GRID_DRAW + i))
    }
  }
  for (let y = 0; y < c.H; y++) {
    if (elastic > 0) blendRows(grid, gridRow, side, y, c.H, cells)
    const dy = ((y as f64) + cropY - centreY) * zoomY
    for (let x = 0; x < c.W; x++) {
      const u = flipped ? c.W - 1 - x : x
      const dx = ((u as f64) + cropX - centreX) * zoomX
      let fromX = centreX + cos * dx - sin * dy + moveX
      let fromY = centreY + sin * dx + cos * dy + moveY
      if (elastic > 0) {
        const at = position(u, c.W, cells)
        const cell = min(cells - 1, at as i32)
        const t = at - (cell as f64)
        const p = gridRow + ((cell as usize) << 4)
        const w0 = weight0(t)
        const w1 = weight1(t)
        const w2 = weight1(1 - t)
        const w3 = weight0(1 - t)
        fromX += w0 * load<f64>(p) + w1 * load<f64>(p, 16) + w2 * load<f64>(p, 32) + w3 * load<f64>(p, 48)
        fromY += w0 * load<f64>(p, 8) + w1 * load<f64>(p, 24) + w2 * load<f64>(p, 40) + w3 * load<f64>(p, 56)
      }
      samplePixel(c, src, dst, fromX, fromY)
      dst += (c.C as usize) << 2
    }
  }
}

/** Place along an axis in cells of the elastic grid. */
// @ts-ignore: decorator
@inline
function position(i: i32, size: i32, cells: i32): f64 {
  return size > 1 ? ((i as f64) / ((size - 1) as f64)) * (cells as f64) : 0
}

/** Weight of the first of the four vectors around a place t in its cell; of the last at 1 - t. */
// @ts-ignore: decorator
@inline
function weight0(t: f64): f64 {
  const s = 1 - t
  return (s * s * s) / 6
}

/** Weight of the second; of the third at 1 - t. */
// @ts-ignore: decorator
@inline
function weight1(t: f64): f64 {
  return (4 - 6 * t * t + 3 * (t * t * t)) / 6
}

/** The grid's vectors blended for row y. */
function blendRows(grid: usize, row: usize, side: i32, y: i32, height: i32, cells: i32): void {
  const at = position(y, height, cells)
  const cell = min(cells - 1, at as i32)
  const t = at - (cell as f64)
  const step = (side as usize) << 4
  let p = grid + (cell as usize) * step
  for (let i = 0; i < 2 * side; i++) {
    const value =
      weight0(t) * load<f64>(p) +
      weight1(t) * load<f64>(p + step) +
      weight1(1 - t) * load<f64>(p + step * 2) +
      weight0(1 - t) * load<f64>(p + step * 3)
    store<f64>(row, value)
    p += 8
    row += 8
  }
}

/** One output pixel, bilinear, 0 outside. */
// @ts-ignore: decorator
@inline
function samplePixel(c: AugmentCommand, src: usize, dst: usize, fromX: f64, fromY: f64): void {
  const floorX = Math.floor(fromX)
  const floorY = Math.floor(fromY)
  const left = floorX as i32
  const top = floorY as i32
  const right = fromX - floorX
  const bottom = fromY - floorY
  const channels = c.C
  const rowBytes = (c.W * channels) as usize
  const inLeft = left >= 0 && left < c.W
  const inRight = left >= -1 && left < c.W - 1
  const inTop = top >= 0 && top < c.H
  const inBottom = top >= -1 && top < c.H - 1
  let p = src + (top as usize) * rowBytes + (left as usize) * (channels as usize)
  for (let i: usize = 0; i < (channels as usize); i++) {
    const a: f64 = inTop && inLeft ? (load<u8>(p) as f64) : 0
    const b: f64 = inTop && inRight ? (load<u8>(p + channels) as f64) : 0
    const d: f64 = inBottom && inLeft ? (load<u8>(p + rowBytes) as f64) : 0
    const e: f64 = inBottom && inRight ? (load<u8>(p + rowBytes + channels) as f64) : 0
    const above = (1 - right) * a + right * b
    const below = (1 - right) * d + right * e
    const value = (1 - bottom) * above + bottom * below
    const scale = load<f32>((c.scale as usize) + (i << 2)) as f64
    store<f32>(dst + (i << 2), (value * scale + (load<f32>((c.shift as usize) + (i << 2)) as f64)) as f32)
    p += 1
  }
}

/** Flip and crop alone: whole pixels. */
function cutImage(c: AugmentCommand, flipped: bool, cropX: i32, cropY: i32, src: usize, dst: usize): void {
  const channels = c.C
  for (let y = 0; y < c.H; y++) {
    const fromY = y + cropY
    const inRow = fromY >= 0 && fromY < c.H
    for (let x = 0; x < c.W; x++) {
      const fromX = (flipped ? c.W - 1 - x : x) + cropX
      const inside = inRow && fromX >= 0 && fromX < c.W
      const p = src + (((fromY * c.W + fromX) * channels) as usize)
      for (let i: usize = 0; i < (channels as usize); i++) {
        const value: f64 = inside ? (load<u8>(p + i) as f64) : 0
        const scale = load<f32>((c.scale as usize) + (i << 2)) as f64
        store<f32>(dst, (value * scale + (load<f32>((c.shift as usize) + (i << 2)) as f64)) as f32)
        dst += 4
      }
    }
  }
}
