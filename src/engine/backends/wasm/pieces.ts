import type { CommandArguments, CommandName } from './commands.ts'

/** Nanoseconds below which a piece costs more (a ticket, weights read once more) than it evens out. */
const LEAST_NS = 50_000
/** Pieces of a thread's share at most. */
const MOST = 8
/** What one thread multiplies in a nanosecond, roughly: only the order of magnitude counts. */
const MULTIPLICATIONS = 50

type Sizes = Readonly<Record<string, number>>
type Work = (sizes: Sizes) => number

const window: Work = a => (a.images * a.outH * a.outW * a.Co * a.KH * a.K) / MULTIPLICATIONS
const depthwise: Work = a => (a.images * a.outH * a.outW * a.C * a.KH * a.KW) / 8
const transformed: Work = a => a.tiles * (a.points + 2) ** 2 * a.C
// Gates change the order of magnitude little: four of an lstm, one of a plain layer, whose time goes into its steps.
const recurrent: Work = a => (2 * a.B * a.T * a.H * (a.H + a.I)) / MULTIPLICATIONS
const pool: Work = a => a.N * a.H * a.W * a.C

/** Nanoseconds on one thread of commands that are not given by a number of elements. */
const work: { readonly [C in CommandName]?: Work } = {
  gemm: a => (a.M * a.N * a.K * a.batch) / MULTIPLICATIONS,
  conv: window,
  convWeightGrad: window,
  depthwise,
  depthwiseWeightGrad: depthwise,
  // Winograd multiplies 4 (2.25) times less, and transforms.
  winograd: a => (a.images * a.outH * a.outW * a.Co * a.Ci * 9) / MULTIPLICATIONS / 2,
  winogradInput: transformed,
  winogradGradient: transformed,
  recurrentForward: recurrent,
  recurrentBackward: recurrent,
  maxPool: pool,
  maxPoolGrad: pool,
  avgPool: pool,
  avgPoolGrad: pool,
  padCopy: a => a.N * a.dstH * a.dstW * a.C,
  augment: a => 16 * a.images * a.H * a.W * a.C,
  reduceSlices: a => a.slices * a.count,
  // Memory is filled many elements at a time.
  fill: () => 0,
}
/** An element takes about a nanosecond. */
const elements: Work = a => a.count ?? (a.rows ?? 0) * (a.cols ?? a.C ?? a.width ?? 0)

/**
 * Into how many pieces each of `threads` shares of a command is cut (`kernels/pieces.ts`); 1: threads compute their own
 * share. It changes no bit.
 */
export function piecesOf<C extends CommandName>(name: C, sizes: CommandArguments<C>, threads: number): number {
  if (threads < 2) return 1
  const nanoseconds = (work[name] ?? elements)(sizes as Sizes)
  return Math.max(1, Math.min(MOST, Math.floor(nanoseconds / threads / LEAST_NS)))
}
