import type { Tensor } from '../graph.ts'
import { expectRank, shapeError, show } from './check.ts'
import { conv2dInputGradientOp } from './conv2d.ts'
import { type Padding, type Pair, pair, resolveWindow } from './window.ts'

/** Strides (default 1) and padding (default 'valid') of a transposed convolution. */
export interface Conv2dTransposeOptions {
  strides?: Pair
  padding?: Padding
  /** Rows and columns added at the end, below the stride; only with padding in pixels. */
  outputPadding?: Pair
}

/**
 * Transposed convolution: the gradient of a convolution with respect to its input, which undoes its change of size.
 * Height' is height * stride for 'same', height * stride + max(size - stride, 0) for 'valid' (as in Keras), and
 * (height - 1) * stride + size - padding + outputPadding for padding in pixels (as in PyTorch).
 *
 * @param x [batch, height, width, in]
 * @param w [kernel height, kernel width, out, in]
 * @returns [batch, height', width', out]
 */
export function conv2dTranspose(
  x: Tensor,
  w: Tensor,
  { strides = 1, padding = 'valid', outputPadding = 0 }: Conv2dTransposeOptions = {},
): Tensor {
  expectRank('conv2dTranspose', 'input', x, 4)
  expectRank('conv2dTranspose', 'kernel', w, 4)
  if (x.shape[3] !== w.shape[3])
    throw shapeError('conv2dTranspose', `input ${show(x.shape)} and kernel ${show(w.shape)}`, 'equal last sizes')
  const step = pair(strides)
  const extra = pair(outputPadding)
  if (extra.some((e, i) => !Number.isInteger(e) || e < 0 || (e > 0 && (e >= step[i] || typeof padding === 'string'))))
    throw shapeError(
      'conv2dTranspose',
      `outputPadding ${show(extra)}`,
      'whole numbers below the strides, with padding in pixels',
    )
  const kernel: [number, number] = [w.shape[0], w.shape[1]]
  const inside = (axis: 0 | 1, pixels: number) =>
    (x.shape[axis + 1] - 1) * step[axis] + kernel[axis] - pixels + extra[axis]
  const keras = (axis: 0 | 1) => {
    const length = x.shape[axis + 1] * step[axis]
    return padding === 'valid' ? length + Math.max(kernel[axis] - step[axis], 0) : length
  }
  const pixels = resolveWindow('conv2dTranspose', [1, 1], kernel, step, typeof padding === 'string' ? 0 : padding)
  const size: [number, number] =
    typeof padding === 'string'
      ? [keras(0), keras(1)]
      : [inside(0, pixels.top + pixels.bottom), inside(1, pixels.left + pixels.right)]
  if (size.some(d => d < 1))
    throw shapeError('conv2dTranspose', `an output of ${size.join(' x ')}`, 'less padding, or a larger kernel')
  const window = resolveWindow('conv2dTranspose', size, kernel, step, padding)
  const shape = [x.shape[0], ...size, w.shape[2]]
  return x.graph.add(conv2dInputGradientOp, [x, w], { window, shape })[0]
}
