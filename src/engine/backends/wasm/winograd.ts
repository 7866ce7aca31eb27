/**
 * Which 3x3 convolutions run by Winograd's algorithm, with which tiles, and the sizes of its intermediate results.
 * Numbers only; the planner adds the addresses.
 *
 * Errors against float64, largest (mean) over the root mean square of the outputs, normal inputs and weights, 64 to 256
 * channels: F(4x4) forward and input gradient 1.1e-5 (1.2e-6), weight gradient 5e-6 (5e-7); F(2x2) 3e-6 (4e-7) and 2e-6
 * (2e-7); the direct way 7e-6 (5.5e-7) and 2.3e-6 (2e-7). A test holds Winograd's below 2e-5 and 5e-6.
 */
import type { ConvShape } from './convolution.ts'

/** Outputs along each side of a tile: F(4x4, 3x3) or F(2x2, 3x3). */
export type Points = 4 | 2

// Slices of places lie this much further apart than what they hold; see kernels/winograd.ts.
const WEIGHTS_APART = 192
const TILES_APART = 128
// The product reads the input's tiles downwards, six channels at a time: the same trouble within a slice.
const ROW_APART = 64
/** Bytes of transformed tiles, in and out, that a thread works on at a time: they stay in its second-level cache. */
const BLOCK_BYTES = 450_000
/** Bytes of transformed tiles of the weight gradient that all threads work on at a time. */
const CHUNK_BYTES = 3_000_000

const whole = (channels: number) => Math.ceil(channels / 8) * 8
const places = (points: Points) => (points + 2) ** 2

/**
 * What an algorithm costs, in fused multiply-adds that take as long, fitted by hand to measurements of some thirty shapes
 * on one thread of a Zen 5 with 256-bit kernels (`bench/kernels.ts` shows where it chooses wrongly): to transform a channel of a tile, in and out; to handle a tile; to
 * transform a weight; and to read and write the sum of a transformed weight's gradient once for each chunk of tiles.
 */
const costs = {
  4: { channel: 340, tile: 7000, weight: 400, sum: 300 },
  2: { channel: 120, tile: 2000, weight: 200, sum: 130 },
} as const
/** Parts of the direct way's cost that Winograd's must undercut: it is less exact. F(4x4) is less so than F(2x2). */
const WORTH_IT = 0.9
const WORTH_MORE = 0.95

/** Tiles for the convolution (an input gradient is that of `transposedConv`), 0: the direct way. By shape alone. */
export function forwardPoints(s: ConvShape): Points | 0 {
  return cheapest(s, () => 0)
}

/** Tiles for the weight gradient, 0: the direct way. By shape alone. */
export function gradientPoints(s: ConvShape): Points | 0 {
  return cheapest(s, points => {
    const { tiles, chunk } = gradientPlan(s, points)
    return costs[points].sum * Math.ceil(tiles / chunk) * s.Ci * s.Co
  })
}

function cheapest(s: ConvShape, extra: (points: Points) => number): Points | 0 {
  if (s.KH !== 3 || s.KW !== 3 || s.strideY !== 1 || s.strideX !== 1) return 0
  const cost = (points: Points) => {
    const { channel, tile, weight } = costs[points]
    const tiles = s.images * Math.ceil(s.outH / points) * Math.ceil(s.outW / points)
    const products = places(points) * s.Ci * columnsDone(whole(s.Co))
    return tiles * (products + channel * (whole(s.Ci) + whole(s.Co)) + tile) + weight * s.Ci * s.Co + extra(points)
  }
  const [four, two] = [cost(4), cost(2)]
  const direct = 9 * s.images * s.outH * s.outW * s.Ci * columnsDone(s.Co)
  if (Math.min(four, two) > WORTH_IT * direct) return 0
  return four < WORTH_MORE * two ? 4 : 2
}

/** Columns of a product that take as long in whole tiles of 16: tiles of 8 run at half their speed. */
function columnsDone(N: number): number {
  const rest = N % 16
  return N - rest + (rest === 0 ? 0 : rest <= 8 ? 16 : 32)
}

/** The input gradient as a convolution of dy, with weights from packConvFlip. */
export function transposedConv(s: ConvShape): ConvShape {
  return {
    ...{ ...s, H: s.outH, W: s.outW, Ci: s.Co, Co: s.Ci, outH: s.H, outW: s.W },
    ...{ top: s.KH - 1 - s.top, left: s.KW - 1 - s.left },
  }
}

/** How the weights are transformed: `K` rows in `panels` panels for each place, `bytes` in all. */
export function winogradWeights(s: ConvShape, points: Points) {
  const panels = Math.ceil(s.Co / 16)
  const xiBytes = panels * s.Ci * 64 + WEIGHTS_APART
  return { points, K: s.Ci, panels, xiBytes, bytes: places(points) * xiBytes }
}

/** The numbers of the `winograd` command, with the scratch it needs for each thread. */
export function winogradForward(s: ConvShape, points: Points) {
  const { H, W, Ci, top, left, outH, outW, Co, images } = s
  const tileBytes = (whole(Ci) + whole(Co)) * 4 * places(points)
  const block = 6 * Math.min(2, Math.max(1, Math.round(BLOCK_BYTES / (6 * tileBytes))))
  const scratchBytes = Math.ceil((block * tileBytes + 2 * places(points) * TILES_APART) / 64) * 64
  const { xiBytes } = winogradWeights(s, points)
  return { points, H, W, Ci, top, left, xiBytes, outH, outW, Co, images, scratchBytes, block }
}

/** The weight gradient in chunks of tiles; `range`, `input`, `gradient`: numbers of the commands that transform them. */
export function gradientPlan(s: ConvShape, points: Points) {
  const tilesY = Math.ceil(s.outH / points)
  const tilesX = Math.ceil(s.outW / points)
  const tiles = s.images * tilesY * tilesX
  // Each chunk reads and writes the sum, so the larger that is, the larger the chunks.
  const fitting = Math.floor(CHUNK_BYTES / (places(points) * (whole(s.Ci) + whole(s.Co)) * 4))
  const most = Math.max(24, fitting, Math.min(256, Math.floor((s.Ci * s.Co) / 512)))
  const chunks = Math.ceil(tiles / most)
  const chunk = Math.ceil(tiles / chunks)
  const inputTile = whole(s.Ci) * 4 + ROW_APART
  const gradientTile = whole(s.Co) * 4
  const inputXi = chunk * inputTile + TILES_APART
  const gradientXi = chunk * gradientTile + TILES_APART
  const count = s.Ci * s.Co
  const weightsXi = Math.ceil((count * 4) / 64) * 64 + WEIGHTS_APART
  const { H, W, Ci, top, left, outH, outW, Co } = s
  return {
    ...{ tiles, chunk, count, places: places(points), weightsXi, weightsBytes: places(points) * weightsXi },
    range: { points, tilesY, tilesX },
    input: { H, W, C: Ci, top, left, tileBytes: inputTile, xiBytes: inputXi },
    inputBytes: places(points) * inputXi,
    gradient: { H: outH, W: outW, C: Co, tileBytes: gradientTile, xiBytes: gradientXi },
    gradientBytes: places(points) * gradientXi,
  }
}
