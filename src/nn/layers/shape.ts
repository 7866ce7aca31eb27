import type { Shape } from '../../engine/graph.ts'
import { flatten as flattenOp, reshape as reshapeOp } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** Everything but the batch in one axis: [...] -> [features]. */
export const flatten = (options: LayerOptions = {}): Layer => layer('flatten', flattenOp, options)

/** The same values under another shape, given without the batch; one size may be -1. */
export const reshape = (shape: Shape, options: LayerOptions = {}): Layer =>
  layer('reshape', x => reshapeOp(reshapeOp(x, [x.shape[0], -1]), [x.shape[0], ...shape]), options)
