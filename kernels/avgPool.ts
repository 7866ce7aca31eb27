// Means over windows of NHWC pictures, eight channels at a time, and their gradients.
import { AvgPoolCommand, AvgPoolGradCommand } from './generated/commands'
import { storePair } from './lanes'
import { shareEnd, shareStart } from './split'
import { firstWindow } from './windows'

export function avgPool(record: usize, part: i32, parts: i32): void {
  const c = changetype<AvgPoolCommand>(record)
  const pixel = (c.C as usize) << 2
  const tail = c.C & 7
  const srcRow = c.srcRow ? (c.srcRow as usize) : (c.W as usize) * pixel
  const srcImage = c.srcImage ? (c.srcImage as usize) : (c.H as usize) * srcRow
  const dstRow = c.dstRow ? (c.dstRow as usize) : (c.outW as usize) * pixel
  const dstImage = c.dstImage ? (c.dstImage as usize) : (c.outH as usize) * dstRow
  const end = shareEnd(c.N * c.outH, 1, part, parts)
  for (let row = shareStart(c.N * c.outH, 1, part, parts); row < end; row++) {
    const image = row / c.outH
    const oy = row - image * c.outH
    const src = (c.src as usize) + (image as usize) * srcImage
    let dst = (c.dst as usize) + (image as usize) * dstImage + (oy as usize) * dstRow
    const y0 = oy * c.sy - c.top
    const kyFrom = max(0, -y0)
    const height = min(c.kh, c.H - y0) - kyFrom
    for (let ox = 0; ox < c.outW; ox++) {
      const x0 = ox * c.sx - c.left
      const kxFrom = max(0, -x0)
      const width = min(c.kw, c.W - x0) - kxFrom
      const size = c.countPadding ? c.kh * c.kw : height * width
      let p = src + ((y0 + kyFrom) as usize) * srcRow + ((x0 + kxFrom) as usize) * pixel
      for (let n = c.C; n >= 8; n -= 8) {
        average(p, srcRow, pixel, height, width, size, dst, 8)
        p += 32
        dst += 32
      }
      if (tail) {
        average(p, srcRow, pixel, height, width, size, dst, tail)
        dst += (tail as usize) << 2
      }
    }
  }
}

/** One window for n <= 8 channels; `p` is its first position inside the picture. */
// @ts-ignore: decorator
@inline
function average(
  p: usize, srcRow: usize, pixel: usize, height: i32, width: i32, size: i32, dst: usize, n: i32,
): void {
  let sum0 = i32x4.splat(0)
  let sum1 = sum0
  for (let ky = 0; ky < height; ky++) {
    let q = p
    for (let kx = 0; kx < width; kx++) {
      sum0 = f32x4.add(sum0, v128.load(q))
      sum1 = f32x4.add(sum1, v128.load(q, 16))
      q += pixel
    }
    p += srcRow
  }
  const factor = f32x4.splat(1 / (size as f32))
  storePair(dst, f32x4.mul(sum0, factor), f32x4.mul(sum1, factor), n)
}

export function avgPoolGrad(record: usize, part: i32, parts: i32): void {
  const c = changetype<AvgPoolGradCommand>(record)
  const pixel = (c.C as usize) << 2
  const tail = c.C & 7
  const dxRow = c.dxRow ? (c.dxRow as usize) : (c.W as usize) * pixel
  const dxImage = c.dxImage ? (c.dxImage as usize) : (c.H as usize) * dxRow
  const outImage = (c.outH as usize) * (c.outW as usize) * pixel
  const end = shareEnd(c.N * c.H, 1, part, parts)
  for (let row = shareStart(c.N * c.H, 1, part, parts); row < end; row++) {
    const image = row / c.H
    const iy = row - image * c.H
    let dx = (c.dx as usize) + (image as usize) * dxImage + (iy as usize) * dxRow
    const oyFrom = firstWindow(iy + c.top, c.kh, c.sy)
    const oyTo = min(c.outH - 1, (iy + c.top) / c.sy)
    for (let ix = 0; ix < c.W; ix++) {
      const oxFrom = firstWindow(ix + c.left, c.kw, c.sx)
      const oxTo = min(c.outW - 1, (ix + c.left) / c.sx)
      let dy = (c.dy as usize) + (image as usize) * outImage
      for (let n = c.C; n >= 8; n -= 8) {
        gatherMean(c, dy, oyFrom, oyTo, oxFrom, oxTo, pixel, dx, 8)
        dy += 32
        dx += 32
      }
      if (tail) {
        gatherMean(c, dy, oyFrom, oyTo, oxFrom, oxTo, pixel, dx, tail)
        dx += (tail as usize) << 2
      }
    }
  }
}

/** One input position for n <= 8 channels: its share of the gradients of the windows that cover it. */
// @ts-ignore: decorator
@inline
function gatherMean(
  c: AvgPoolGradCommand, dy: usize, oyFrom: i32, oyTo: i32, oxFrom: i32, oxTo: i32, pixel: usize, dx: usize, n: i32,
): void {
  let sum0 = i32x4.splat(0)
  let sum1 = sum0
  for (let oy = oyFrom; oy <= oyTo; oy++) {
    const y0 = oy * c.sy - c.top
    const height = min(c.kh, c.H - y0) - max(0, -y0)
    for (let ox = oxFrom; ox <= oxTo; ox++) {
      const x0 = ox * c.sx - c.left
      const size = c.countPadding ? c.kh * c.kw : height * (min(c.kw, c.W - x0) - max(0, -x0))
      const factor = f32x4.splat(1 / (size as f32))
      const p = dy + ((oy * c.outW + ox) as usize) * pixel
      sum0 = f32x4.add(sum0, f32x4.mul(v128.load(p), factor))
      sum1 = f32x4.add(sum1, f32x4.mul(v128.load(p, 16), factor))
    }
  }
  storePair(dx, sum0, sum1, n)
}
