// Sums, means, largest and smallest values over one axis of [outer][mid][inner], and what gradients need: norms, checks.
//
// Every result is computed in an order fixed by the shape: a slice of mid by one thread, eight lanes side by side, then
// the slices in turn.
import {
  GradientScaleCommand,
  NonFiniteCommand,
  ReduceCombineCommand,
  ReduceCommand,
  SumSquaresCommand,
} from './generated/commands'
import { Add, Maximum, Minimum, REDUCE_MAX, REDUCE_MEAN, REDUCE_MIN, REDUCE_SUM } from './kinds'
import { maskOf, maxLanes, minLanes, select4, storeFirst, sumLanes } from './lanes'
import { ownScratch } from './memory'
import { binary4 } from './operations'
import { shareEnd, shareStart } from './split'

const NEUTRAL: usize = memory.data<f32>([0, -Infinity, Infinity], 16)

/** The value that changes nothing: 0, -infinity, infinity. */
// @ts-ignore: decorator
@inline
function neutral4<K>(): v128 {
  if (idof<K>() == idof<Add>()) return v128.load32_splat(NEUTRAL)
  if (idof<K>() == idof<Maximum>()) return v128.load32_splat(NEUTRAL, 4)
  return v128.load32_splat(NEUTRAL, 8)
}

// @ts-ignore: decorator
@inline
function foldLanes<K>(v: v128): f32 {
  if (idof<K>() == idof<Add>()) return sumLanes(v)
  if (idof<K>() == idof<Maximum>()) return maxLanes(v)
  return minLanes(v)
}

export function reduce(record: usize, part: i32, parts: i32): void {
  const c = changetype<ReduceCommand>(record)
  switch (c.kind) {
    case REDUCE_SUM: return reduceWith<Add>(c, 1, part, parts)
    case REDUCE_MEAN: return reduceWith<Add>(c, c.slices == 1 ? (c.mid as f32) : 1, part, parts)
    case REDUCE_MAX: return reduceWith<Maximum>(c, 1, part, parts)
    case REDUCE_MIN: return reduceWith<Minimum>(c, 1, part, parts)
    default: unreachable()
  }
}

function reduceWith<K>(c: ReduceCommand, divisor: f32, part: i32, parts: i32): void {
  const outer = c.outer
  const mid = c.mid
  const inner = c.inner
  const slices = c.slices
  const rowBytes = (inner as usize) << 2
  const target: usize = slices == 1 ? c.dst : c.partials
  const blocks = (inner + 15) >> 4
  // Units of work: slice, then outer, then block of 16 columns, in the order of the results.
  let unit = shareStart(slices * outer * blocks, 1, part, parts)
  const end = shareEnd(slices * outer * blocks, 1, part, parts)
  while (unit < end) {
    const item = unit / blocks
    const block = unit - item * blocks
    const count = min(blocks - block, end - unit)
    const slice = item / outer
    const from = shareStart(mid, 1, slice, slices)
    const n = shareEnd(mid, 1, slice, slices) - from
    const src = (c.src as usize) + ((item % outer) as usize) * (mid as usize) * rowBytes + (from as usize) * rowBytes
    const dst = target + (item as usize) * rowBytes
    if (inner == 1) store<f32>(dst, foldRun<K>(src, n, ownScratch()) / divisor)
    else foldColumns<K>(src, dst, n, rowBytes, block << 4, min(inner, (block + count) << 4), divisor)
    unit += count
  }
}

/** Folds n contiguous values. */
function foldRun<K>(p: usize, n: i32, scratch: usize): f32 {
  let a0 = neutral4<K>()
  let a1 = a0
  let b0 = a0
  let b1 = a0
  for (; n >= 16; n -= 16) {
    a0 = binary4<K>(a0, v128.load(p))
    a1 = binary4<K>(a1, v128.load(p, 16))
    b0 = binary4<K>(b0, v128.load(p, 32))
    b1 = binary4<K>(b1, v128.load(p, 48))
    p += 64
  }
  for (; n > 0; n -= 8) {
    const mask = maskOf(min(n, 8))
    a0 = binary4<K>(a0, select4(v128.load(p), neutral4<K>(), v128.load(mask)))
    a1 = binary4<K>(a1, select4(v128.load(p, 16), neutral4<K>(), v128.load(mask, 16)))
    p += 32
  }
  // Through memory, so that the accumulators stay joined.
  v128.store(scratch, binary4<K>(a1, b1), 16)
  v128.store(scratch, binary4<K>(a0, b0))
  return foldLanes<K>(binary4<K>(v128.load(scratch), v128.load(scratch, 16)))
}

/** Folds n rows for the columns from `column` (a multiple of 16) to `end`. */
function foldColumns<K>(src: usize, dst: usize, n: i32, rowBytes: usize, column: i32, end: i32, divisor: f32): void {
  src += (column as usize) << 2
  dst += (column as usize) << 2
  const by = f32x4.splat(divisor)
  for (; column + 16 <= end; column += 16) {
    let p = src
    let a0 = neutral4<K>()
    let a1 = a0
    let a2 = a0
    let a3 = a0
    let b0 = a0
    let b1 = a0
    let b2 = a0
    let b3 = a0
    let i = n
    for (; i >= 2; i -= 2) {
      a0 = binary4<K>(a0, v128.load(p))
      a1 = binary4<K>(a1, v128.load(p, 16))
      a2 = binary4<K>(a2, v128.load(p, 32))
      a3 = binary4<K>(a3, v128.load(p, 48))
      const q = p + rowBytes
      b0 = binary4<K>(b0, v128.load(q))
      b1 = binary4<K>(b1, v128.load(q, 16))
      b2 = binary4<K>(b2, v128.load(q, 32))
      b3 = binary4<K>(b3, v128.load(q, 48))
      p = q + rowBytes
    }
    if (i > 0) {
      a0 = binary4<K>(a0, v128.load(p))
      a1 = binary4<K>(a1, v128.load(p, 16))
      a2 = binary4<K>(a2, v128.load(p, 32))
      a3 = binary4<K>(a3, v128.load(p, 48))
    }
    v128.store(dst, f32x4.div(binary4<K>(a1, b1), by), 16)
    v128.store(dst, f32x4.div(binary4<K>(a0, b0), by))
    v128.store(dst, f32x4.div(binary4<K>(a3, b3), by), 48)
    v128.store(dst, f32x4.div(binary4<K>(a2, b2), by), 32)
    src += 64
    dst += 64
  }
  for (; column < end; column += 8) {
    let p = src
    let a0 = neutral4<K>()
    let a1 = a0
    let b0 = a0
    let b1 = a0
    let i = n
    for (; i >= 2; i -= 2) {
      a0 = binary4<K>(a0, v128.load(p))
      a1 = binary4<K>(a1, v128.load(p, 16))
      const q = p + rowBytes
      b0 = binary4<K>(b0, v128.load(q))
      b1 = binary4<K>(b1, v128.load(q, 16))
      p = q + rowBytes
    }
    if (i > 0) {
      a0 = binary4<K>(a0, v128.load(p))
      a1 = binary4<K>(a1, v128.load(p, 16))
    }
    storeFirst(dst, f32x4.div(binary4<K>(a0, b0), by), f32x4.div(binary4<K>(a1, b1), by), min(8, end - column))
    src += 32
    dst += 32
  }
}

export function reduceCombine(record: usize, part: i32, parts: i32): void {
  const c = changetype<ReduceCombineCommand>(record)
  switch (c.kind) {
    case REDUCE_SUM: return combine<Add>(c, 1, part, parts)
    case REDUCE_MEAN: return combine<Add>(c, c.mid as f32, part, parts)
    case REDUCE_MAX: return combine<Maximum>(c, 1, part, parts)
    case REDUCE_MIN: return combine<Minimum>(c, 1, part, parts)
    default: unreachable()
  }
}

function combine<K>(c: ReduceCombineCommand, divisor: f32, part: i32, parts: i32): void {
  const rowBytes = (c.count as usize) << 2
  const start = shareStart(c.count, 16, part, parts)
  const end = shareEnd(c.count, 16, part, parts)
  foldColumns<K>(c.partials, c.dst, c.slices, rowBytes, start, end, divisor)
}

export function sumSquares(record: usize, part: i32, parts: i32): void {
  const c = changetype<SumSquaresCommand>(record)
  const end = shareEnd(c.slices, 1, part, parts)
  const scratch = ownScratch()
  for (let slice = shareStart(c.slices, 1, part, parts); slice < end; slice++) {
    const from = shareStart(c.count, 16, slice, c.slices)
    let n = shareEnd(c.count, 16, slice, c.slices) - from
    let p = (c.src as usize) + ((from as usize) << 2)
    let a0 = neutral4<Add>()
    let a1 = a0
    let b0 = a0
    let b1 = a0
    for (; n >= 16; n -= 16) {
      const x0 = v128.load(p)
      const x1 = v128.load(p, 16)
      const y0 = v128.load(p, 32)
      const y1 = v128.load(p, 48)
      a0 = f32x4.relaxed_madd(x0, x0, a0)
      a1 = f32x4.relaxed_madd(x1, x1, a1)
      b0 = f32x4.relaxed_madd(y0, y0, b0)
      b1 = f32x4.relaxed_madd(y1, y1, b1)
      p += 64
    }
    for (; n > 0; n -= 8) {
      const mask = maskOf(min(n, 8))
      const x0 = v128.and(v128.load(p), v128.load(mask))
      const x1 = v128.and(v128.load(p, 16), v128.load(mask, 16))
      a0 = f32x4.relaxed_madd(x0, x0, a0)
      a1 = f32x4.relaxed_madd(x1, x1, a1)
      p += 32
    }
    v128.store(scratch, f32x4.add(a1, b1), 16)
    v128.store(scratch, f32x4.add(a0, b0))
    const sum = sumLanes(f32x4.add(v128.load(scratch), v128.load(scratch, 16)))
    store<f32>((c.partials as usize) + ((slice as usize) << 2), sum)
  }
}

export function gradientScale(record: usize, part: i32, parts: i32): void {
  if (part != 0) return
  const c = changetype<GradientScaleCommand>(record)
  let sum: f64 = 0
  for (let i: usize = 0; i < (c.count as usize); i++) sum += load<f32>((c.partials as usize) + (i << 2)) as f64
  const norm = Math.sqrt(sum)
  const limit = load<f32>(c.maxNorm) as f64
  store<f32>(c.norm, norm as f32)
  // PyTorch's clip_grad_norm_ has the same 1e-6.
  const ratio = limit / (norm + 1e-6)
  store<f32>(c.scale, limit > 0 && ratio < 1 ? (ratio as f32) : 1)
  if (c.flag != 0 && !(sum < Infinity)) store<i32>(c.flag, 1)
}

export function nonFinite(record: usize, part: i32, parts: i32): void {
  const c = changetype<NonFiniteCommand>(record)
  const start = shareStart(c.count, 16, part, parts)
  let n = shareEnd(c.count, 16, part, parts) - start
  let p = (c.src as usize) + ((start as usize) << 2)
  // 0 * x is NaN for NaN and infinities, and a sum with NaN stays NaN.
  const zero = neutral4<Add>()
  let a0 = zero
  let a1 = zero
  for (; n >= 8; n -= 8) {
    a0 = f32x4.relaxed_madd(v128.load(p), zero, a0)
    a1 = f32x4.relaxed_madd(v128.load(p, 16), zero, a1)
    p += 32
  }
  if (n > 0) {
    const mask = maskOf(n)
    a0 = f32x4.relaxed_madd(v128.and(v128.load(p), v128.load(mask)), zero, a0)
    a1 = f32x4.relaxed_madd(v128.and(v128.load(p, 16), v128.load(mask, 16)), zero, a1)
  }
  const scratch = ownScratch()
  v128.store(scratch, a1, 16)
  v128.store(scratch, a0)
  const a = f32x4.add(v128.load(scratch), v128.load(scratch, 16))
  if (v128.any_true(f32x4.ne(a, a))) store<i32>(c.flag, 1)
}
