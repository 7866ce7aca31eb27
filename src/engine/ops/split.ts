import type { Tensor } from '../graph.ts'
import { normalAxis, shapeError, show } from './check.ts'
import { slice } from './concat.ts'

/** Cuts a tensor along `axis` into that many equal parts, or into parts of the given sizes: the reverse of `concat`. */
export function split(x: Tensor, parts: number | readonly number[], axis = -1): Tensor[] {
  const at = normalAxis('split', axis, x.shape.length)
  const length = x.shape[at]
  const sizes = typeof parts === 'number' ? new Array<number>(Math.max(0, parts)).fill(length / parts) : parts
  if (!sizes.every(s => Number.isInteger(s) && s > 0) || sizes.reduce((a, b) => a + b, 0) !== length)
    throw shapeError(
      'split',
      `parts of ${show(sizes)} for axis ${at} of ${show(x.shape)}`,
      `whole sizes that add up to ${length}`,
    )
  let from = 0
  return sizes.map(size => slice(x, at, from, (from += size)))
}
