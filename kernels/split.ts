// How a command's work is divided among the threads.

/** First element of thread `tid`'s share of `count` elements, a multiple of `unit`. */
// @ts-ignore: decorator
@inline
export function shareStart(count: i32, unit: i32, tid: i32, threads: i32): i32 {
  const units = ((count as i64) + unit - 1) / unit
  const start = ((units * tid) / threads) * unit
  return start < (count as i64) ? (start as i32) : count
}

/** End (exclusive) of thread `tid`'s share. */
// @ts-ignore: decorator
@inline
export function shareEnd(count: i32, unit: i32, tid: i32, threads: i32): i32 {
  return shareStart(count, unit, tid + 1, threads)
}

/**
 * Whether to divide `first` units rather than `second` among the threads: the one whose largest share is smaller, on a
 * draw what the caller prefers.
 */
export function splitsFirst(first: i32, second: i32, preferFirst: bool, threads: i32): bool {
  const costOfFirst = ((first + threads - 1) / threads) as f32 / (first as f32)
  const costOfSecond = ((second + threads - 1) / threads) as f32 / (second as f32)
  return costOfFirst == costOfSecond ? preferFirst : costOfFirst < costOfSecond
}
