import { layerNorm as layerNormOp } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'
import { aboveZero } from './check.ts'

/** Settings of {@link layerNorm}. */
export interface LayerNormOptions extends LayerOptions {
  /** Keras' default 1e-3; PyTorch has 1e-5. */
  epsilon?: number
}

/** Normalises each row of the last axis (Ba et al. 2016). Parameters [size of that axis]: gamma, beta. */
export function layerNorm({ epsilon = 1e-3, ...options }: LayerNormOptions = {}): Layer {
  aboveZero('layerNorm', 'epsilon', epsilon)
  return layer(
    'layerNorm',
    (x, ctx) => {
      const shape = [x.shape[x.shape.length - 1]]
      const gamma = ctx.parameter('gamma', shape, 'ones', { kind: 'scale' })
      return layerNormOp(x, gamma, ctx.parameter('beta', shape, 'zeros', { kind: 'bias' }), epsilon)
    },
    options,
  )
}
