import type { Tensor } from '../../engine/graph.ts'
import { add, affine, concat, multiply } from '../../engine/ops/index.ts'
import { InklingError } from '../../errors.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'
import type { RecurrentLayer } from './recurrent.ts'

const merges = {
  concat: (a: Tensor, b: Tensor) => concat([a, b], -1),
  sum: add,
  average: (a: Tensor, b: Tensor) => affine(add(a, b), 0.5),
  multiply,
} as const

/** Settings of {@link bidirectional}. */
export interface BidirectionalOptions extends LayerOptions {
  /** How the states of both directions become one; default 'concat'. */
  merge?: keyof typeof merges
}

/**
 * A recurrent layer run both ways over time, each with weights of its own (Schuster and Paliwal 1997):
 * `bidirectional(lstm(32, { returnSequences: true }))`. Called as `layer(x, lengths)` it heeds lengths.
 * Parameters: those of `forward` and of `backward`.
 */
export function bidirectional(
  inner: RecurrentLayer,
  { merge = 'concat', ...options }: BidirectionalOptions = {},
): Layer {
  if (typeof inner?.twin !== 'function')
    throw new InklingError('bidirectional: expected a recurrent layer, such as bidirectional(lstm(32))', {
      exitCode: 2,
    })
  if (!Object.hasOwn(merges, merge))
    throw new InklingError(`bidirectional: no merge is called "${merge}"`, {
      exitCode: 2,
      hint: `There are ${Object.keys(merges).join(', ')}.`,
    })
  const forward = inner.twin({ name: 'forward', goBackwards: inner.goBackwards })
  const backward = inner.twin({ name: 'backward', goBackwards: !inner.goBackwards })
  return layer(
    'bidirectional',
    (x, ctx, others) => merges[merge](ctx.apply(forward, x, ...others), ctx.apply(backward, x, ...others)),
    options,
  )
}
