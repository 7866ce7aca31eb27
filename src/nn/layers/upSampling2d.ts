import { type Interpolation, type Pair, upsample2d } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** Larger pictures: [height, width, channels] -> [height * size, width * size, channels], 'nearest' (default) or 'bilinear'. */
export const upSampling2d = (
  size: Pair = 2,
  { interpolation = 'nearest', ...options }: LayerOptions & { interpolation?: Interpolation } = {},
): Layer => layer('upSampling2d', x => upsample2d(x, size, interpolation), options)
