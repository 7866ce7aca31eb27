import type { Op, Tensor } from '../graph.ts'
import { sizeOf } from '../graph.ts'
import { atLeast, broadcastTo, multiply } from './arithmetic.ts'
import { expectNumbers, f32, normalAxis } from './check.ts'
import { affine } from './pointwise.ts'
import { reshape } from './reshape.ts'

export interface ReduceAttrs {
  /** Axes to reduce, ascending. */
  axes: readonly number[]
  keepDims: boolean
}

function define(
  name: string,
  start: number,
  fold: (a: number, x: number) => number,
  finish: (a: number, n: number) => number,
  gradient: Op<ReduceAttrs>['gradient'],
): Op<ReduceAttrs> {
  return {
    name,
    infer([x], { axes, keepDims }) {
      expectNumbers(name, [x])
      const shape = x.shape.flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]))
      return [f32(shape)]
    },
    gradient,
    reference({ attrs: { axes }, inputs: [x], outputs: [y], inputSpecs: [spec] }) {
      const strides = outputStrides(spec.shape, axes)
      y.fill(start)
      let count = 1
      for (const a of axes) count *= spec.shape[a]
      for (let i = 0; i < x.length; i++) {
        let rest = i
        let to = 0
        for (let d = spec.shape.length - 1; d >= 0; d--) {
          to += (rest % spec.shape[d]) * strides[d]
          rest = Math.floor(rest / spec.shape[d])
        }
        y[to] = fold(y[to], x[i])
      }
      for (let i = 0; i < y.length; i++) y[i] = finish(y[i], count)
    },
  }
}

function outputStrides(shape: readonly number[], axes: readonly number[]): number[] {
  const strides = shape.map(() => 0)
  let stride = 1
  for (let d = shape.length - 1; d >= 0; d--)
    if (!axes.includes(d)) {
      strides[d] = stride
      stride *= shape[d]
    }
  return strides
}

/** A gradient [reduced] spread over the shape of the reduced input. */
function spread(dy: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.map((d, i) => (axes.includes(i) ? 1 : d))
  return broadcastTo(reshape(dy, kept), x.shape)
}

export const sumOp = define(
  'sum',
  0,
  (a, x) => a + x,
  a => a,
  (node, [dy]) => (dy ? [spread(dy, node.inputs[0], (node.attrs as unknown as ReduceAttrs).axes)] : []),
)
export const meanOp = define(
  'mean',
  0,
  (a, x) => a + x,
  (a, n) => a / n,
  (node, [dy]) => {
    if (!dy) return []
    const [x] = node.inputs
    const n = sizeOf(x.shape) / sizeOf(node.outputs[0].shape)
    return [spread(affine(dy, 1 / n), x, (node.attrs as unknown as ReduceAttrs).axes)]
  },
)
const extremeGradient =
  (side: (x: Tensor, y: Tensor) => Tensor): Op<ReduceAttrs>['gradient'] =>
  (node, [dy]) => {
    if (!dy) return []
    const [x] = node.inputs
    const { axes } = node.attrs as unknown as ReduceAttrs
    const keep = x.shape.map((d, i) => (axes.includes(i) ? 1 : d))
    return [multiply(side(x, reshape(node.outputs[0], keep)), reshape(dy, keep))]
  }
export const maxOp = define(
  'max',
  -Infinity,
  Math.max,
  a => a,
  extremeGradient((x, y) => atLeast(x, y)),
)
export const minOp = define(
  'min',
  Infinity,
  Math.min,
  a => a,
  extremeGradient((x, y) => atLeast(y, x)),
)

const reducer =
  (op: Op<ReduceAttrs>) =>
  (x: Tensor, axes?: readonly number[] | number, keepDims = false): Tensor => {
    const list = axes === undefined ? x.shape.map((_, i) => i) : typeof axes === 'number' ? [axes] : axes
    const normal = [...new Set(list.map(a => normalAxis(op.name, a, x.shape.length)))].sort((a, b) => a - b)
    // Over no axes every value stands for itself.
    return normal.length === 0 ? x : x.graph.add(op, [x], { axes: normal, keepDims })[0]
  }

/** Sum over `axes` (all by default). */
export const sum = reducer(sumOp)
/** Mean over `axes` (all by default). */
export const mean = reducer(meanOp)
/** Largest value over `axes`; where several are largest each gets the whole gradient. */
export const max = reducer(maxOp)
/** Smallest value over `axes`; where several are smallest each gets the whole gradient. */
export const min = reducer(minOp)
