import type { Tensor } from '../graph.ts'
import { multiply } from './arithmetic.ts'
import { shapeError } from './check.ts'
import { matmul } from './matmul.ts'
import { affine, exp, log, square } from './pointwise.ts'
import { reshape } from './reshape.ts'

/** Constants of x / (bias + alpha * sum of squares) ^ beta. */
export interface LocalResponseNormOptions {
  /** Channels that count, half of them on either side; default 5. */
  size?: number
  alpha?: number
  beta?: number
  bias?: number
}

/**
 * Every value divided by the power of its neighbours along the channels: x / (bias + alpha * sum of x^2)^beta, the sum
 * over channels c - floor(size / 2) to c + floor((size - 1) / 2). Defaults of Krizhevsky et al. 2012, whose alpha is per
 * neighbour (PyTorch and ONNX take size * alpha). Any shape; channels are the last axis.
 */
export function localResponseNorm(
  x: Tensor,
  { size = 5, alpha = 1e-4, beta = 0.75, bias = 2 }: LocalResponseNormOptions = {},
): Tensor {
  if (!Number.isInteger(size) || size < 1)
    throw shapeError('localResponseNorm', `size ${size}`, 'a whole number above 0')
  if (!(alpha >= 0 && bias > 0))
    throw shapeError('localResponseNorm', `alpha ${alpha} and bias ${bias}`, 'alpha of at least 0, a bias above 0')
  const channels = x.shape[x.shape.length - 1]
  const before = Math.floor(size / 2)
  // The sum over neighbours is a product with a band of ones: the fastest kernel there is, and its gradient for nothing.
  const band = new Float32Array(channels * channels)
  for (let from = 0; from < channels; from++)
    for (let to = 0; to < channels; to++)
      if (from >= to - before && from < to - before + size) band[from * channels + to] = 1
  const rows = reshape(square(x), [-1, channels])
  const power = matmul(rows, x.graph.constant(band, [channels, channels]))
  const factor = exp(affine(log(affine(power, alpha, bias)), -beta))
  return multiply(x, reshape(factor, x.shape))
}
