// Direct convolutions on zero-bordered NHWC pictures: no im2col. For one output row and one row ky of the window, the
// KW * Ci inputs of neighbouring outputs are contiguous and strideX * Ci apart, so a window is a matrix row in KH
// segments, and a tile is up to 6 neighbouring outputs x 16 channels.
import { ConvCommand, ConvWeightGradCommand } from './generated/commands'
import { scratchOf } from './memory'
import { shareStart, splitsFirst } from './split'
import { tileOfColumns, tileOfRows } from './tile'

/** Tiles of one panel to do before the next, so that the panel's weights are used while they are in the cache. */
const TILES_PER_BLOCK: i32 = 16

export function conv(record: usize, tid: i32, threads: i32): void {
  const c = changetype<ConvCommand>(record)
  const rows = c.images * c.outH
  const panels = (c.Co + 15) >> 4
  let row0 = 0
  let row1 = rows
  let panel0 = 0
  let panel1 = panels
  if (splitsFirst(rows, panels, true, threads)) {
    row0 = shareStart(rows, 1, tid, threads)
    row1 = shareStart(rows, 1, tid + 1, threads)
  } else {
    panel0 = shareStart(panels, 1, tid, threads)
    panel1 = shareStart(panels, 1, tid + 1, threads)
  }
  const block = max(4, TILES_PER_BLOCK / ((c.outW + 5) / 6))
  for (; row0 < row1; row0 += block) {
    const end = min(row1, row0 + block)
    for (let j = panel0; j < panel1; j++) convRows(c, row0, end, j, scratchOf(tid))
  }
}

/** Output rows row0..row1 (linear over the images) of panel `j`. */
function convRows(c: ConvCommand, row0: i32, row1: i32, j: i32, scratch: usize): void {
  const K = c.K
  const KH = c.KH
  const skip = (c.inRow as usize) - ((K as usize) << 2)
  const xStep: usize = c.inXStep
  const pixel: usize = c.outPixel
  const b = (c.packedB as usize) + (((j * KH) as usize) * (K as usize) << 6)
  const nr = min(16, c.Co - (j << 4))
  const column = (j as usize) << 6
  const bias = (c.bias as usize) + column
  const tiles = (c.outW + 5) / 6
  const width = c.outW / tiles
  const wider = c.outW % tiles
  for (let row = row0; row < row1; row++) {
    const image = (row / c.outH) as usize
    const y = (row % c.outH) as usize
    let a = (c.input as usize) + image * (c.inImage as usize) + y * (c.inYStep as usize)
    let out = (c.out as usize) + image * (c.outImage as usize) + y * (c.outRow as usize) + column
    for (let t = 0; t < tiles; t++) {
      const mr = t < wider ? width + 1 : width
      tileOfRows(mr, nr, KH, K, skip, a, xStep, b, 64, 0, out, pixel, c.mode, bias, scratch)
      a += (mr as usize) * xStep
      out += (mr as usize) * pixel
    }
  }
}

/** Output pixels of one image to sum before the next panel: their inputs stay in the cache. */
const PIXELS_PER_BLOCK: i32 = 256

export function convWeightGrad(record: usize, tid: i32, threads: i32): void {
  const c = changetype<ConvWeightGradCommand>(record)
  // A piece: one panel of output channels and one row ky of the window.
  const pieces = ((c.Co + 15) >> 4) * c.KH
  const start = shareStart(c.slices * pieces, 1, tid, threads)
  const end = shareStart(c.slices * pieces, 1, tid + 1, threads)
  let at = start
  while (at < end) {
    const slice = at / pieces
    const piece = at % pieces
    const count = min(pieces - piece, end - at)
    weightGradSlice(c, slice, piece, piece + count, scratchOf(tid))
    at += count
  }
}

/** Pieces piece0..piece1 of one slice: of a fixed range of images. */
function weightGradSlice(c: ConvWeightGradCommand, slice: i32, piece0: i32, piece1: i32, scratch: usize): void {
  const outH = c.outH
  const image0 = shareStart(c.images, 1, slice, c.slices)
  const image1 = shareStart(c.images, 1, slice + 1, c.slices)
  const sum = (c.partials as usize) + (((slice * c.KH) as usize) * (c.K as usize) * (c.Co as usize) << 2)
  // The block is fixed by the shape: its sums are added one after the other.
  const block = max(4, PIXELS_PER_BLOCK / c.outW)
  for (let image = image0; image < image1; image++) {
    for (let y = 0; y < outH; y += block) {
      const rows = min(block, outH - y)
      const input = (c.input as usize) + (image as usize) * (c.inImage as usize) + (y as usize) * (c.inYStep as usize)
      const dy = (c.dy as usize) + (image as usize) * (c.dyImage as usize) + (y as usize) * (c.dyRow as usize)
      const mode = image == image0 && y == 0 ? 0 : 1
      for (let piece = piece0; piece < piece1; piece++) {
        const j = piece / c.KH
        weightGradPiece(c, input, dy, rows, j, piece % c.KH, sum, mode, scratch)
      }
    }
  }
}

/** Adds `rows` output rows to the gradient of the weights [ky][0..K)[16 j ..]. */
function weightGradPiece(
  c: ConvWeightGradCommand, input: usize, dy: usize, rows: i32, j: i32, ky: i32, sum: usize, mode: i32, scratch: usize,
): void {
  const K = c.K
  const outW = c.outW
  const nr = min(16, c.Co - (j << 4))
  const stride = (c.Co as usize) << 2
  const xStep: usize = c.inXStep
  const pixel: usize = c.dyPixel
  const skip = (c.inYStep as usize) - (outW as usize) * xStep
  const skipB = (c.dyRow as usize) - (outW as usize) * pixel
  const tiles = (K + 5) / 6
  const height = K / tiles
  const higher = K % tiles
  const b = dy + ((j as usize) << 6)
  let a = input + (ky as usize) * (c.inRow as usize)
  let out = sum + ((ky * K) as usize) * stride + ((j as usize) << 6)
  for (let t = 0; t < tiles; t++) {
    const mr = t < higher ? height + 1 : height
    tileOfColumns(mr, nr, rows, outW, skip, a, xStep, b, pixel, skipB, out, stride, mode, 0, scratch)
    a += (mr as usize) << 2
    out += (mr as usize) * stride
  }
}
