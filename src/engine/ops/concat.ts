import type { Op, Tensor } from '../graph.ts'
import { expectDType, normalAxis, shapeError, show } from './check.ts'

export const concatOp: Op<{ axis: number }> = {
  name: 'concat',
  infer(inputs, { axis }) {
    const [first] = inputs
    for (const spec of inputs) {
      expectDType('concat', 'input', spec, first.dtype)
      if (spec.shape.length !== first.shape.length || spec.shape.some((d, i) => i !== axis && d !== first.shape[i]))
        throw shapeError('concat', inputs.map(s => show(s.shape)).join(' and '), `shapes equal but for axis ${axis}`)
    }
    const total = inputs.reduce((n, s) => n + s.shape[axis], 0)
    return [{ shape: first.shape.map((d, i) => (i === axis ? total : d)), dtype: first.dtype }]
  },
  gradient(node, [dy]) {
    const { axis } = node.attrs as { axis: number }
    if (!dy) return []
    let at = 0
    return node.inputs.map(t => slice(dy, axis, at, (at += t.shape[axis])))
  },
  reference({ attrs: { axis }, inputs, outputs: [y], inputSpecs, outputSpecs: [out] }) {
    const inner = (shape: readonly number[]) => shape.slice(axis).reduce((p, d) => p * d, 1)
    const width = inner(out.shape)
    let at = 0
    inputs.forEach((x, n) => {
      const w = inner(inputSpecs[n].shape)
      for (let row = 0; row * w < x.length; row++) y.set(x.subarray(row * w, (row + 1) * w), row * width + at)
      at += w
    })
  },
}

export interface SliceAttrs {
  axis: number
  from: number
  to: number
}

export const sliceOp: Op<SliceAttrs> = {
  name: 'slice',
  infer([x], { axis, from, to }) {
    if (!(from >= 0 && to > from && to <= x.shape[axis]))
      throw shapeError('slice', `${from}..${to} of axis ${axis} of ${show(x.shape)}`, 'a range inside the axis')
    return [{ shape: x.shape.map((d, i) => (i === axis ? to - from : d)), dtype: x.dtype }]
  },
  gradient(node, [dy]) {
    const { axis, from, to } = node.attrs as unknown as SliceAttrs
    if (!dy) return []
    const { shape } = node.inputs[0]
    const zeros = (size: number) => {
      const part = shape.map((d, i) => (i === axis ? size : d))
      return dy.graph.constant(new Float32Array(part.reduce((p, d) => p * d, 1)), part)
    }
    const parts = [dy]
    if (from > 0) parts.unshift(zeros(from))
    if (to < shape[axis]) parts.push(zeros(shape[axis] - to))
    return [concat(parts, axis)]
  },
  reference({ attrs: { axis, from, to }, inputs: [x], outputs: [y], inputSpecs: [spec] }) {
    const inner = spec.shape.slice(axis + 1).reduce((p, d) => p * d, 1)
    const row = spec.shape[axis] * inner
    const width = (to - from) * inner
    for (let r = 0; r * width < y.length; r++)
      y.set(x.subarray(r * row + from * inner, r * row + to * inner), r * width)
  },
}

/** Joins tensors along `axis`. */
export function concat(tensors: readonly Tensor[], axis = -1): Tensor {
  if (tensors.length === 1) return tensors[0]
  const at = normalAxis('concat', axis, tensors[0].shape.length)
  return tensors[0].graph.add(concatOp, tensors, { axis: at })[0]
}

/** The part `from` (inclusive) to `to` (exclusive) of `axis`. */
export function slice(x: Tensor, axis: number, from: number, to: number): Tensor {
  const at = normalAxis('slice', axis, x.shape.length)
  if (from === 0 && to === x.shape[at]) return x
  return x.graph.add(sliceOp, [x], { axis: at, from, to })[0]
}
