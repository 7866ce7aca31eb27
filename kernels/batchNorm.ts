// Batch normalisation over rows of C channels, forward.
//
// Sums take rows in blocks that stay in the first-level cache; within a block each group of eight channels walks down its
// rows. What writes a tensor goes along the rows, against tables of per-channel factors in scratch. Statistics: block means
// and squared deviations from them, combined by Chan's formula, block after block within a slice and slice after slice, so
// nothing is lost where a mean is large against its deviation.
import { BatchNormApplyCommand, BatchNormFinishCommand, BatchNormStatsCommand } from './generated/commands'
import { storePair } from './lanes'
import { ownScratch } from './memory'
import { shareEnd, shareStart } from './split'

/** Rows of a block: about 4 KiB, by shape alone. */
// @ts-ignore: decorator
@inline
export function blockRows(channels: i32): i32 {
  return max(8, min(256, 1024 / channels))
}

export function batchNormStats(record: usize, part: i32, parts: i32): void {
  const c = changetype<BatchNormStatsCommand>(record)
  const channels = c.C
  const rowBytes = (channels as usize) << 2
  const step = blockRows(channels)
  const end = shareEnd(c.slices, 1, part, parts)
  for (let slice = shareStart(c.slices, 1, part, parts); slice < end; slice++) {
    const first = shareStart(c.rows, 1, slice, c.slices)
    const last = shareEnd(c.rows, 1, slice, c.slices)
    const mean = (c.partials as usize) + (slice as usize) * rowBytes * 2
    for (let row = first; row < last; row += step) {
      const rows = min(step, last - row)
      const x = (c.x as usize) + (row as usize) * rowBytes
      let offset: usize = 0
      for (let n = channels; n >= 8; n -= 8) {
        deviations(x + offset, rows, rowBytes, mean + offset, mean + rowBytes + offset, row - first, 8)
        offset += 32
      }
      const tail = channels & 7
      if (tail) deviations(x + offset, rows, rowBytes, mean + offset, mean + rowBytes + offset, row - first, tail)
    }
  }
}

/** Mean and squared deviations of a block for n <= 8 channels, joined to those of the `before` rows above it. */
// @ts-ignore: decorator
@inline
function deviations(x: usize, rows: i32, rowBytes: usize, mean: usize, square: usize, before: i32, n: i32): void {
  let a0 = i32x4.splat(0)
  let a1 = a0
  let b0 = a0
  let b1 = a0
  let p = x
  let i = rows
  for (; i >= 2; i -= 2) {
    const q = p + rowBytes
    a0 = f32x4.add(a0, v128.load(p))
    a1 = f32x4.add(a1, v128.load(p, 16))
    b0 = f32x4.add(b0, v128.load(q))
    b1 = f32x4.add(b1, v128.load(q, 16))
    p = q + rowBytes
  }
  if (i) {
    a0 = f32x4.add(a0, v128.load(p))
    a1 = f32x4.add(a1, v128.load(p, 16))
  }
  const count = f32x4.splat(rows as f32)
  let mean0 = f32x4.div(f32x4.add(a0, b0), count)
  let mean1 = f32x4.div(f32x4.add(a1, b1), count)
  a0 = i32x4.splat(0)
  a1 = a0
  b0 = a0
  b1 = a0
  p = x
  for (i = rows; i >= 2; i -= 2) {
    const q = p + rowBytes
    const d0 = f32x4.sub(v128.load(p), mean0)
    const d1 = f32x4.sub(v128.load(p, 16), mean1)
    const e0 = f32x4.sub(v128.load(q), mean0)
    const e1 = f32x4.sub(v128.load(q, 16), mean1)
    a0 = f32x4.relaxed_madd(d0, d0, a0)
    a1 = f32x4.relaxed_madd(d1, d1, a1)
    b0 = f32x4.relaxed_madd(e0, e0, b0)
    b1 = f32x4.relaxed_madd(e1, e1, b1)
    p = q + rowBytes
  }
  if (i) {
    const d0 = f32x4.sub(v128.load(p), mean0)
    const d1 = f32x4.sub(v128.load(p, 16), mean1)
    a0 = f32x4.relaxed_madd(d0, d0, a0)
    a1 = f32x4.relaxed_madd(d1, d1, a1)
  }
  let square0 = f32x4.add(a0, b0)
  let square1 = f32x4.add(a1, b1)
  if (before) {
    const share: f32 = (rows as f32) / ((before + rows) as f32)
    const weight = f32x4.splat(share)
    const spread = f32x4.splat(share * (before as f32))
    const old0 = v128.load(mean)
    const old1 = v128.load(mean, 16)
    const delta0 = f32x4.sub(mean0, old0)
    const delta1 = f32x4.sub(mean1, old1)
    mean0 = f32x4.relaxed_madd(delta0, weight, old0)
    mean1 = f32x4.relaxed_madd(delta1, weight, old1)
    const apart0 = f32x4.mul(f32x4.mul(delta0, delta0), spread)
    const apart1 = f32x4.mul(f32x4.mul(delta1, delta1), spread)
    square0 = f32x4.add(f32x4.add(v128.load(square), square0), apart0)
    square1 = f32x4.add(f32x4.add(v128.load(square, 16), square1), apart1)
  }
  storePair(mean, mean0, mean1, n)
  storePair(square, square0, square1, n)
}

export function batchNormFinish(record: usize, part: i32, parts: i32): void {
  const c = changetype<BatchNormFinishCommand>(record)
  const rowBytes = (c.C as usize) << 2
  const end = shareEnd(c.C, 16, part, parts)
  for (let channel = shareStart(c.C, 16, part, parts); channel < end; channel += 8) {
    const offset = (channel as usize) << 2
    let p = (c.partials as usize) + offset
    let mean0 = v128.load(p)
    let mean1 = v128.load(p, 16)
    let square0 = v128.load(p + rowBytes)
    let square1 = v128.load(p + rowBytes, 16)
    let before = shareEnd(c.rows, 1, 0, c.slices)
    for (let slice = 1; slice < c.slices; slice++) {
      p += rowBytes * 2
      const rows = shareEnd(c.rows, 1, slice, c.slices) - before
      const share: f32 = (rows as f32) / ((before + rows) as f32)
      const weight = f32x4.splat(share)
      const spread = f32x4.splat(share * (before as f32))
      const delta0 = f32x4.sub(v128.load(p), mean0)
      const delta1 = f32x4.sub(v128.load(p, 16), mean1)
      mean0 = f32x4.relaxed_madd(delta0, weight, mean0)
      mean1 = f32x4.relaxed_madd(delta1, weight, mean1)
      const apart0 = f32x4.mul(f32x4.mul(delta0, delta0), spread)
      const apart1 = f32x4.mul(f32x4.mul(delta1, delta1), spread)
      square0 = f32x4.add(f32x4.add(square0, v128.load(p + rowBytes)), apart0)
      square1 = f32x4.add(f32x4.add(square1, v128.load(p + rowBytes, 16)), apart1)
      before += rows
    }
    const count = f32x4.splat(c.rows as f32)
    const n = min(8, end - channel)
    storePair((c.mean as usize) + offset, mean0, mean1, n)
    storePair((c.variance as usize) + offset, f32x4.div(square0, count), f32x4.div(square1, count), n)
  }
}

/** 1 / sqrt(variance + eps). */
// @ts-ignore: decorator
@inline
export function inverse4(variance: v128, eps: f32): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(eps))))
}

export function batchNormApply(record: usize, part: i32, parts: i32): void {
  const c = changetype<BatchNormApplyCommand>(record)
  if (c.residual) applyAll(c, true, part, parts)
  else applyAll(c, false, part, parts)
}

/** Channels at a time, and bytes of one of the four tables that scratch holds for them. */
export const CHUNK: i32 = 256
export const TABLE: usize = 1024

// @ts-ignore: decorator
@inline
function applyAll(c: BatchNormApplyCommand, residual: bool, part: i32, parts: i32): void {
  const rowBytes = (c.C as usize) << 2
  const start = shareStart(c.rows, 1, part, parts)
  const end = shareEnd(c.rows, 1, part, parts)
  const table = ownScratch()
  // ReLU, or nothing: pmax(y, lowest) is y < lowest ? lowest : y.
  const lowest = f32x4.splat(c.relu ? 0 : -Infinity)
  for (let first = 0; first < c.C; first += CHUNK) {
    const channels = min(CHUNK, c.C - first)
    const tail = channels & 7
    const from = (first as usize) << 2
    // Tables: mean, gamma / std, beta.
    memory.copy(table, (c.mean as usize) + from, (channels as usize) << 2)
    memory.copy(table + TABLE * 2, (c.beta as usize) + from, (channels as usize) << 2)
    for (let i: usize = 0; i < (channels as usize) << 2; i += 16) {
      const inverse = inverse4(v128.load((c.variance as usize) + from + i), c.eps)
      v128.store(table + TABLE + i, f32x4.mul(v128.load((c.gamma as usize) + from + i), inverse))
    }
    let at = (start as usize) * rowBytes + from
    for (let row = start; row < end; row++) {
      let x = (c.x as usize) + at
      let y = (c.y as usize) + at
      let r = (c.residual as usize) + at
      let t = table
      for (let n = channels; n >= 8; n -= 8) {
        applyPair(x, y, r, t, lowest, residual, 8)
        x += 32
        y += 32
        r += 32
        t += 32
      }
      if (tail) applyPair(x, y, r, t, lowest, residual, tail)
      at += rowBytes
    }
  }
}

// @ts-ignore: decorator
@inline
function applyPair(x: usize, y: usize, r: usize, t: usize, lowest: v128, residual: bool, n: i32): void {
  const d0 = f32x4.sub(v128.load(x), v128.load(t))
  const d1 = f32x4.sub(v128.load(x, 16), v128.load(t, 16))
  let y0 = f32x4.relaxed_madd(d0, v128.load(t, TABLE), v128.load(t, TABLE * 2))
  let y1 = f32x4.relaxed_madd(d1, v128.load(t, TABLE + 16), v128.load(t, TABLE * 2 + 16))
  if (residual) {
    y0 = f32x4.add(y0, v128.load(r))
    y1 = f32x4.add(y1, v128.load(r, 16))
  }
  storePair(y, f32x4.pmax(y0, lowest), f32x4.pmax(y1, lowest), n)
}
