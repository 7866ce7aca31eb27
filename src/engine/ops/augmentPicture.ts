/**
 * Random moves of a picture, keyed by (seed, epoch, example) alone: the same example moves the same way whatever the
 * batch, the order or the number of threads. `kernels/augment.ts` does the same on the workers.
 *
 * Output pixel (x, y) takes the source at the place found so:
 *   1. flip: with the given probability x becomes W - 1 - x
 *   2. crop: the picture padded by p zeros is cut at a random place: x + i, y + j with whole i, j from -p to p
 *   3. zoom about the centre, one factor for each axis from 1 - zoom to 1 + zoom (above 1 the picture shrinks), then
 *      rotation about the centre by up to +-degrees, then a shift by up to +-fraction of the width and of the height
 *   4. elastic: a smooth displacement, a cubic B-spline over a grid of random vectors of up to +-amplitude pixels
 *      (typical displacement: 0.3 amplitudes)
 * All draws are uniform. The source is read bilinearly and is 0 outside. Flip and crop alone copy bytes exactly.
 */
import { hash32, mix } from '../../random.ts'

export interface AugmentSettings {
  /** Largest rotation, degrees (to 180). */
  rotate?: number
  /** Largest change of size, a fraction: 0.15 for 0.85 to 1.15. */
  zoom?: number
  /** Largest shift, a fraction of the width, of the height. */
  shiftX?: number
  shiftY?: number
  /** Probability of a horizontal flip. */
  flip?: number
  /** Pixels of padding to cut from. */
  crop?: number
  /** Largest elastic displacement, pixels. */
  elastic?: number
  /** Cells of the elastic grid along a side, 1 to 12; default 4. */
  elasticCells?: number
}

/** Words of the settings block that the `augment` command reads: f32 in this order. */
export const augmentWord = {
  rotate: 0,
  zoom: 1,
  shiftX: 2,
  shiftY: 3,
  flip: 4,
  crop: 5,
  elastic: 6,
  elasticCells: 7,
} as const
/** Words to reserve for the block. */
export const AUGMENT_WORDS = 16

/** The settings block of the command. */
export function augmentSettingsBlock(settings: AugmentSettings): Float32Array {
  const block = new Float32Array(AUGMENT_WORDS)
  block[augmentWord.elasticCells] = 4
  for (const [name, word] of Object.entries(augmentWord)) {
    const value = settings[name as keyof AugmentSettings]
    if (value !== undefined) block[word] = value
  }
  return block
}

const STREAM = 0x61756721
/** Draws 0..7 are those below; from here on two for each vector of the elastic grid, row by row. */
const FIRST_GRID_DRAW = 16

/** One picture to move. */
export interface AugmentedPicture {
  /** [height][width][channels], 0..255. */
  source: ArrayLike<number>
  /** Filled with value * scale[c] + shift[c], in the same order. */
  target: { [i: number]: number }
  height: number
  width: number
  channels: number
  settings: AugmentSettings
  /** One entry for all channels or one for each. */
  scale: ArrayLike<number>
  shift: ArrayLike<number>
  /** What the draws depend on, integers: the run, the epoch, the example's number. */
  seed: number
  epoch: number
  index: number
}

/** Moves one picture. */
export function augmentPicture(picture: AugmentedPicture): void {
  const { source, target, height: H, width: W, channels: C, settings, scale, shift } = picture
  const block = augmentSettingsBlock(settings)
  const [rotate, zoom, shiftX, shiftY, flip, crop, elastic] = block
  const cells = Math.max(1, Math.min(12, Math.trunc(block[augmentWord.elasticCells])))
  const key = mix(mix(mix(picture.seed | 0, STREAM), picture.epoch | 0), picture.index | 0)
  const draw = (i: number) => hash32((Math.imul(i, 0x9e3779b9) + key) | 0) / 4294967296
  const symmetric = (i: number) => 2 * draw(i) - 1

  const angle = (symmetric(0) * rotate * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const zoomX = 1 + symmetric(1) * zoom
  const zoomY = 1 + symmetric(2) * zoom
  const moveX = symmetric(3) * shiftX * W
  const moveY = symmetric(4) * shiftY * H
  const flipped = draw(5) < flip
  const cropX = Math.floor(draw(6) * (2 * crop + 1)) - crop
  const cropY = Math.floor(draw(7) * (2 * crop + 1)) - crop
  const [centreX, centreY] = [(W - 1) / 2, (H - 1) / 2]

  const side = cells + 3
  const grid = Float64Array.from({ length: 2 * side * side }, (_, i) => elastic * symmetric(FIRST_GRID_DRAW + i))
  const pixel = (x: number, y: number, c: number) =>
    x < 0 || x >= W || y < 0 || y >= H ? 0 : source[(y * W + x) * C + c]
  for (let y = 0; y < H; y++) {
    for (let x = 0; x < W; x++) {
      const u = flipped ? W - 1 - x : x
      const dx = (u + cropX - centreX) * zoomX
      const dy = (y + cropY - centreY) * zoomY
      let fromX = centreX + cos * dx - sin * dy + moveX
      let fromY = centreY + sin * dx + cos * dy + moveY
      if (elastic > 0) {
        const [cellX, weightsX] = spline(u, W, cells)
        const [cellY, weightsY] = spline(y, H, cells)
        for (let j = 0; j < 4; j++) {
          for (let i = 0; i < 4; i++) {
            const vector = 2 * ((cellY + j) * side + cellX + i)
            fromX += weightsY[j] * weightsX[i] * grid[vector]
            fromY += weightsY[j] * weightsX[i] * grid[vector + 1]
          }
        }
      }
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)]
      const [right, bottom] = [fromX - left, fromY - top]
      for (let c = 0; c < C; c++) {
        const above = (1 - right) * pixel(left, top, c) + right * pixel(left + 1, top, c)
        const below = (1 - right) * pixel(left, top + 1, c) + right * pixel(left + 1, top + 1, c)
        const value = (1 - bottom) * above + bottom * below
        target[(y * W + x) * C + c] = value * scale[c % scale.length] + shift[c % shift.length]
      }
    }
  }
}

/** Cell of a position along an axis and the weights of a uniform cubic B-spline in it. */
function spline(position: number, size: number, cells: number): [number, number[]] {
  const at = size > 1 ? (position / (size - 1)) * cells : 0
  const cell = Math.min(cells - 1, Math.floor(at))
  const t = at - cell
  const s = 1 - t
  const [t3, s3] = [t * t * t, s * s * s]
  return [cell, [s3 / 6, (4 - 6 * t * t + 3 * t3) / 6, (4 - 6 * s * s + 3 * s3) / 6, t3 / 6]]
}
