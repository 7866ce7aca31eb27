import { InklingError } from '../errors.ts'
import type { Feeds } from './backend.ts'
import type { Graph, Tensor } from './graph.ts'
import { sizeOf } from './graph.ts'

/** Checks that every input of `graph` among `needed` is fed with the right number of values. */
export function checkedFeed(graph: Graph, feeds: Feeds, name: string): ArrayLike<number> {
  const tensor = graph.inputs.get(name) as Tensor
  const given = feeds[name]
  if (given === undefined)
    throw new InklingError(`input "${name}" of shape [${tensor.shape}] is not fed`, {
      hint: `Fed: ${Object.keys(feeds).join(', ') || 'nothing'}.`,
    })
  const values = typeof given === 'number' ? [given] : given
  if (values.length !== sizeOf(tensor.shape))
    throw new InklingError(
      `input "${name}" has shape [${tensor.shape}], ${sizeOf(tensor.shape)} values; got ${values.length}`,
    )
  return values
}
