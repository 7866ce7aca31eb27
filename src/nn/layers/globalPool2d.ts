import { globalAveragePool2d as averageOp, globalMaxPool2d as maxOp } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** Mean of each channel: [height, width, channels] -> [channels]. */
export const globalAveragePool2d = (options: LayerOptions = {}): Layer =>
  layer('globalAveragePool2d', averageOp, options)

/** Largest value of each channel: [height, width, channels] -> [channels]. */
export const globalMaxPool2d = (options: LayerOptions = {}): Layer => layer('globalMaxPool2d', maxOp, options)
