import { maxPool2d as maxPool2dOp, type Pair, type PoolOptions } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** Largest value of each window: [height, width, channels] -> [height', width', channels]. Strides default to the size. */
export const maxPool2d = (size: Pair = 2, { strides, padding, ...options }: PoolOptions & LayerOptions = {}): Layer =>
  layer('maxPool2d', x => maxPool2dOp(x, size, { strides, padding }), options)
