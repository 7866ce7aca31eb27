// How a command's work is divided into parts: as many as there are threads, or some for each of them (`pieces.ts`).

/** First element of part number `part` of `count` elements, a multiple of `unit`. */
// @ts-ignore: decorator
@inline
export function shareStart(count: i32, unit: i32, part: i32, parts: i32): i32 {
  const units = ((count as i64) + unit - 1) / unit
  const start = ((units * part) / parts) * unit
  return start < (count as i64) ? (start as i32) : count
}

/** End (exclusive) of a part. */
// @ts-ignore: decorator
@inline
export function shareEnd(count: i32, unit: i32, part: i32, parts: i32): i32 {
  return shareStart(count, unit, part + 1, parts)
}

/**
 * Whether to divide `first` units rather than `second` among the parts: the one whose largest part is smaller, on a draw
 * what the caller prefers.
 */
export function splitsFirst(first: i32, second: i32, preferFirst: bool, parts: i32): bool {
  const costOfFirst = ((first + parts - 1) / parts) as f32 / (first as f32)
  const costOfSecond = ((second + parts - 1) / parts) as f32 / (second as f32)
  return costOfFirst == costOfSecond ? preferFirst : costOfFirst < costOfSecond
}
