import { groupNorm as groupNormOp } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'
import { aboveZero, positive } from './check.ts'

/** Settings of {@link groupNorm}. */
export interface GroupNormOptions extends LayerOptions {
  /** Keras' default 1e-3; PyTorch has 1e-5. */
  epsilon?: number
}

/**
 * Normalises `groups` groups of channels, each over all places of its example (Wu and He 2018): what to take in place of
 * batch normalisation when batches are small. Parameters [channels]: gamma, beta.
 */
export function groupNorm(groups = 32, { epsilon = 1e-3, ...options }: GroupNormOptions = {}): Layer {
  positive('groupNorm', 'groups', groups)
  aboveZero('groupNorm', 'epsilon', epsilon)
  return layer(
    'groupNorm',
    (x, ctx) => {
      const shape = [x.shape[x.shape.length - 1]]
      const gamma = ctx.parameter('gamma', shape, 'ones', { kind: 'scale' })
      return groupNormOp(x, groups, gamma, ctx.parameter('beta', shape, 'zeros', { kind: 'bias' }), epsilon)
    },
    options,
  )
}
