// Work on eight floats: a "pair" of v128, the low half at +0, the high half at +16, which V8's revectoriser joins.
// Rules for it: load and store both halves at one base, store the high half first, the same operation in both.

/** mask ? a : b; each lane of the mask is all ones or all zeros. One instruction, where bitselect takes three. */
// @ts-ignore: decorator
@inline
export function select4(a: v128, b: v128, mask: v128): v128 {
  return i32x4.relaxed_laneselect(a, b, mask)
}

/** Eight words of ones, then eight zeros: a window into it masks the first n lanes of a pair. */
const MASKS: usize = memory.data<i32>([-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0], 64)

/** Address of a pair of masks whose first `n` (0..8) lanes are all ones. */
// @ts-ignore: decorator
@inline
export function maskOf(n: i32): usize {
  return MASKS + (((8 - n) as usize) << 2)
}

/** Stores the first `n` (1..8) lanes of a pair. */
// @ts-ignore: decorator
@inline
export function storeFirst(p: usize, low: v128, high: v128, n: i32): void {
  if (n >= 4) {
    v128.store(p, low)
    if (n == 4) return
    p += 16
    low = high
    n -= 4
  }
  if (n >= 4) {
    v128.store(p, low)
    return
  }
  if (n & 2) {
    v128.store64_lane(p, low, 0)
    p += 8
    low = v128.shuffle<i32>(low, low, 2, 3, 0, 1)
  }
  if (n & 1) v128.store32_lane(p, low, 0)
}

/** Sum of the four lanes, always in the same order. */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  const half = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1))
  return f32x4.extract_lane(half, 0) + f32x4.extract_lane(half, 1)
}

/** Largest of the four lanes; NaN if one is. */
// @ts-ignore: decorator
@inline
export function maxLanes(v: v128): f32 {
  const half = f32x4.max(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1))
  return max<f32>(f32x4.extract_lane(half, 0), f32x4.extract_lane(half, 1))
}

/** Smallest of the four lanes; NaN if one is. */
// @ts-ignore: decorator
@inline
export function minLanes(v: v128): f32 {
  const half = f32x4.min(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1))
  return min<f32>(f32x4.extract_lane(half, 0), f32x4.extract_lane(half, 1))
}

/**
 * Stores the first `n` (1 or more) lanes of a pair, all of them where n >= 8. For inlined bodies that are used once with
 * the constant 8 and once for the tail: a body that may do either is slow, for a single use of one half unjoins the pair.
 */
// @ts-ignore: decorator
@inline
export function storePair(p: usize, low: v128, high: v128, n: i32): void {
  if (n >= 8) {
    v128.store(p, high, 16)
    v128.store(p, low)
  } else {
    storeFirst(p, low, high, n)
  }
}
