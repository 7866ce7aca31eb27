import { batchNormInference, batchNorm as batchNormOp } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'
import { aboveZero, between } from './check.ts'

/** Settings of {@link batchNorm}. */
export interface BatchNormOptions extends LayerOptions {
  /** Share that running statistics keep at each step (Keras' default; PyTorch's 0.1 is 0.9 here). */
  momentum?: number
  epsilon?: number
  /** Whether to learn beta, the shift. */
  center?: boolean
  /** Whether to learn gamma, the scale. */
  scale?: boolean
}

/**
 * Batch normalisation of each channel (Ioffe and Szegedy 2015): by the batch while training, by running
 * statistics when predicting. Parameters [channels]: gamma, beta, movingMean, movingVariance (the last two are
 * not trainable).
 */
export function batchNorm({
  momentum = 0.99,
  epsilon = 1e-3,
  center = true,
  scale = true,
  ...options
}: BatchNormOptions = {}): Layer {
  between('batchNorm', 'momentum', momentum, 0, 1)
  aboveZero('batchNorm', 'epsilon', epsilon)
  return layer(
    'batchNorm',
    (x, ctx) => {
      const shape = [x.shape[x.shape.length - 1]]
      const fixed = (value: number) => ctx.graph.constant(new Float32Array(shape[0]).fill(value), shape)
      const gamma = scale ? ctx.parameter('gamma', shape, 'ones', { kind: 'scale' }) : fixed(1)
      const beta = center ? ctx.parameter('beta', shape, 'zeros', { kind: 'bias' }) : fixed(0)
      const statistic = { trainable: false, kind: 'statistic' } as const
      const movingMean = ctx.parameter('movingMean', shape, 'zeros', statistic)
      const movingVariance = ctx.parameter('movingVariance', shape, 'ones', statistic)
      // A frozen layer keeps its statistics and uses them, as in Keras: what it feeds stays as it was.
      if (!ctx.training || !ctx.trainable)
        return batchNormInference(x, gamma, beta, movingMean, movingVariance, epsilon)
      const { y, mean, variance } = batchNormOp(x, gamma, beta, epsilon)
      ctx.updateStatistic(movingMean, mean, momentum)
      ctx.updateStatistic(movingVariance, variance, momentum)
      return y
    },
    options,
  )
}
