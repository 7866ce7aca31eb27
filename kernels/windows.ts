// Which windows of a pooling cover a position. Gradients are gathered by it, so overlapping windows need no atomics and any
// split gives the same bits.

/** First window along an axis that covers position `i` (with the padding added). */
// @ts-ignore: decorator
@inline
export function firstWindow(i: i32, size: i32, stride: i32): i32 {
  return i < size ? 0 : (i - size) / stride + 1
}
