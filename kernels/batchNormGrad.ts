// Gradients of batch normalisation, walking over rows as the forward kernels do.
import { blockRows, CHUNK, inverse4, TABLE } from './batchNorm'
import {
  BatchNormGradApplyCommand,
  BatchNormGradFinishCommand,
  BatchNormGradReduceCommand,
} from './generated/commands'
import { storePair } from './lanes'
import { ownScratch } from './memory'
import { shareEnd, shareStart } from './split'

export function batchNormGradReduce(record: usize, part: i32, parts: i32): void {
  const c = changetype<BatchNormGradReduceCommand>(record)
  if (c.y) gradientSums(c, true, part, parts)
  else gradientSums(c, false, part, parts)
}

// @ts-ignore: decorator
@inline
function gradientSums(c: BatchNormGradReduceCommand, masked: bool, part: i32, parts: i32): void {
  const rowBytes = (c.C as usize) << 2
  const step = blockRows(c.C)
  const end = shareEnd(c.slices, 1, part, parts)
  for (let slice = shareStart(c.slices, 1, part, parts); slice < end; slice++) {
    const first = shareStart(c.rows, 1, slice, c.slices)
    const last = shareEnd(c.rows, 1, slice, c.slices)
    const sums = (c.partials as usize) + (slice as usize) * rowBytes * 2
    for (let row = first; row < last; row += step) {
      const rows = min(step, last - row)
      const at = (row as usize) * rowBytes
      let channel: usize = 0
      for (let n = c.C; n >= 8; n -= 8) {
        sumBlock(c, at, channel, rows, rowBytes, sums, row == first, masked, 8)
        channel += 32
      }
      if (c.C & 7) sumBlock(c, at, channel, rows, rowBytes, sums, row == first, masked, c.C & 7)
    }
  }
}

/** Adds a block's sums of dy and dy * (x - mean) for n <= 8 channels. */
// @ts-ignore: decorator
@inline
function sumBlock(
  c: BatchNormGradReduceCommand, at: usize, channel: usize, rows: i32, rowBytes: usize, sums: usize, first: bool,
  masked: bool, n: i32,
): void {
  const mean0 = v128.load((c.mean as usize) + channel)
  const mean1 = v128.load((c.mean as usize) + channel, 16)
  const zero = i32x4.splat(0)
  let a0 = zero
  let a1 = zero
  let b0 = zero
  let b1 = zero
  let x = (c.x as usize) + at + channel
  let dy = (c.dy as usize) + at + channel
  let y = (c.y as usize) + at + channel
  for (let i = 0; i < rows; i++) {
    let g0 = v128.load(dy)
    let g1 = v128.load(dy, 16)
    if (masked) {
      g0 = v128.and(g0, f32x4.gt(v128.load(y), zero))
      g1 = v128.and(g1, f32x4.gt(v128.load(y, 16), zero))
      y += rowBytes
    }
    a0 = f32x4.add(a0, g0)
    a1 = f32x4.add(a1, g1)
    b0 = f32x4.relaxed_madd(g0, f32x4.sub(v128.load(x), mean0), b0)
    b1 = f32x4.relaxed_madd(g1, f32x4.sub(v128.load(x, 16), mean1), b1)
    x += rowBytes
    dy += rowBytes
  }
  const target = sums + channel
  if (!first) {
    a0 = f32x4.add(a0, v128.load(target))
    a1 = f32x4.add(a1, v128.load(target, 16))
    b0 = f32x4.add(b0, v128.load(target + rowBytes))
    b1 = f32x4.add(b1, v128.load(target + rowBytes, 16))
  }
  storePair(target, a0, a1, n)
  storePair(target + rowBytes, b0, b1, n)
}

export function batchNormGradFinish(record: usize, part: i32, parts: i32): void {
  const c = changetype<BatchNormGradFinishCommand>(record)
  const rowBytes = (c.C as usize) << 2
  const end = shareEnd(c.C, 16, part, parts)
  for (let channel = shareStart(c.C, 16, part, parts); channel < end; channel += 8) {
    const offset = (channel as usize) << 2
    let p = (c.partials as usize) + offset
    let a0 = v128.load(p)
    let a1 = v128.load(p, 16)
    let b0 = v128.load(p + rowBytes)
    let b1 = v128.load(p + rowBytes, 16)
    for (let slice = 1; slice < c.slices; slice++) {
      p += rowBytes * 2
      a0 = f32x4.add(a0, v128.load(p))
      a1 = f32x4.add(a1, v128.load(p, 16))
      b0 = f32x4.add(b0, v128.load(p + rowBytes))
      b1 = f32x4.add(b1, v128.load(p + rowBytes, 16))
    }
    const variance = (c.variance as usize) + offset
    b0 = f32x4.mul(b0, inverse4(v128.load(variance), c.eps))
    b1 = f32x4.mul(b1, inverse4(v128.load(variance, 16), c.eps))
    const n = min(8, end - channel)
    storePair((c.dbeta as usize) + offset, a0, a1, n)
    storePair((c.dgamma as usize) + offset, b0, b1, n)
  }
}

export function batchNormGradApply(record: usize, part: i32, parts: i32): void {
  const c = changetype<BatchNormGradApplyCommand>(record)
  if (c.dresidual) gradientAll(c, c.y != 0, true, part, parts)
  else if (c.y) gradientAll(c, true, false, part, parts)
  else gradientAll(c, false, false, part, parts)
}

/** dx = gamma / std * (dy - dbeta / rows - (x - mean) / std * dgamma / rows) */
// @ts-ignore: decorator
@inline
function gradientAll(c: BatchNormGradApplyCommand, masked: bool, residual: bool, part: i32, parts: i32): void {
  const rowBytes = (c.C as usize) << 2
  const start = shareStart(c.rows, 1, part, parts)
  const end = shareEnd(c.rows, 1, part, parts)
  const table = ownScratch()
  // With fixed statistics nothing flows through mean and variance.
  const count: f32 = c.training ? (c.rows as f32) : Infinity
  const by = f32x4.splat(1 / count)
  for (let first = 0; first < c.C; first += CHUNK) {
    const channels = min(CHUNK, c.C - first)
    const tail = channels & 7
    const from = (first as usize) << 2
    // Tables: mean, gamma / std, and of the parts taken off: the factor of x - mean, the constant.
    memory.copy(table, (c.mean as usize) + from, (channels as usize) << 2)
    for (let i: usize = 0; i < (channels as usize) << 2; i += 16) {
      const inverse = inverse4(v128.load((c.variance as usize) + from + i), c.eps)
      const factor = f32x4.mul(v128.load((c.gamma as usize) + from + i), inverse)
      const tilt = f32x4.mul(f32x4.mul(v128.load((c.dgamma as usize) + from + i), inverse), by)
      const shift = f32x4.mul(v128.load((c.dbeta as usize) + from + i), by)
      v128.store(table + TABLE + i, factor)
      v128.store(table + TABLE * 2 + i, f32x4.mul(factor, tilt))
      v128.store(table + TABLE * 3 + i, f32x4.mul(factor, shift))
    }
    let at = (start as usize) * rowBytes + from
    for (let row = start; row < end; row++) {
      let x = (c.x as usize) + at
      let dy = (c.dy as usize) + at
      let y = (c.y as usize) + at
      let dx = (c.dx as usize) + at
      let r = (c.dresidual as usize) + at
      let t = table
      for (let n = channels; n >= 8; n -= 8) {
        gradientPair(x, dy, y, dx, r, t, masked, residual, 8)
        x += 32
        dy += 32
        y += 32
        dx += 32
        r += 32
        t += 32
      }
      if (tail) gradientPair(x, dy, y, dx, r, t, masked, residual, tail)
      at += rowBytes
    }
  }
}

// @ts-ignore: decorator
@inline
function gradientPair(
  x: usize, dy: usize, y: usize, dx: usize, r: usize, t: usize, masked: bool, residual: bool, n: i32,
): void {
  let g0 = v128.load(dy)
  let g1 = v128.load(dy, 16)
  if (masked) {
    g0 = v128.and(g0, f32x4.gt(v128.load(y), i32x4.splat(0)))
    g1 = v128.and(g1, f32x4.gt(v128.load(y, 16), i32x4.splat(0)))
  }
  const d0 = f32x4.sub(v128.load(x), v128.load(t))
  const d1 = f32x4.sub(v128.load(x, 16), v128.load(t, 16))
  const off0 = f32x4.relaxed_madd(d0, v128.load(t, TABLE * 2), v128.load(t, TABLE * 3))
  const off1 = f32x4.relaxed_madd(d1, v128.load(t, TABLE * 2 + 16), v128.load(t, TABLE * 3 + 16))
  const factor0 = v128.load(t, TABLE)
  const factor1 = v128.load(t, TABLE + 16)
  if (residual) storePair(r, g0, g1, n)
  storePair(dx, f32x4.sub(f32x4.mul(g0, factor0), off0), f32x4.sub(f32x4.mul(g1, factor1), off1), n)
}
