// Softmax and log-softmax over rows, with their gradients. A row belongs to one thread.
import { LogSoftmaxCommand, LogSoftmaxGradCommand, SoftmaxCommand, SoftmaxGradCommand } from './generated/commands'
import { maskOf, maxLanes, select4, storeFirst, sumLanes } from './lanes'
import { ownScratch } from './memory'
import { shareEnd, shareStart } from './split'
import { exp4, log4 } from './transcendental'

const LOWEST: usize = memory.data<f32>([-Infinity], 16)

/** ln x of one number, with the arithmetic of the vectors. */
// @ts-ignore: decorator
@inline
export function logOf(x: f32): f32 {
  return f32x4.extract_lane(log4(f32x4.splat(x)), 0)
}

/** Folds a pair of accumulators through memory, so that they stay joined in the loop before. */
// @ts-ignore: decorator
@inline
export function sumPair(low: v128, high: v128, scratch: usize): f32 {
  v128.store(scratch, high, 16)
  v128.store(scratch, low)
  return sumLanes(f32x4.add(v128.load(scratch), v128.load(scratch, 16)))
}

/** The largest of n values; NaN if one is. */
export function largest(p: usize, n: i32, scratch: usize): f32 {
  let a0 = v128.load32_splat(LOWEST)
  let a1 = a0
  for (; n >= 8; n -= 8) {
    a0 = f32x4.max(a0, v128.load(p))
    a1 = f32x4.max(a1, v128.load(p, 16))
    p += 32
  }
  if (n > 0) {
    const mask = maskOf(n)
    a0 = f32x4.max(a0, select4(v128.load(p), v128.load32_splat(LOWEST), v128.load(mask)))
    a1 = f32x4.max(a1, select4(v128.load(p, 16), v128.load32_splat(LOWEST), v128.load(mask, 16)))
  }
  v128.store(scratch, a1, 16)
  v128.store(scratch, a0)
  return maxLanes(f32x4.max(v128.load(scratch), v128.load(scratch, 16)))
}

/** dst = e^(src - shift); gives the sum. */
export function exponentials(src: usize, dst: usize, n: i32, shift: f32, scratch: usize): f32 {
  const by = f32x4.splat(shift)
  let a0 = i32x4.splat(0)
  let a1 = a0
  for (; n >= 8; n -= 8) {
    const e0 = exp4(f32x4.sub(v128.load(src), by))
    const e1 = exp4(f32x4.sub(v128.load(src, 16), by))
    v128.store(dst, e1, 16)
    v128.store(dst, e0)
    a0 = f32x4.add(a0, e0)
    a1 = f32x4.add(a1, e1)
    src += 32
    dst += 32
  }
  if (n > 0) {
    const mask = maskOf(n)
    const e0 = v128.and(exp4(f32x4.sub(v128.load(src), by)), v128.load(mask))
    const e1 = v128.and(exp4(f32x4.sub(v128.load(src, 16), by)), v128.load(mask, 16))
    storeFirst(dst, e0, e1, n)
    a0 = f32x4.add(a0, e0)
    a1 = f32x4.add(a1, e1)
  }
  return sumPair(a0, a1, scratch)
}

/** The sum of e^(src - shift). */
export function sumOfExponentials(src: usize, n: i32, shift: f32, scratch: usize): f32 {
  const by = f32x4.splat(shift)
  let a0 = i32x4.splat(0)
  let a1 = a0
  for (; n >= 8; n -= 8) {
    a0 = f32x4.add(a0, exp4(f32x4.sub(v128.load(src), by)))
    a1 = f32x4.add(a1, exp4(f32x4.sub(v128.load(src, 16), by)))
    src += 32
  }
  if (n > 0) {
    const mask = maskOf(n)
    a0 = f32x4.add(a0, v128.and(exp4(f32x4.sub(v128.load(src), by)), v128.load(mask)))
    a1 = f32x4.add(a1, v128.and(exp4(f32x4.sub(v128.load(src, 16), by)), v128.load(mask, 16)))
  }
  return sumPair(a0, a1, scratch)
}

/** p *= factor. */
export function scaleRow(p: usize, n: i32, factor: f32): void {
  const by = f32x4.splat(factor)
  for (; n >= 8; n -= 8) {
    const x0 = f32x4.mul(v128.load(p), by)
    const x1 = f32x4.mul(v128.load(p, 16), by)
    v128.store(p, x1, 16)
    v128.store(p, x0)
    p += 32
  }
  if (n > 0) storeFirst(p, f32x4.mul(v128.load(p), by), f32x4.mul(v128.load(p, 16), by), n)
}

export function softmax(record: usize, part: i32, parts: i32): void {
  const c = changetype<SoftmaxCommand>(record)
  const cols = c.cols
  const scratch = ownScratch()
  const end = shareEnd(c.rows, 1, part, parts)
  for (let row = shareStart(c.rows, 1, part, parts); row < end; row++) {
    const offset = ((row as usize) * (cols as usize)) << 2
    const src = (c.src as usize) + offset
    const dst = (c.dst as usize) + offset
    scaleRow(dst, cols, 1 / exponentials(src, dst, cols, largest(src, cols, scratch), scratch))
  }
}

/** dx = (dy - sum(dy * y)) * y. */
export function softmaxGrad(record: usize, part: i32, parts: i32): void {
  const c = changetype<SoftmaxGradCommand>(record)
  const cols = c.cols
  const end = shareEnd(c.rows, 1, part, parts)
  for (let row = shareStart(c.rows, 1, part, parts); row < end; row++) {
    const offset = ((row as usize) * (cols as usize)) << 2
    let dy = (c.dy as usize) + offset
    let y = (c.y as usize) + offset
    let dx = (c.dx as usize) + offset
    const by = f32x4.splat(dot(dy, y, cols, ownScratch()))
    let n = cols
    for (; n >= 8; n -= 8) {
      const x0 = f32x4.mul(f32x4.sub(v128.load(dy), by), v128.load(y))
      const x1 = f32x4.mul(f32x4.sub(v128.load(dy, 16), by), v128.load(y, 16))
      v128.store(dx, x1, 16)
      v128.store(dx, x0)
      dy += 32
      y += 32
      dx += 32
    }
    if (n > 0) {
      const x0 = f32x4.mul(f32x4.sub(v128.load(dy), by), v128.load(y))
      const x1 = f32x4.mul(f32x4.sub(v128.load(dy, 16), by), v128.load(y, 16))
      storeFirst(dx, x0, x1, n)
    }
  }
}

function dot(a: usize, b: usize, n: i32, scratch: usize): f32 {
  let s0 = i32x4.splat(0)
  let s1 = s0
  for (; n >= 8; n -= 8) {
    s0 = f32x4.relaxed_madd(v128.load(a), v128.load(b), s0)
    s1 = f32x4.relaxed_madd(v128.load(a, 16), v128.load(b, 16), s1)
    a += 32
    b += 32
  }
  if (n > 0) {
    const mask = maskOf(n)
    const m0 = v128.load(mask)
    const m1 = v128.load(mask, 16)
    s0 = f32x4.relaxed_madd(v128.and(v128.load(a), m0), v128.and(v128.load(b), m0), s0)
    s1 = f32x4.relaxed_madd(v128.and(v128.load(a, 16), m1), v128.and(v128.load(b, 16), m1), s1)
  }
  return sumPair(s0, s1, scratch)
}

/** y = x - largest - log(sum(e^(x - largest))). */
export function logSoftmax(record: usize, part: i32, parts: i32): void {
  const c = changetype<LogSoftmaxCommand>(record)
  const cols = c.cols
  const scratch = ownScratch()
  const end = shareEnd(c.rows, 1, part, parts)
  for (let row = shareStart(c.rows, 1, part, parts); row < end; row++) {
    const offset = ((row as usize) * (cols as usize)) << 2
    let src = (c.src as usize) + offset
    let dst = (c.dst as usize) + offset
    const top = largest(src, cols, scratch)
    const by = f32x4.splat(top)
    const log = f32x4.splat(logOf(sumOfExponentials(src, cols, top, scratch)))
    let n = cols
    for (; n >= 8; n -= 8) {
      const y0 = f32x4.sub(f32x4.sub(v128.load(src), by), log)
      const y1 = f32x4.sub(f32x4.sub(v128.load(src, 16), by), log)
      v128.store(dst, y1, 16)
      v128.store(dst, y0)
      src += 32
      dst += 32
    }
    if (n > 0) {
      const y0 = f32x4.sub(f32x4.sub(v128.load(src), by), log)
      const y1 = f32x4.sub(f32x4.sub(v128.load(src, 16), by), log)
      storeFirst(dst, y0, y1, n)
    }
  }
}

/** dx = dy - e^y * sum(dy). */
export function logSoftmaxGrad(record: usize, part: i32, parts: i32): void {
  const c = changetype<LogSoftmaxGradCommand>(record)
  const cols = c.cols
  const end = shareEnd(c.rows, 1, part, parts)
  for (let row = shareStart(c.rows, 1, part, parts); row < end; row++) {
    const offset = ((row as usize) * (cols as usize)) << 2
    let dy = (c.dy as usize) + offset
    let y = (c.y as usize) + offset
    let dx = (c.dx as usize) + offset
    const sum = f32x4.splat(total(dy, cols, ownScratch()))
    let n = cols
    for (; n >= 8; n -= 8) {
      const x0 = f32x4.relaxed_nmadd(exp4(v128.load(y)), sum, v128.load(dy))
      const x1 = f32x4.relaxed_nmadd(exp4(v128.load(y, 16)), sum, v128.load(dy, 16))
      v128.store(dx, x1, 16)
      v128.store(dx, x0)
      dy += 32
      y += 32
      dx += 32
    }
    if (n > 0) {
      const x0 = f32x4.relaxed_nmadd(exp4(v128.load(y)), sum, v128.load(dy))
      const x1 = f32x4.relaxed_nmadd(exp4(v128.load(y, 16)), sum, v128.load(dy, 16))
      storeFirst(dx, x0, x1, n)
    }
  }
}

/** The sum of n values. */
export function total(p: usize, n: i32, scratch: usize): f32 {
  let s0 = i32x4.splat(0)
  let s1 = s0
  for (; n >= 8; n -= 8) {
    s0 = f32x4.add(s0, v128.load(p))
    s1 = f32x4.add(s1, v128.load(p, 16))
    p += 32
  }
  if (n > 0) {
    const mask = maskOf(n)
    s0 = f32x4.add(s0, v128.and(v128.load(p), v128.load(mask)))
    s1 = f32x4.add(s1, v128.and(v128.load(p, 16), v128.load(mask, 16)))
  }
  return sumPair(s0, s1, scratch)
}
