// Direct convolutions on zero-bordered NHWC pictures: no im2col. For one row ky of the window the KW * Ci inputs of an
// output are contiguous, and neighbouring outputs are strideX * Ci apart: a window is a matrix row in KH segments, and a
// tile is up to 6 outputs (going on in the next row of the picture where one ends) x 16 channels.
import { ConvCommand, ConvWeightGradCommand } from './generated/commands'
import { ownScratch } from './memory'
import { shareStart, splitsFirst } from './split'
import { columnTiles, gatherPanel, PANEL_ROWS, TILE_SCRATCH, tileOfRows } from './tile'

/** Outputs of one panel to do before the next, so that the panel's weights are used while they are in the cache. */
const OUTPUTS_PER_BLOCK: i32 = 96

export function conv(record: usize, part: i32, parts: i32): void {
  const c = changetype<ConvCommand>(record)
  const rows = c.images * c.outH
  const panels = (c.Co + 15) >> 4
  let row0 = 0
  let row1 = rows
  let panel0 = 0
  let panel1 = panels
  if (splitsFirst(rows, panels, true, parts)) {
    row0 = shareStart(rows, 1, part, parts)
    row1 = shareStart(rows, 1, part + 1, parts)
  } else {
    panel0 = shareStart(panels, 1, part, parts)
    panel1 = shareStart(panels, 1, part + 1, parts)
  }
  const block = (OUTPUTS_PER_BLOCK + c.outW - 1) / c.outW
  for (; row0 < row1; row0 += block) {
    const end = min(row1, row0 + block)
    for (let j = panel0; j < panel1; j++) convRows(c, row0, end, j, ownScratch())
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
  const outW = c.outW
  const outH = c.outH
  // From the end of an output row to the start of the next, in this picture or of the next picture.
  const jump = (c.inYStep as usize) - (outW as usize) * xStep
  const jumpC = (c.outRow as usize) - (outW as usize) * pixel
  const lastRow = (outH - 1) as usize
  const jumpImage = (c.inImage as usize) - lastRow * (c.inYStep as usize) - (outW as usize) * xStep
  const jumpImageC = (c.outImage as usize) - lastRow * (c.outRow as usize) - (outW as usize) * pixel
  const image = (row0 / outH) as usize
  let y = row0 % outH
  let x = 0
  let a = (c.input as usize) + image * (c.inImage as usize) + (y as usize) * (c.inYStep as usize)
  let out = (c.out as usize) + image * (c.outImage as usize) + (y as usize) * (c.outRow as usize) + column
  let left = (row1 - row0) * outW
  // Outputs are cut evenly into tiles; a tile goes over at most two rows, so very narrow pictures get more of them.
  const tiles = (left + 5) / 6
  const width = left / tiles
  let wider = left % tiles
  while (left > 0) {
    const rest = outW - x
    const mr = min(min(wider-- > 0 ? width + 1 : width, left), rest + outW)
    const last = y == outH - 1
    const toNext = last ? jumpImage : jump
    const toNextC = last ? jumpImageC : jumpC
    tileOfRows(mr, nr, KH, K, skip, a, xStep, b, 64, out, pixel, c.mode, bias, rest, toNext, toNextC, scratch)
    a += (mr as usize) * xStep
    out += (mr as usize) * pixel
    left -= mr
    x += mr
    while (x >= outW) {
      x -= outW
      a += y == outH - 1 ? jumpImage : jump
      out += y == outH - 1 ? jumpImageC : jumpC
      y = y == outH - 1 ? 0 : y + 1
    }
  }
}

/**
 * Outputs to sum in one go, as rows of a picture or as whole small pictures: longer sums write the gradient less often.
 * Their panel of dy must fit the scratch.
 */
const OUTPUTS_PER_SUM: i32 = PANEL_ROWS
/** Bytes of input in one go, which stay in the second-level cache for all panels. */
const INPUT_PER_SUM: i32 = 1 << 18

export function convWeightGrad(record: usize, part: i32, parts: i32): void {
  const c = changetype<ConvWeightGradCommand>(record)
  // A piece: one panel of output channels and one row ky of the window.
  const pieces = ((c.Co + 15) >> 4) * c.KH
  const end = shareStart(c.slices * pieces, 1, part + 1, parts)
  let at = shareStart(c.slices * pieces, 1, part, parts)
  while (at < end) {
    const slice = at / pieces
    const piece = at % pieces
    const count = min(pieces - piece, end - at)
    weightGradSlice(c, slice, piece, piece + count, ownScratch())
    at += count
  }
}

/** Pieces piece0..piece1 of one slice: of a fixed range of images. */
function weightGradSlice(c: ConvWeightGradCommand, slice: i32, piece0: i32, piece1: i32, scratch: usize): void {
  const outH = c.outH
  const image0 = shareStart(c.images, 1, slice, c.slices)
  const image1 = shareStart(c.images, 1, slice + 1, c.slices)
  const sum = (c.partials as usize) + (((slice * c.KH) as usize) * (c.K as usize) * (c.Co as usize) << 2)
  // The blocks are fixed by the shape, because their sums are added one after the other.
  const columns = min(c.outW, OUTPUTS_PER_SUM)
  const blockRows = min(outH, OUTPUTS_PER_SUM / columns)
  const fitting = blockRows < outH ? 1 : min(OUTPUTS_PER_SUM / (outH * columns), INPUT_PER_SUM / c.inImage)
  const blockImages = max(1, fitting)
  for (let image = image0; image < image1; image += blockImages) {
    const images = min(blockImages, image1 - image)
    for (let y = 0; y < outH; y += blockRows) {
      const rows = min(blockRows, outH - y)
      for (let x = 0; x < c.outW; x += columns) {
        const width = min(columns, c.outW - x)
        const at = (image as usize) * (c.inImage as usize) + (y as usize) * (c.inYStep as usize)
        const input = (c.input as usize) + at + (x as usize) * (c.inXStep as usize)
        const dyAt = (image as usize) * (c.dyImage as usize) + (y as usize) * (c.dyRow as usize)
        const dy = (c.dy as usize) + dyAt + (x as usize) * (c.dyPixel as usize)
        const mode = image == image0 && y == 0 && x == 0 ? 0 : 1
        for (let piece = piece0; piece < piece1; piece++) {
          const j = piece / c.KH
          const ky = piece % c.KH
          if (piece == piece0 || ky == 0) packGradient(c, dy, images, rows, width, j, scratch + TILE_SCRATCH)
          weightGradPiece(c, input, images, rows, width, j, ky, sum, mode, scratch)
        }
      }
    }
  }
}

/**
 * Panel `j` of the block's gradient as [output][16] in scratch: every row ky and channel of the input needs it, and where
 * it lies its lines are a power of two apart and drive each other out of the first-level cache.
 */
function packGradient(c: ConvWeightGradCommand, dy: usize, images: i32, rows: i32, width: i32, j: i32, dst: usize): void {
  for (let n = 0; n < images; n++) {
    for (let y = 0; y < rows; y++) {
      const src = dy + (n as usize) * (c.dyImage as usize) + (y as usize) * (c.dyRow as usize) + ((j as usize) << 6)
      gatherPanel(src, c.dyPixel, dst, width)
      dst += (width as usize) << 6
    }
  }
}

/** Adds `width` outputs of `rows` rows of `images` pictures to the gradient of the weights [ky][0..K)[16 j ..]. */
function weightGradPiece(
  c: ConvWeightGradCommand, input: usize, images: i32, rows: i32, width: i32, j: i32, ky: i32, sum: usize, mode: i32,
  scratch: usize,
): void {
  const K = c.K
  const nr = min(16, c.Co - (j << 4))
  const stride = (c.Co as usize) << 2
  const xStep: usize = c.inXStep
  const skip = (c.inYStep as usize) - (width as usize) * xStep
  const skipG = (c.inImage as usize) - (rows as usize) * (c.inYStep as usize)
  const a = input + (ky as usize) * (c.inRow as usize)
  const out = sum + ((ky * K) as usize) * stride + ((j as usize) << 6)
  columnTiles(K, nr, images, rows, width, skip, skipG, a, xStep, scratch + TILE_SCRATCH, out, stride, mode, scratch)
}
