import type { Op, Shape, Spec, Tensor } from '../graph.ts'
import { sizeOf } from '../graph.ts'
import { expectNumbers, f32, shapeError, show } from './check.ts'
import { affine, negate, reciprocal, square } from './pointwise.ts'
import { sum } from './reduce.ts'
import { reshape } from './reshape.ts'

/** The shape that two shapes broadcast to (NumPy's rule: aligned at the end, sizes equal or 1). */
export function broadcastShape(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const da = a[i - rank + a.length] ?? 1
    const db = b[i - rank + b.length] ?? 1
    if (da !== db && da !== 1 && db !== 1) throw shapeError(op, `${show(a)} and ${show(b)}`, 'shapes that broadcast')
    return da === 1 ? db : da
  })
}

/** Element strides of `shape` seen as `target`: 0 along broadcast axes. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides = new Array<number>(target.length).fill(0)
  let stride = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1) strides[target.length - shape.length + i] = stride
    stride *= shape[i]
  }
  return strides
}

/** Ops of two broadcasting inputs, by name. */
export const binaryOps = new Map<string, Op<object>>()

function defineBinary(
  name: string,
  f: (a: number, b: number) => number,
  gradient: (a: Tensor, b: Tensor, dy: Tensor, y: Tensor) => [Tensor | undefined, Tensor | undefined],
): (a: Tensor, b: Tensor) => Tensor {
  const op: Op<object> = {
    name,
    infer([a, b]: readonly Spec[]) {
      expectNumbers(name, [a, b])
      return [f32(broadcastShape(name, a.shape, b.shape))]
    },
    gradient(node, [dy]) {
      const [a, b] = node.inputs
      if (!dy) return []
      const [da, db] = gradient(a, b, dy, node.outputs[0])
      return [da && unbroadcast(da, a.shape), db && unbroadcast(db, b.shape)]
    },
    reference({ inputs: [a, b], outputs: [y], inputSpecs: [sa, sb], outputSpecs: [sy] }) {
      const stridesA = broadcastStrides(sa.shape, sy.shape)
      const stridesB = broadcastStrides(sb.shape, sy.shape)
      const at = new Array<number>(sy.shape.length).fill(0)
      let ia = 0
      let ib = 0
      for (let i = 0; i < y.length; i++) {
        y[i] = f(a[ia], b[ib])
        for (let d = at.length - 1; d >= 0; d--) {
          ia += stridesA[d]
          ib += stridesB[d]
          if (++at[d] < sy.shape[d]) break
          ia -= stridesA[d] * at[d]
          ib -= stridesB[d] * at[d]
          at[d] = 0
        }
      }
    },
  }
  binaryOps.set(name, op)
  return (a, b) => a.graph.add(op, [a, b], {})[0]
}

/** Sums a gradient over the axes along which its value was broadcast. */
function unbroadcast(dy: Tensor, shape: Shape): Tensor {
  if (dy.shape.join() === shape.join()) return dy
  const lead = dy.shape.length - shape.length
  const axes = dy.shape.map((_, i) => i).filter(i => i < lead || (shape[i - lead] === 1 && dy.shape[i] !== 1))
  return reshape(axes.length && sizeOf(dy.shape) !== sizeOf(shape) ? sum(dy, axes) : dy, shape)
}

/** a + b, broadcasting. */
export const add = defineBinary(
  'add',
  (a, b) => a + b,
  (_a, _b, dy) => [dy, dy],
)
/** Addition, which the planner joins to the products before it. */
export const addOp = binaryOps.get('add')!
/** a - b, broadcasting. */
export const subtract = defineBinary(
  'subtract',
  (a, b) => a - b,
  (_a, _b, dy) => [dy, negate(dy)],
)
/** a * b, broadcasting. */
export const multiply = defineBinary(
  'multiply',
  (a, b) => a * b,
  (a, b, dy) => [multiply(dy, b), multiply(dy, a)],
)
/** a / b, broadcasting. */
export const divide: (a: Tensor, b: Tensor) => Tensor = defineBinary(
  'divide',
  (a, b) => a / b,
  (a, b, dy) => [divide(dy, b), negate(multiply(multiply(dy, a), square(reciprocal(b))))],
)
/** The larger of a and b, broadcasting; the gradient goes to a where they are equal. */
export const maximum = defineBinary(
  'maximum',
  (a, b) => (a >= b ? a : b),
  (a, b, dy) => selectGradient(atLeast(a, b), dy),
)
/** The smaller of a and b, broadcasting; the gradient goes to a where they are equal. */
export const minimum = defineBinary(
  'minimum',
  (a, b) => (a <= b ? a : b),
  (a, b, dy) => selectGradient(atLeast(b, a), dy),
)
/** 1 where a >= b, else 0; no gradient flows. */
export const atLeast: (a: Tensor, b: Tensor) => Tensor = defineBinary(
  'atLeast',
  (a, b) => (a >= b ? 1 : 0),
  () => [undefined, undefined],
)

function selectGradient(toA: Tensor, dy: Tensor): [Tensor, Tensor] {
  return [multiply(dy, toA), multiply(dy, affine(toA, -1, 1))]
}

export const broadcastToOp: Op<{ shape: Shape }> = {
  name: 'broadcastTo',
  infer([x], { shape }) {
    if (broadcastShape('broadcastTo', x.shape, shape).join() !== shape.join())
      throw shapeError('broadcastTo', show(x.shape), `a shape that broadcasts to ${show(shape)}`)
    return [f32(shape)]
  },
  gradient: (node, [dy]) => (dy ? [unbroadcast(dy, node.inputs[0].shape)] : []),
  reference({ inputs: [x], outputs: [y], inputSpecs: [spec], outputSpecs: [out] }) {
    const strides = broadcastStrides(spec.shape, out.shape)
    for (let i = 0; i < y.length; i++) {
      let rest = i
      let from = 0
      for (let d = out.shape.length - 1; d >= 0; d--) {
        from += (rest % out.shape[d]) * strides[d]
        rest = Math.floor(rest / out.shape[d])
      }
      y[i] = x[from]
    }
  },
}

/** x repeated along its axes of size 1 (and new leading axes) to `shape`. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return x.shape.join() === shape.join() ? x : x.graph.add(broadcastToOp, [x], { shape: [...shape] })[0]
}
