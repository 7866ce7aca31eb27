import type { Op, Tensor } from '../../../engine/graph.ts'
import { abs, add, exp, log, max, mean, min, reshape, sqrt, square, subtract, sum } from '../../../engine/ops/index.ts'
import { maxOp, meanOp, minOp, type ReduceAttrs, sumOp } from '../../../engine/ops/reduce.ts'
import { reshapeOp } from '../../../engine/ops/reshape.ts'
import type { AttributeValue } from '../attributes.ts'
import type { Exporter, Exporters } from '../exporter.ts'
import type { Importer, Importers } from '../importer.ts'
import { knownValue } from '../known.ts'
import { inOrder, without } from '../layout.ts'
import { isKnown, isPlaced } from '../scope.ts'
import { layoutOf } from './elementwise.ts'
import { argMax } from './hostOps.ts'

type Reduce = (x: Tensor, axes: readonly number[], keepDims: boolean) => Tensor

const importReduce =
  (reduce: Reduce): Importer =>
  node => {
    const { scope } = node
    const x = node.input(0)
    const shape = scope.shape(x)
    const keepDims = node.attributes.flag('keepdims', true)
    const none = node.attributes.flag('noop_with_empty_axes')
    const given = node.ints(1, 'axes') ?? []
    if (given.length === 0 && none) return x
    const axes = given.length ? given.map(axis => node.axis(axis, shape.length)) : [...inOrder(shape.length)]
    const layout = isPlaced(x) ? x.layout : inOrder(shape.length)
    const tensor = scope.tensor(x, layout)
    if (tensor.dtype !== 'f32') throw node.refuse('whole numbers that depend on the data are not supported')
    const y = reduce(
      tensor,
      axes.map(axis => layout.indexOf(axis)),
      keepDims,
    )
    return { tensor: y, layout: keepDims ? layout : without(layout, axes) }
  }

const importProd: Importer = node => {
  const x = node.input(0)
  node.attributes.ignore('noop_with_empty_axes', 'axes')
  const keepDims = node.attributes.flag('keepdims', true)
  if (!isKnown(x) || x.known.shape.length > 1) throw node.refuse('products of data are not supported')
  return knownValue([Array.from(x.known.values).reduce((p, v) => p * v, 1)], keepDims ? [1] : [], x.known.integer)
}

const importArgMax =
  (smallest: boolean): Importer =>
  node => {
    const { scope } = node
    const x = node.input(0)
    const shape = scope.shape(x)
    node.only('select_last_index', 0)
    const axis = node.axis(node.attributes.int('axis', 0), shape.length)
    const keepDims = node.attributes.flag('keepdims', true)
    const rest = inOrder(shape.length).filter(i => i !== axis)
    const y = argMax(scope.tensor(x, [...rest, axis]), smallest)
    if (!keepDims) return { tensor: y, layout: inOrder(rest.length) }
    const kept = shape.map((d, i) => (i === axis ? 1 : d))
    return { tensor: y.graph.add(reshapeOp, [y], { shape: kept })[0], layout: inOrder(kept.length) }
  }

const exportReduce =
  (op: string): Exporter =>
  (node, scope) => {
    const { axes, keepDims } = node.attrs as unknown as ReduceAttrs
    const layout = layoutOf(node.inputs[0], scope)
    const x = scope.in(node.inputs[0], layout)
    const places = axes.map(axis => layout.indexOf(axis)).sort((a, b) => a - b)
    const keepdims = keepDims ? 1 : 0
    const target = keepDims ? layout : without(layout, axes)
    // The axes are an input of ReduceSum from opset 13 on, of the others from 18.
    const asInput = op === 'ReduceSum' || scope.opset >= 18
    const attributes: Record<string, AttributeValue> = asInput ? { keepdims } : { axes: places, keepdims }
    scope.define(node.outputs[0], op, asInput ? [x, scope.ints(places)] : [x], attributes, target)
  }

const reductions: readonly [Op<ReduceAttrs>, string][] = [
  [sumOp, 'ReduceSum'],
  [meanOp, 'ReduceMean'],
  [maxOp, 'ReduceMax'],
  [minOp, 'ReduceMin'],
]

/** Of differences to the largest, so that no exponential overflows. */
function logSumExp(x: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  const largest = max(x, axes, true)
  const y = log(sum(exp(subtract(x, largest)), axes, keepDims))
  return add(y, reshape(largest, y.shape))
}

export const importers: Importers = {
  ReduceSum: importReduce(sum),
  ReduceMean: importReduce(mean),
  ReduceMax: importReduce(max),
  ReduceMin: importReduce(min),
  ReduceL1: importReduce((x, axes, keep) => sum(abs(x), axes, keep)),
  ReduceL2: importReduce((x, axes, keep) => sqrt(sum(square(x), axes, keep))),
  ReduceSumSquare: importReduce((x, axes, keep) => sum(square(x), axes, keep)),
  ReduceLogSum: importReduce((x, axes, keep) => log(sum(x, axes, keep))),
  ReduceLogSumExp: importReduce(logSumExp),
  ReduceProd: importProd,
  ArgMax: importArgMax(false),
  ArgMin: importArgMax(true),
}
export const exporters: Exporters = reductions.map(([op, name]) => [op, exportReduce(name)])
