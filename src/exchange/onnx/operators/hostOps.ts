import type { DType, Op, Tensor } from '../../../engine/graph.ts'
import { erfc } from '../../../engine/ops/activations.ts'
import { affine, exp, multiply, negate, square } from '../../../engine/ops/index.ts'

/** Operators without a kernel of their own: their plain form runs on the host, slower. */

/** Error function. */
const erfOp: Op<object> = {
  name: 'erf',
  infer: ([x]) => [{ shape: x.shape, dtype: 'f32' }],
  gradient(node, [dy]) {
    const [x] = node.inputs
    return dy ? [multiply(dy, affine(exp(negate(square(x))), 2 / Math.sqrt(Math.PI)))] : []
  },
  reference({ inputs: [x], outputs: [y] }) {
    for (let i = 0; i < y.length; i++) y[i] = 1 - erfc(x[i])
  },
}
export const erf = (x: Tensor): Tensor => x.graph.add(erfOp, [x], {})[0]

/** To another element type; whole numbers are cut off towards 0. No gradient flows. */
const castOp: Op<{ to: DType }> = {
  name: 'cast',
  infer: ([x], { to }) => [{ shape: x.shape, dtype: to }],
  gradient: () => [undefined],
  reference({ attrs: { to }, inputs: [x], outputs: [y] }) {
    for (let i = 0; i < y.length; i++) y[i] = to === 'f32' ? x[i] : Math.trunc(x[i])
  },
}
export const cast = (x: Tensor, to: DType): Tensor => (x.dtype === to ? x : x.graph.add(castOp, [x], { to })[0])

/** Position of the largest value along the last axis, the first where several are. */
const argMaxOp: Op<{ smallest: boolean }> = {
  name: 'argMax',
  infer: ([x]) => [{ shape: x.shape.slice(0, -1), dtype: 'i32' }],
  gradient: () => [undefined],
  reference({ attrs: { smallest }, inputs: [x], outputs: [y], inputSpecs: [spec] }) {
    const width = spec.shape[spec.shape.length - 1]
    for (let row = 0; row < y.length; row++) {
      let best = 0
      for (let i = 1; i < width; i++) {
        const [value, most] = [x[row * width + i], x[row * width + best]]
        if (smallest ? value < most : value > most) best = i
      }
      y[row] = best
    }
  },
}
export const argMax = (x: Tensor, smallest = false): Tensor => x.graph.add(argMaxOp, [x], { smallest })[0]
