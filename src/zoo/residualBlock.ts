import { activation, batchNorm, conv2d, type Layer, residual } from '../nn/index.ts'
import type { BatchNormOptions } from '../nn/layers/index.ts'

export interface ResidualBlockOptions {
  strides?: number
  /** Whether the shortcut needs a 1x1 convolution, since the shape changes. */
  widens?: boolean
  norm?: BatchNormOptions
}

/**
 * The basic block of He et al. 2016: two 3x3 convolutions, each normalised, and a shortcut; ReLU after the first and
 * after the sum. Convolutions have no bias where a normalisation follows: its shift does the same.
 */
export function residualBlock(
  filters: number,
  { strides = 1, widens = false, norm }: ResidualBlockOptions = {},
): Layer {
  const convolution = (size: number, strides: number) =>
    conv2d(filters, size, { strides, padding: (size - 1) / 2, useBias: false })
  return residual([convolution(3, strides), batchNorm(norm), activation('relu'), convolution(3, 1), batchNorm(norm)], {
    shortcut: widens ? [convolution(1, strides), batchNorm(norm)] : [],
    activation: 'relu',
  })
}
