import { sequenceLengths as sequenceLengthsOp } from '../../engine/ops/index.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/**
 * The lengths of sequences that are filled up to one length with steps of `padding` (default 0), for recurrent layers:
 *
 * ```ts
 * const x = input([100, 3])
 * const lengths = sequenceLengths()(x)
 * const model = functional(x, dense(5)(lstm(32)(x, lengths)))
 * ```
 */
export const sequenceLengths = ({ padding = 0, ...options }: LayerOptions & { padding?: number } = {}): Layer =>
  layer('sequenceLengths', x => sequenceLengthsOp(x, padding), options)
