import { affine } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** x * scale + offset. (Picture bytes come as 0..1 already: the data path divides by 255.) */
export const rescaling = (scale: number, offset = 0, options: LayerOptions = {}): Layer =>
  layer('rescaling', x => affine(x, scale, offset), options)
