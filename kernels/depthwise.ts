// Depthwise convolutions on zero-bordered NHWC pictures: every channel by itself, eight channels at a time. Bits depend
// neither on threads nor on tiles: each output is one chain of fused multiply-adds.
import { DepthwiseCommand } from './generated/commands'
import { ownScratch } from './memory'
import { shareEnd, shareStart } from './split'

export function depthwise(record: usize, part: i32, parts: i32): void {
  const c = changetype<DepthwiseCommand>(record)
  const rows = c.images * c.outH
  const end = shareEnd(rows, 1, part, parts)
  // Outputs of a row are cut evenly into tiles of up to six.
  const tiles = (c.outW + 5) / 6
  const width = c.outW / tiles
  const wider = c.outW % tiles
  for (let row = shareStart(rows, 1, part, parts); row < end; row++) {
    const image = (row / c.outH) as usize
    const y = (row % c.outH) as usize
    let input = (c.input as usize) + image * (c.inImage as usize) + y * (c.inYStep as usize)
    let out = (c.out as usize) + image * (c.outImage as usize) + y * (c.outRow as usize)
    for (let t = 0; t < tiles; t++) {
      const n = t < wider ? width + 1 : width
      outputs(c, n, input, out, ownScratch())
      input += (n as usize) * (c.inXStep as usize)
      out += (n as usize) * (c.outPixel as usize)
    }
  }
}

/** `n` neighbouring outputs, all channels. */
function outputs(c: DepthwiseCommand, n: i32, input: usize, out: usize, scratch: usize): void {
  const pixel: usize = c.outPixel
  for (let channel = 0; channel < c.C; channel += 8) {
    const at = (channel as usize) << 2
    const left = c.C - channel
    if (left >= 8) {
      tile(c, n, at, input + at, out + at, pixel)
    } else {
      tile(c, n, at, input + at, scratch, 32)
      for (let i: usize = 0; i < (n as usize); i++) {
        memory.copy(out + at + i * pixel, scratch + (i << 5), (left as usize) << 2)
      }
    }
  }
}

function tile(c: DepthwiseCommand, n: i32, at: usize, x: usize, out: usize, pixel: usize): void {
  switch (n) {
    case 1: return tileOf(c, 1, at, x, out, pixel)
    case 2: return tileOf(c, 2, at, x, out, pixel)
    case 3: return tileOf(c, 3, at, x, out, pixel)
    case 4: return tileOf(c, 4, at, x, out, pixel)
    case 5: return tileOf(c, 5, at, x, out, pixel)
    default: return tileOf(c, 6, at, x, out, pixel)
  }
}

/** `n` outputs x 8 channels; `at`: the channels' offset in weights and bias. `n` is a constant where it is inlined. */
// @ts-ignore: decorator
@inline
function tileOf(c: DepthwiseCommand, n: i32, at: usize, x: usize, out: usize, pixel: usize): void {
  const xStep: usize = c.inXStep
  const channels = (c.C as usize) << 2
  const weightTap: usize = c.weightTap
  const weightSkip = (c.weightRow as usize) - (c.KW as usize) * weightTap
  const skip = (c.inRow as usize) - (c.KW as usize) * channels
  let w = (c.weights as usize) + at
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
  for (let ky = c.KH; ky > 0; ky--) {
    for (let kx = c.KW; kx > 0; kx--) {
      const w0 = v128.load(w)
      const w1 = v128.load(w, 16)
      let p = x
      a0 = f32x4.relaxed_madd(v128.load(p), w0, a0)
      a1 = f32x4.relaxed_madd(v128.load(p, 16), w1, a1)
      if (n > 1) {
        p += xStep
        b0 = f32x4.relaxed_madd(v128.load(p), w0, b0)
        b1 = f32x4.relaxed_madd(v128.load(p, 16), w1, b1)
      }
      if (n > 2) {
        p += xStep
        c0 = f32x4.relaxed_madd(v128.load(p), w0, c0)
        c1 = f32x4.relaxed_madd(v128.load(p, 16), w1, c1)
      }
      if (n > 3) {
        p += xStep
        d0 = f32x4.relaxed_madd(v128.load(p), w0, d0)
        d1 = f32x4.relaxed_madd(v128.load(p, 16), w1, d1)
      }
      if (n > 4) {
        p += xStep
        e0 = f32x4.relaxed_madd(v128.load(p), w0, e0)
        e1 = f32x4.relaxed_madd(v128.load(p, 16), w1, e1)
      }
      if (n > 5) {
        p += xStep
        f0 = f32x4.relaxed_madd(v128.load(p), w0, f0)
        f1 = f32x4.relaxed_madd(v128.load(p, 16), w1, f1)
      }
      x += channels
      w += weightTap
    }
    x += skip
    w += weightSkip
  }
  const bias = (c.bias as usize) + at
  end(c.mode, bias, out, a0, a1)
  if (n > 1) end(c.mode, bias, out + pixel, b0, b1)
  if (n > 2) end(c.mode, bias, out + 2 * pixel, c0, c1)
  if (n > 3) end(c.mode, bias, out + 3 * pixel, d0, d1)
  if (n > 4) end(c.mode, bias, out + 4 * pixel, e0, e1)
  if (n > 5) end(c.mode, bias, out + 5 * pixel, f0, f1)
}

/** Stores a pair of sums: as they are, + bias (mode 3), + bias and clipped at 0 (mode 2). */
// @ts-ignore: decorator
@inline
function end(mode: i32, bias: usize, out: usize, s0: v128, s1: v128): void {
  if (mode == 0) {
    v128.store(out, s1, 16)
    v128.store(out, s0)
    return
  }
  const y0 = f32x4.add(s0, v128.load(bias))
  const y1 = f32x4.add(s1, v128.load(bias, 16))
  if (mode == 3) {
    v128.store(out, y1, 16)
    v128.store(out, y0)
    return
  }
  const zero = f32x4.splat(0)
  const r0 = f32x4.pmax(y0, zero)
  const r1 = f32x4.pmax(y1, zero)
  v128.store(out, r1, 16)
  v128.store(out, r0)
}
