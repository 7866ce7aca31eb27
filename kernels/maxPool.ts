// Maxima over windows of NHWC pictures, eight channels at a time, and their gradients.
import { MaxPoolCommand, MaxPoolGradCommand } from './generated/commands'
import { select4, storePair } from './lanes'
import { shareEnd, shareStart } from './split'
import { firstWindow } from './windows'

const POSITIONS: usize = memory.data<i32>([0, 1, 2, 3], 16)

// @ts-ignore: decorator
@inline
function position4(i: i32): v128 {
  return v128.load32_splat(POSITIONS + ((i as usize) << 2))
}

/** Where b beats a: it is larger, or NaN. */
// @ts-ignore: decorator
@inline
function beats4(b: v128, a: v128): v128 {
  return v128.or(f32x4.gt(b, a), f32x4.ne(b, b))
}

export function maxPool(record: usize, part: i32, parts: i32): void {
  const c = changetype<MaxPoolCommand>(record)
  const pixel = (c.C as usize) << 2
  const srcRow = c.srcRow ? (c.srcRow as usize) : (c.W as usize) * pixel
  const srcImage = c.srcImage ? (c.srcImage as usize) : (c.H as usize) * srcRow
  const dstRow = c.dstRow ? (c.dstRow as usize) : (c.outW as usize) * pixel
  const dstImage = c.dstImage ? (c.dstImage as usize) : (c.outH as usize) * dstRow
  const halving =
    c.kh == 2 && c.kw == 2 && c.sy == 2 && c.sx == 2 && !c.top && !c.left && c.outH * 2 <= c.H && c.outW * 2 <= c.W
  const end = shareEnd(c.N * c.outH, 1, part, parts)
  for (let row = shareStart(c.N * c.outH, 1, part, parts); row < end; row++) {
    const image = row / c.outH
    const oy = row - image * c.outH
    const src = (c.src as usize) + (image as usize) * srcImage
    const dst = (c.dst as usize) + (image as usize) * dstImage + (oy as usize) * dstRow
    const index: usize = c.index ? (c.index as usize) + (row as usize) * (c.outW as usize) * pixel : 0
    if (halving) halveRow(src + ((oy * 2) as usize) * srcRow, srcRow, dst, index, c.outW, c.C)
    else maxRow(c, src, srcRow, dst, index, oy)
  }
}

/** One output row of the common case: 2 x 2 windows side by side. */
function halveRow(src: usize, srcRow: usize, dst: usize, index: usize, outW: i32, channels: i32): void {
  const pixel = (channels as usize) << 2
  const tail = channels & 7
  for (let ox = 0; ox < outW; ox++) {
    let p = src
    for (let n = channels; n >= 8; n -= 8) {
      halve(p, pixel, srcRow, dst, index, 8)
      p += 32
      dst += 32
      if (index) index += 32
    }
    if (tail) {
      halve(p, pixel, srcRow, dst, index, tail)
      dst += (tail as usize) << 2
      if (index) index += (tail as usize) << 2
    }
    src += pixel * 2
  }
}

/** One 2 x 2 window for n <= 8 channels. */
// @ts-ignore: decorator
@inline
function halve(p: usize, pixel: usize, srcRow: usize, dst: usize, index: usize, n: i32): void {
  const right = p + pixel
  const below = p + srcRow
  const across = below + pixel
  const a0 = v128.load(p)
  const a1 = v128.load(p, 16)
  const b0 = v128.load(right)
  const b1 = v128.load(right, 16)
  const c0 = v128.load(below)
  const c1 = v128.load(below, 16)
  const d0 = v128.load(across)
  const d1 = v128.load(across, 16)
  const ab0 = beats4(b0, a0)
  const ab1 = beats4(b1, a1)
  const cd0 = beats4(d0, c0)
  const cd1 = beats4(d1, c1)
  const top0 = select4(b0, a0, ab0)
  const top1 = select4(b1, a1, ab1)
  const low0 = select4(d0, c0, cd0)
  const low1 = select4(d1, c1, cd1)
  const lower0 = beats4(low0, top0)
  const lower1 = beats4(low1, top1)
  storePair(dst, select4(low0, top0, lower0), select4(low1, top1, lower1), n)
  if (index) {
    // A mask is -1: subtracting it adds one.
    const i0 = select4(i32x4.sub(position4(2), cd0), v128.and(ab0, position4(1)), lower0)
    const i1 = select4(i32x4.sub(position4(2), cd1), v128.and(ab1, position4(1)), lower1)
    storePair(index, i0, i1, n)
  }
}

function maxRow(c: MaxPoolCommand, src: usize, srcRow: usize, dst: usize, index: usize, oy: i32): void {
  const pixel = (c.C as usize) << 2
  const tail = c.C & 7
  const y0 = oy * c.sy - c.top
  const kyFrom = max(0, -y0)
  const kyTo = min(c.kh, c.H - y0)
  for (let ox = 0; ox < c.outW; ox++) {
    const x0 = ox * c.sx - c.left
    const kxFrom = max(0, -x0)
    const kxTo = min(c.kw, c.W - x0)
    let p = src + ((y0 + kyFrom) as usize) * srcRow + ((x0 + kxFrom) as usize) * pixel
    for (let n = c.C; n >= 8; n -= 8) {
      maxOf(p, srcRow, pixel, c.kw, kyFrom, kyTo, kxFrom, kxTo, dst, index, 8)
      p += 32
      dst += 32
      if (index) index += 32
    }
    if (tail) {
      maxOf(p, srcRow, pixel, c.kw, kyFrom, kyTo, kxFrom, kxTo, dst, index, tail)
      dst += (tail as usize) << 2
      if (index) index += (tail as usize) << 2
    }
  }
}

/** One window for n <= 8 channels; `p` is its first position inside the picture. */
// @ts-ignore: decorator
@inline
function maxOf(
  p: usize, srcRow: usize, pixel: usize, kw: i32, kyFrom: i32, kyTo: i32, kxFrom: i32, kxTo: i32,
  dst: usize, index: usize, n: i32,
): void {
  let best0 = f32x4.splat(-Infinity)
  let best1 = best0
  let at0 = i32x4.splat(kyFrom * kw + kxFrom)
  let at1 = at0
  for (let ky = kyFrom; ky < kyTo; ky++) {
    let q = p
    for (let kx = kxFrom; kx < kxTo; kx++) {
      const v0 = v128.load(q)
      const v1 = v128.load(q, 16)
      const at = i32x4.splat(ky * kw + kx)
      const m0 = beats4(v0, best0)
      const m1 = beats4(v1, best1)
      best0 = select4(v0, best0, m0)
      best1 = select4(v1, best1, m1)
      at0 = select4(at, at0, m0)
      at1 = select4(at, at1, m1)
      q += pixel
    }
    p += srcRow
  }
  storePair(dst, best0, best1, n)
  if (index) storePair(index, at0, at1, n)
}

export function maxPoolGrad(record: usize, part: i32, parts: i32): void {
  const c = changetype<MaxPoolGradCommand>(record)
  const pixel = (c.C as usize) << 2
  const dxRow = c.dxRow ? (c.dxRow as usize) : (c.W as usize) * pixel
  const dxImage = c.dxImage ? (c.dxImage as usize) : (c.H as usize) * dxRow
  const outRow = (c.outW as usize) * pixel
  const halving =
    c.kh == 2 && c.kw == 2 && c.sy == 2 && c.sx == 2 && !c.top && !c.left && c.outH * 2 <= c.H && c.outW * 2 <= c.W
  if (halving) {
    const end = shareEnd(c.N * c.outH, 1, part, parts)
    for (let row = shareStart(c.N * c.outH, 1, part, parts); row < end; row++) {
      const image = row / c.outH
      const oy = row - image * c.outH
      const offset = (row as usize) * outRow
      const dx = (c.dx as usize) + (image as usize) * dxImage + ((oy * 2) as usize) * dxRow
      const y: usize = c.y ? (c.y as usize) + offset : 0
      spreadRow((c.dy as usize) + offset, (c.index as usize) + offset, y, dx, dxRow, c.outW, c.C)
      // What an odd height or width leaves over.
      const rest = ((c.W - 2 * c.outW) as usize) * pixel
      if (rest) {
        memory.fill(dx + outRow * 2, 0, rest)
        memory.fill(dx + outRow * 2 + dxRow, 0, rest)
      }
      if (oy == c.outH - 1) {
        for (let iy = 2 * c.outH; iy < c.H; iy++) {
          memory.fill(dx + ((iy - 2 * oy) as usize) * dxRow, 0, (c.W as usize) * pixel)
        }
      }
    }
    return
  }
  const end = shareEnd(c.N * c.H, 1, part, parts)
  for (let row = shareStart(c.N * c.H, 1, part, parts); row < end; row++) {
    const image = row / c.H
    const iy = row - image * c.H
    const dx = (c.dx as usize) + (image as usize) * dxImage + (iy as usize) * dxRow
    gatherRow(c, (image as usize) * (c.outH as usize) * outRow, dx, iy)
  }
}

/** Two input rows of the common case: each window writes its own four positions. */
function spreadRow(dy: usize, index: usize, y: usize, dx: usize, dxRow: usize, outW: i32, channels: i32): void {
  const pixel = (channels as usize) << 2
  const tail = channels & 7
  for (let ox = 0; ox < outW; ox++) {
    let p = dx
    for (let n = channels; n >= 8; n -= 8) {
      spread(dy, index, y, p, pixel, dxRow, 8)
      p += 32
      dy += 32
      index += 32
      if (y) y += 32
    }
    if (tail) {
      spread(dy, index, y, p, pixel, dxRow, tail)
      dy += (tail as usize) << 2
      index += (tail as usize) << 2
      if (y) y += (tail as usize) << 2
    }
    dx += pixel * 2
  }
}

/** One 2 x 2 window for n <= 8 channels. */
// @ts-ignore: decorator
@inline
function spread(dy: usize, index: usize, y: usize, p: usize, pixel: usize, dxRow: usize, n: i32): void {
  let g0 = v128.load(dy)
  let g1 = v128.load(dy, 16)
  const i0 = v128.load(index)
  const i1 = v128.load(index, 16)
  if (y) {
    g0 = v128.and(g0, f32x4.gt(v128.load(y), position4(0)))
    g1 = v128.and(g1, f32x4.gt(v128.load(y, 16), position4(0)))
  }
  const below = p + dxRow
  storePair(p, v128.and(g0, i32x4.eq(i0, position4(0))), v128.and(g1, i32x4.eq(i1, position4(0))), n)
  storePair(p + pixel, v128.and(g0, i32x4.eq(i0, position4(1))), v128.and(g1, i32x4.eq(i1, position4(1))), n)
  storePair(below, v128.and(g0, i32x4.eq(i0, position4(2))), v128.and(g1, i32x4.eq(i1, position4(2))), n)
  storePair(below + pixel, v128.and(g0, i32x4.eq(i0, position4(3))), v128.and(g1, i32x4.eq(i1, position4(3))), n)
}

function gatherRow(c: MaxPoolGradCommand, image: usize, dx: usize, iy: i32): void {
  const pixel = (c.C as usize) << 2
  const tail = c.C & 7
  const oyFrom = firstWindow(iy + c.top, c.kh, c.sy)
  const oyTo = min(c.outH - 1, (iy + c.top) / c.sy)
  for (let ix = 0; ix < c.W; ix++) {
    const oxFrom = firstWindow(ix + c.left, c.kw, c.sx)
    const oxTo = min(c.outW - 1, (ix + c.left) / c.sx)
    let offset = image
    for (let n = c.C; n >= 8; n -= 8) {
      gatherMax(c, offset, iy + c.top, ix + c.left, oyFrom, oyTo, oxFrom, oxTo, pixel, dx, 8)
      offset += 32
      dx += 32
    }
    if (tail) {
      gatherMax(c, offset, iy + c.top, ix + c.left, oyFrom, oyTo, oxFrom, oxTo, pixel, dx, tail)
      dx += (tail as usize) << 2
    }
  }
}

/** One input position for n <= 8 channels: the gradients of the windows that chose it. */
// @ts-ignore: decorator
@inline
function gatherMax(
  c: MaxPoolGradCommand, channel: usize, iy: i32, ix: i32, oyFrom: i32, oyTo: i32, oxFrom: i32, oxTo: i32,
  pixel: usize, dx: usize, n: i32,
): void {
  let sum0 = i32x4.splat(0)
  let sum1 = sum0
  for (let oy = oyFrom; oy <= oyTo; oy++) {
    for (let ox = oxFrom; ox <= oxTo; ox++) {
      const offset = channel + ((oy * c.outW + ox) as usize) * pixel
      const at = i32x4.splat((iy - oy * c.sy) * c.kw + ix - ox * c.sx)
      const index = (c.index as usize) + offset
      const dy = (c.dy as usize) + offset
      let g0 = v128.and(v128.load(dy), i32x4.eq(v128.load(index), at))
      let g1 = v128.and(v128.load(dy, 16), i32x4.eq(v128.load(index, 16), at))
      if (c.y) {
        const y = (c.y as usize) + offset
        g0 = v128.and(g0, f32x4.gt(v128.load(y), position4(0)))
        g1 = v128.and(g1, f32x4.gt(v128.load(y, 16), position4(0)))
      }
      sum0 = f32x4.add(sum0, g0)
      sum1 = f32x4.add(sum1, g1)
    }
  }
  storePair(dx, sum0, sum1, n)
}
