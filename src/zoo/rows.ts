import type { Shape } from '../engine/graph.ts'
import { reshape as reshapeOp } from '../engine/ops/index.ts'
import { type Layer, layer, reshape } from '../nn/index.ts'

/** What turns an example into steps over time, [time, features]: the rows of a picture, or nothing for a sequence. */
export const asSteps = (shape: Shape): Layer[] => (shape.length === 2 ? [] : [reshape([shape[0], -1])])

/** The rows of maps as steps: [height, width, channels] -> [height, width * channels]. */
export const mapRows = (): Layer => layer('mapRows', x => reshapeOp(x, [x.shape[0], x.shape[1], -1]))
