// Weight gradients of depthwise convolutions. Bits depend on the shape alone: a weight's sum over a block of outputs is one
// chain of fused multiply-adds.
import { DepthwiseWeightGradCommand } from './generated/commands'
import { ownScratch } from './memory'
import { shareEnd, shareStart } from './split'

/** Outputs to sum in one chain; fixed, since it decides the bits. */
const OUTPUTS_PER_SUM: i32 = 256
/** Weights summed at a time: as many pairs as the registers hold. */
const TAPS: i32 = WIDE ? 9 : 5

export function depthwiseWeightGrad(record: usize, part: i32, parts: i32): void {
  const c = changetype<DepthwiseWeightGradCommand>(record)
  // A piece: eight channels of one slice (a fixed range of images).
  const pieces = (c.C + 7) >> 3
  const end = shareEnd(c.slices * pieces, 1, part, parts)
  let at = shareStart(c.slices * pieces, 1, part, parts)
  while (at < end) {
    const piece = at % pieces
    const count = min(pieces - piece, end - at)
    gradientOfSlice(c, at / pieces, piece << 3, min(c.C, (piece + count) << 3), ownScratch())
    at += count
  }
}

/** Channels from..to of one slice. */
function gradientOfSlice(c: DepthwiseWeightGradCommand, slice: i32, from: i32, to: i32, scratch: usize): void {
  const taps = c.KH * c.KW
  const channels = (c.C as usize) << 2
  const partials = (c.partials as usize) + (slice as usize) * (taps as usize) * channels
  const image0 = shareStart(c.images, 1, slice, c.slices)
  const image1 = shareStart(c.images, 1, slice + 1, c.slices)
  const blockRows = max(1, OUTPUTS_PER_SUM / c.outW)
  const passes = (taps + TAPS - 1) / TAPS
  for (let image = image0; image < image1; image++) {
    for (let y = 0; y < c.outH; y += blockRows) {
      const rows = min(blockRows, c.outH - y)
      const x = (c.input as usize) + (image as usize) * (c.inImage as usize) + (y as usize) * (c.inYStep as usize)
      const dy = (c.dy as usize) + ((image * c.outH + y) as usize) * (c.outW as usize) * channels
      const adds = image > image0 || y > 0
      for (let channel = from; channel < to; channel += 8) {
        const at = (channel as usize) << 2
        for (let i = 0; i < passes; i++) {
          const tap = (taps * i) / passes
          const n = (taps * (i + 1)) / passes - tap
          sums(c, n, tap, rows, x + at, dy + at, scratch)
          collect(scratch, n, partials + (tap as usize) * channels + at, channels, min(8, to - channel), adds)
        }
      }
    }
  }
}

/** Writes (or adds) the first `lanes` of `n` sums of eight. */
function collect(src: usize, n: i32, dst: usize, stride: usize, lanes: i32, adds: bool): void {
  for (; n > 0; n--) {
    if (lanes == 8) {
      let s0 = v128.load(src)
      let s1 = v128.load(src, 16)
      if (adds) {
        s0 = f32x4.add(v128.load(dst), s0)
        s1 = f32x4.add(v128.load(dst, 16), s1)
      }
      v128.store(dst, s1, 16)
      v128.store(dst, s0)
    } else {
      for (let i: usize = 0; i < (lanes as usize) << 2; i += 4) {
        store<f32>(dst + i, adds ? load<f32>(dst + i) + load<f32>(src + i) : load<f32>(src + i))
      }
    }
    src += 32
    dst += stride
  }
}

function sums(c: DepthwiseWeightGradCommand, n: i32, tap: i32, rows: i32, x: usize, dy: usize, dst: usize): void {
  if (WIDE) {
    switch (n) {
      case 6: return sumsOf(c, 6, tap, rows, x, dy, dst)
      case 7: return sumsOf(c, 7, tap, rows, x, dy, dst)
      case 8: return sumsOf(c, 8, tap, rows, x, dy, dst)
      case 9: return sumsOf(c, 9, tap, rows, x, dy, dst)
    }
  }
  switch (n) {
    case 1: return sumsOf(c, 1, tap, rows, x, dy, dst)
    case 2: return sumsOf(c, 2, tap, rows, x, dy, dst)
    case 3: return sumsOf(c, 3, tap, rows, x, dy, dst)
    case 4: return sumsOf(c, 4, tap, rows, x, dy, dst)
    default: return sumsOf(c, 5, tap, rows, x, dy, dst)
  }
}

/** Bytes from an output's first input to that of tap `i`. */
// @ts-ignore: decorator
@inline
function offsetOf(c: DepthwiseWeightGradCommand, i: i32): usize {
  return ((i / c.KW) as usize) * (c.inRow as usize) + (((i % c.KW) * c.C) as usize << 2)
}

/** Sums of input * dy for taps tap..tap+n over `rows` rows of outputs, eight channels; `n` is a constant. */
// @ts-ignore: decorator
@inline
function sumsOf(c: DepthwiseWeightGradCommand, n: i32, tap: i32, rows: i32, x: usize, dy: usize, dst: usize): void {
  const channels = (c.C as usize) << 2
  const xStep: usize = c.inXStep
  const skip = (c.inYStep as usize) - (c.outW as usize) * xStep
  const atA = offsetOf(c, tap)
  const atB = offsetOf(c, tap + 1)
  const atC = offsetOf(c, tap + 2)
  const atD = offsetOf(c, tap + 3)
  const atE = offsetOf(c, tap + 4)
  const atF = offsetOf(c, tap + 5)
  const atG = offsetOf(c, tap + 6)
  const atH = offsetOf(c, tap + 7)
  const atI = offsetOf(c, tap + 8)
  let a0 = f32x4.splat(0)
  let a1 = a0
  let b0 = a0
  let b1 = a0
  let c0 = a0
  let c1 = a0
  let d0 = a0
  let d1 = a0
  let e0 = a0
  let e1 = a0
  let f0 = a0
  let f1 = a0
  let g0 = a0
  let g1 = a0
  let h0 = a0
  let h1 = a0
  let i0 = a0
  let i1 = a0
  for (; rows > 0; rows--) {
    for (let left = c.outW; left > 0; left--) {
      const y0 = v128.load(dy)
      const y1 = v128.load(dy, 16)
      a0 = f32x4.relaxed_madd(v128.load(x + atA), y0, a0)
      a1 = f32x4.relaxed_madd(v128.load(x + atA, 16), y1, a1)
      if (n > 1) {
        b0 = f32x4.relaxed_madd(v128.load(x + atB), y0, b0)
        b1 = f32x4.relaxed_madd(v128.load(x + atB, 16), y1, b1)
      }
      if (n > 2) {
        c0 = f32x4.relaxed_madd(v128.load(x + atC), y0, c0)
        c1 = f32x4.relaxed_madd(v128.load(x + atC, 16), y1, c1)
      }
      if (n > 3) {
        d0 = f32x4.relaxed_madd(v128.load(x + atD), y0, d0)
        d1 = f32x4.relaxed_madd(v128.load(x + atD, 16), y1, d1)
      }
      if (n > 4) {
        e0 = f32x4.relaxed_madd(v128.load(x + atE), y0, e0)
        e1 = f32x4.relaxed_madd(v128.load(x + atE, 16), y1, e1)
      }
      if (n > 5) {
        f0 = f32x4.relaxed_madd(v128.load(x + atF), y0, f0)
        f1 = f32x4.relaxed_madd(v128.load(x + atF, 16), y1, f1)
      }
      if (n > 6) {
        g0 = f32x4.relaxed_madd(v128.load(x + atG), y0, g0)
        g1 = f32x4.relaxed_madd(v128.load(x + atG, 16), y1, g1)
      }
      if (n > 7) {
        h0 = f32x4.relaxed_madd(v128.load(x + atH), y0, h0)
        h1 = f32x4.relaxed_madd(v128.load(x + atH, 16), y1, h1)
      }
      if (n > 8) {
        i0 = f32x4.relaxed_madd(v128.load(x + atI), y0, i0)
        i1 = f32x4.relaxed_madd(v128.load(x + atI, 16), y1, i1)
      }
      x += xStep
      dy += channels
    }
    x += skip
  }
  put(dst, a0, a1)
  if (n > 1) put(dst + 32, b0, b1)
  if (n > 2) put(dst + 64, c0, c1)
  if (n > 3) put(dst + 96, d0, d1)
  if (n > 4) put(dst + 128, e0, e1)
  if (n > 5) put(dst + 160, f0, f1)
  if (n > 6) put(dst + 192, g0, g1)
  if (n > 7) put(dst + 224, h0, h1)
  if (n > 8) put(dst + 256, i0, i1)
}

// @ts-ignore: decorator
@inline
function put(dst: usize, s0: v128, s1: v128): void {
  v128.store(dst, s1, 16)
  v128.store(dst, s0)
}
