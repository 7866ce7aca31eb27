import { activation, batchNorm, conv2d, type Layer, residual } from '../nn/index.ts'
import type { BatchNormOptions } from '../nn/layers/index.ts'

export interface ResidualBlockOptions {
  strides?: number
  /** Whether the shortcut needs a 1x1 convolution, since the shape changes. */
  widens?: boolean
  norm?: BatchNormOptions
}

/** A convolution and its normalisation, whose shift does what a bias would. */
const normalised = (filters: number, size: number, strides: number, norm?: BatchNormOptions): Layer[] => [
  conv2d(filters, size, { strides, padding: (size - 1) / 2, useBias: false }),
  batchNorm(norm),
]

/**
 * The basic block of He et al. 2016: two 3x3 convolutions, each normalised, and a shortcut; ReLU after the first and
 * after the sum.
 */
export function residualBlock(
  filters: number,
  { strides = 1, widens = false, norm }: ResidualBlockOptions = {},
): Layer {
  const body = [...normalised(filters, 3, strides, norm), activation('relu'), ...normalised(filters, 3, 1, norm)]
  return residual(body, { shortcut: widens ? normalised(filters, 1, strides, norm) : [], activation: 'relu' })
}

/** The bottleneck block of He et al. 2016: 1x1 to `filters` channels, 3x3, 1x1 to four times as many. */
export function bottleneckBlock(
  filters: number,
  { strides = 1, widens = false, norm }: ResidualBlockOptions = {},
): Layer {
  const body = [
    ...[...normalised(filters, 1, 1, norm), activation('relu')],
    ...[...normalised(filters, 3, strides, norm), activation('relu')],
    ...normalised(4 * filters, 1, 1, norm),
  ]
  return residual(body, { shortcut: widens ? normalised(4 * filters, 1, strides, norm) : [], activation: 'relu' })
}
