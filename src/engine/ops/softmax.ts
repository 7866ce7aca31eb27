import type { Op, Tensor } from '../graph.ts'
import { multiply, subtract } from './arithmetic.ts'
import { f32 } from './check.ts'
import { exp } from './pointwise.ts'
import { sum } from './reduce.ts'

/** Softmax over the last axis. */
export const softmaxOp: Op<object> = {
  name: 'softmax',
  infer: ([x]) => [f32(x.shape)],
  gradient(node, [dy]) {
    return dy ? [dy.graph.add(softmaxGradientOp, [dy, node.outputs[0]], {})[0]] : []
  },
  reference({ inputs: [x], outputs: [y], inputSpecs: [spec] }) {
    eachRow(spec.shape, (from, to) => {
      const lse = logSumExp(x, from, to)
      for (let i = from; i < to; i++) y[i] = Math.exp(x[i] - lse)
    })
  },
}

export const softmaxGradientOp: Op<object> = {
  name: 'softmaxGradient',
  infer: ([dy]) => [f32(dy.shape)],
  reference({ inputs: [dy, y], outputs: [dx], inputSpecs: [spec] }) {
    eachRow(spec.shape, (from, to) => {
      let dot = 0
      for (let i = from; i < to; i++) dot += dy[i] * y[i]
      for (let i = from; i < to; i++) dx[i] = y[i] * (dy[i] - dot)
    })
  },
}

/** log(softmax(x)) over the last axis, without overflow. */
export const logSoftmaxOp: Op<object> = {
  name: 'logSoftmax',
  infer: ([x]) => [f32(x.shape)],
  gradient(node, [dy]) {
    if (!dy) return []
    const total = sum(dy, -1, true)
    return [subtract(dy, multiply(exp(node.outputs[0]), total))]
  },
  reference({ inputs: [x], outputs: [y], inputSpecs: [spec] }) {
    eachRow(spec.shape, (from, to) => {
      const lse = logSumExp(x, from, to)
      for (let i = from; i < to; i++) y[i] = x[i] - lse
    })
  },
}

export function eachRow(shape: readonly number[], row: (from: number, to: number, index: number) => void): void {
  const width = shape[shape.length - 1]
  const rows = shape.slice(0, -1).reduce((p, d) => p * d, 1)
  for (let r = 0; r < rows; r++) row(r * width, (r + 1) * width, r)
}

export function logSumExp(x: ArrayLike<number>, from: number, to: number): number {
  let top = -Infinity
  for (let i = from; i < to; i++) top = Math.max(top, x[i])
  let total = 0
  for (let i = from; i < to; i++) total += Math.exp(x[i] - top)
  return top + Math.log(total)
}

/** exp(x) / sum(exp(x)) over the last axis. */
export const softmax = (x: Tensor): Tensor => x.graph.add(softmaxOp, [x], {})[0]
/** log(softmax(x)) over the last axis. */
export const logSoftmax = (x: Tensor): Tensor => x.graph.add(logSoftmaxOp, [x], {})[0]
