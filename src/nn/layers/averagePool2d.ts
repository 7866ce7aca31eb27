import { averagePool2d as averagePool2dOp, type Pair, type PoolOptions } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/**
 * Mean of each window: [height, width, channels] -> [height', width', channels]. Strides default to the size;
 * padding does not count unless `countPadding`.
 */
export const averagePool2d = (
  size: Pair = 2,
  { strides, padding, countPadding, ...options }: PoolOptions & { countPadding?: boolean } & LayerOptions = {},
): Layer => layer('averagePool2d', x => averagePool2dOp(x, size, { strides, padding, countPadding }), options)
