import { type LocalResponseNormOptions, localResponseNorm as localResponseNormOp } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** Divides every value by the power of its neighbours along the channels (Krizhevsky et al. 2012); no parameters. */
export const localResponseNorm = ({
  size,
  alpha,
  beta,
  bias,
  ...options
}: LocalResponseNormOptions & LayerOptions = {}): Layer =>
  layer('localResponseNorm', x => localResponseNormOp(x, { size, alpha, beta, bias }), options)
