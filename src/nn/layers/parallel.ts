import { add, concat } from '../../engine/ops/index.ts'
import { InklingError } from '../../errors.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** Settings of {@link parallel}. */
export interface ParallelOptions extends LayerOptions {
  /** 'concat' (default): side by side along the channels; 'add': summed. */
  merge?: 'concat' | 'add'
}

/**
 * Branches that all read the same input, joined at the end; an empty branch passes the input on:
 * `parallel([[], [conv2d(32, 3, { padding: 'same' })]])` is a layer of a DenseNet, four branches make an Inception.
 */
export function parallel(
  branches: readonly (readonly Layer[])[],
  { merge = 'concat', ...options }: ParallelOptions = {},
): Layer {
  if (branches.length < 2)
    throw new InklingError(`parallel: got ${branches.length} branches; expected two or more`, { exitCode: 2 })
  return layer(
    'parallel',
    (x, ctx) => {
      const ends = branches.map(branch => branch.reduce((value, inner) => ctx.apply(inner, value), x))
      return merge === 'add' ? ends.reduce((a, b) => add(a, b)) : concat(ends, -1)
    },
    options,
  )
}
