import { InklingError } from '../../errors.ts'
import type { Op, Shape, Tensor } from '../graph.ts'
import { sizeOf } from '../graph.ts'
import { normalAxis, show } from './check.ts'

/** The same values under another shape; costs nothing. */
export const reshapeOp: Op<{ shape: Shape }> = {
  name: 'reshape',
  infer: ([x], { shape }) => [{ shape, dtype: x.dtype }],
  gradient: (node, [dy]) => (dy ? [reshape(dy, node.inputs[0].shape)] : []),
  reference({ inputs: [x], outputs: [y] }) {
    y.set(x)
  },
}

/** `x` under `shape`; one size may be -1 and is worked out from the others. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = shape.reduce((p, d) => (d === -1 ? p : p * d), 1)
  const full = shape.map(d => (d === -1 ? sizeOf(x.shape) / known : d))
  if (
    shape.filter(d => d === -1).length > 1 ||
    sizeOf(full) !== sizeOf(x.shape) ||
    !full.every(d => Number.isInteger(d) && d > 0)
  )
    throw new InklingError(`reshape: ${show(x.shape)} has ${sizeOf(x.shape)} values and does not fit ${show(shape)}`)
  if (full.join() === x.shape.join()) return x
  return x.graph.add(reshapeOp, [x], { shape: full })[0]
}

/** [batch, ...] -> [batch, features]. */
export const flatten = (x: Tensor): Tensor => reshape(x, [x.shape[0], -1])

/** [..., size, ...] -> the same with an axis of size 1 inserted at `axis`. */
export function expandDims(x: Tensor, axis: number): Tensor {
  const at = normalAxis('expandDims', axis, x.shape.length + 1)
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
}
