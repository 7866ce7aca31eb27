import type { Shape } from '../engine/graph.ts'
import { type Layer, reshape } from '../nn/index.ts'

/** What turns an example into steps over time, [time, features]: the rows of a picture, or nothing for a sequence. */
export const asSteps = (shape: Shape): Layer[] => (shape.length === 2 ? [] : [reshape([shape[0], -1])])
