import type { Op, Shape, Tensor } from '../graph.ts'
import { expectRank, f32, shapeError, show } from './check.ts'
import { type Padding, type Pair, resolveWindow, type Window, windowOutput } from './window.ts'

export interface ConvAttrs {
  window: Window
}

/** y[n,oy,ox,co] = sum over ky,kx,ci of x[n, oy*sy+ky-top, ox*sx+kx-left, ci] * w[ky,kx,ci,co]. */
export const conv2dOp: Op<ConvAttrs> = {
  name: 'conv2d',
  infer([x, w], { window }) {
    expectRank('conv2d', 'input', x, 4)
    expectRank('conv2d', 'kernel', w, 4)
    if (x.shape[3] !== w.shape[2])
      throw shapeError(
        'conv2d',
        `input ${show(x.shape)} and kernel ${show(w.shape)}`,
        'equal numbers of input channels',
      )
    const [h, width] = windowOutput('conv2d', [x.shape[1], x.shape[2]], window)
    return [f32([x.shape[0], h, width, w.shape[3]])]
  },
  gradient(node, [dy]) {
    if (!dy) return []
    const [x, w] = node.inputs
    const { window } = node.attrs as unknown as ConvAttrs
    return [
      dy.graph.add(conv2dInputGradientOp, [dy, w], { window, shape: x.shape })[0],
      dy.graph.add(conv2dWeightGradientOp, [x, dy], { window, shape: w.shape })[0],
    ]
  },
  reference({ attrs, inputs: [x, w], outputs: [y], inputSpecs: [sx, sw], outputSpecs: [sy] }) {
    visitTaps(sx.shape, sw.shape, sy.shape, attrs.window, (xi, wi, yi, ci, co) => {
      for (let c = 0; c < ci; c++) for (let o = 0; o < co; o++) y[yi + o] += x[xi + c] * w[wi + c * co + o]
    })
  },
}

/** dx from dy and w: also the forward of a transposed convolution. */
export const conv2dInputGradientOp: Op<ConvAttrs & { shape: Shape }> = {
  name: 'conv2dInputGradient',
  infer: (_, { shape }) => [f32(shape)],
  gradient(node, [g]) {
    if (!g) return []
    const [dy, w] = node.inputs
    const { window } = node.attrs as unknown as ConvAttrs
    return [
      g.graph.add(conv2dOp, [g, w], { window })[0],
      g.graph.add(conv2dWeightGradientOp, [g, dy], { window, shape: w.shape })[0],
    ]
  },
  reference({ attrs, inputs: [dy, w], outputs: [dx], inputSpecs: [sy, sw], outputSpecs: [sx] }) {
    visitTaps(sx.shape, sw.shape, sy.shape, attrs.window, (xi, wi, yi, ci, co) => {
      for (let c = 0; c < ci; c++) for (let o = 0; o < co; o++) dx[xi + c] += dy[yi + o] * w[wi + c * co + o]
    })
  },
}

/** dw from x and dy. */
export const conv2dWeightGradientOp: Op<ConvAttrs & { shape: Shape }> = {
  name: 'conv2dWeightGradient',
  infer: (_, { shape }) => [f32(shape)],
  reference({ attrs, inputs: [x, dy], outputs: [dw], inputSpecs: [sx, sy], outputSpecs: [sw] }) {
    visitTaps(sx.shape, sw.shape, sy.shape, attrs.window, (xi, wi, yi, ci, co) => {
      for (let c = 0; c < ci; c++) for (let o = 0; o < co; o++) dw[wi + c * co + o] += x[xi + c] * dy[yi + o]
    })
  },
}

/** Calls `tap` with the offsets of every (input pixel, kernel tap, output pixel) that belong together. */
export function visitTaps(
  x: Shape,
  w: Shape,
  y: Shape,
  { strides: [sy, sx], top, left }: Window,
  tap: (xi: number, wi: number, yi: number, ci: number, co: number) => void,
): void {
  const [kh, kw, ci, co] = w
  for (let n = 0; n < y[0]; n++)
    for (let oy = 0; oy < y[1]; oy++)
      for (let ox = 0; ox < y[2]; ox++)
        for (let ky = 0; ky < kh; ky++) {
          const iy = oy * sy + ky - top
          if (iy < 0 || iy >= x[1]) continue
          for (let kx = 0; kx < kw; kx++) {
            const ix = ox * sx + kx - left
            if (ix < 0 || ix >= x[2]) continue
            tap(
              ((n * x[1] + iy) * x[2] + ix) * x[3],
              (ky * kw + kx) * ci * co,
              ((n * y[1] + oy) * y[2] + ox) * co,
              ci,
              co,
            )
          }
        }
}

/** Strides (default 1) and padding (default 'valid') of a convolution. */
export interface Conv2dOptions {
  strides?: Pair
  padding?: Padding
}

/**
 * 2-D convolution (cross-correlation, as in Keras and PyTorch) in NHWC.
 *
 * @param x [batch, height, width, in]
 * @param w [kernel height, kernel width, in, out]
 * @returns [batch, height', width', out]
 */
export function conv2d(x: Tensor, w: Tensor, { strides = 1, padding = 'valid' }: Conv2dOptions = {}): Tensor {
  expectRank('conv2d', 'input', x, 4)
  expectRank('conv2d', 'kernel', w, 4)
  const window = resolveWindow('conv2d', [x.shape[1], x.shape[2]], [w.shape[0], w.shape[1]], strides, padding)
  return x.graph.add(conv2dOp, [x, w], { window })[0]
}
