import type { Op, Shape, Tensor } from '../graph.ts'
import { f32, shapeError, show } from './check.ts'
import { type Conv2dOptions, type ConvAttrs, visitTaps } from './conv2d.ts'
import { resolveWindow, windowOutput } from './window.ts'

/** y[n,oy,ox,c] = sum over ky,kx of x[n, oy*sy+ky-top, ox*sx+kx-left, c] * w[ky,kx,0,c]. */
export const depthwiseConv2dOp: Op<ConvAttrs> = {
  name: 'depthwiseConv2d',
  infer([x, w], { window }) {
    if (x.shape[3] !== w.shape[3] || w.shape[2] !== 1)
      throw shapeError('depthwiseConv2d', `input ${show(x.shape)} and kernel ${show(w.shape)}`, 'a kernel [.., 1, C]')
    const [h, width] = windowOutput('depthwiseConv2d', [x.shape[1], x.shape[2]], window)
    return [f32([x.shape[0], h, width, w.shape[3]])]
  },
  gradient(node, [dy]) {
    if (!dy) return []
    const [x, w] = node.inputs
    const { window } = node.attrs as unknown as ConvAttrs
    return [
      dy.graph.add(depthwiseConv2dInputGradientOp, [dy, w], { window, shape: x.shape })[0],
      dy.graph.add(depthwiseConv2dWeightGradientOp, [x, dy], { window, shape: w.shape })[0],
    ]
  },
  reference({ attrs, inputs: [x, w], outputs: [y], inputSpecs: [sx, sw], outputSpecs: [sy] }) {
    visitTaps(sx.shape, sw.shape, sy.shape, attrs.window, (xi, wi, yi, _, channels) => {
      for (let c = 0; c < channels; c++) y[yi + c] += x[xi + c] * w[wi + c]
    })
  },
}

/** dx from dy and w. */
export const depthwiseConv2dInputGradientOp: Op<ConvAttrs & { shape: Shape }> = {
  name: 'depthwiseConv2dInputGradient',
  infer: (_, { shape }) => [f32(shape)],
  reference({ attrs, inputs: [dy, w], outputs: [dx], inputSpecs: [sy, sw], outputSpecs: [sx] }) {
    visitTaps(sx.shape, sw.shape, sy.shape, attrs.window, (xi, wi, yi, _, channels) => {
      for (let c = 0; c < channels; c++) dx[xi + c] += dy[yi + c] * w[wi + c]
    })
  },
}

/** dw from x and dy. */
export const depthwiseConv2dWeightGradientOp: Op<ConvAttrs & { shape: Shape }> = {
  name: 'depthwiseConv2dWeightGradient',
  infer: (_, { shape }) => [f32(shape)],
  reference({ attrs, inputs: [x, dy], outputs: [dw], inputSpecs: [sx, sy], outputSpecs: [sw] }) {
    visitTaps(sx.shape, sw.shape, sy.shape, attrs.window, (xi, wi, yi, _, channels) => {
      for (let c = 0; c < channels; c++) dw[wi + c] += x[xi + c] * dy[yi + c]
    })
  },
}

/**
 * Convolution of every channel by itself (Howard et al. 2017); `groupedConv2d` with one input channel a group leads here.
 *
 * @param x [batch, height, width, channels]
 * @param w [kernel height, kernel width, 1, channels]
 * @returns [batch, height', width', channels]
 */
export function depthwiseConv2d(x: Tensor, w: Tensor, { strides = 1, padding = 'valid' }: Conv2dOptions = {}): Tensor {
  const size = [w.shape[0], w.shape[1]] as const
  const window = resolveWindow('depthwiseConv2d', [x.shape[1], x.shape[2]], size, strides, padding)
  return x.graph.add(depthwiseConv2dOp, [x, w], { window })[0]
}
