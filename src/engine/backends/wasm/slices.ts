/**
 * Into how many slices a command cuts its rows. The numbers depend on shapes alone, never on the machine or the number
 * of threads, because they decide the order of summation.
 */

const MOST = 64
/** Elements of a slice below which cutting costs more than it gives. */
const LEAST_WORK = 8192

/** Slices for `reduce` over [outer][mid][inner]; with 1 no partials and no reduceCombine are needed. */
export function reduceSlices(outer: number, mid: number, inner: number): number {
  const columns = outer * Math.ceil(inner / 16)
  // Enough separate results to share out: slices only keep the chains of additions short.
  const wanted = columns >= MOST ? Math.ceil(mid / 65536) : Math.floor((outer * mid * inner) / LEAST_WORK)
  return Math.max(1, Math.min(MOST, mid, wanted))
}

/** Slices of the tiles of `recurrentBackward`, each with sums of its own of the weights' gradients. */
export function recurrentSlices(tiles: number, steps: number, weights: number): number {
  // Their sums shall not take more memory than the gradients of all gates would.
  return Math.min(tiles, 16, Math.max(4, Math.floor((tiles * 6 * steps) / weights)))
}

/** Slices for `sumSquares`. */
export function sumSquaresSlices(count: number): number {
  return Math.max(1, Math.min(MOST, Math.floor(count / LEAST_WORK)))
}

/** Slices for `batchNormStats` and `batchNormGradReduce`. */
export function batchNormSlices(rows: number, channels: number): number {
  return Math.max(1, Math.min(MOST, rows, Math.floor((rows * channels) / LEAST_WORK)))
}
