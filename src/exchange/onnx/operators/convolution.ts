import type { Node, Tensor } from '../../../engine/graph.ts'
import { addOp } from '../../../engine/ops/arithmetic.ts'
import { type ConvAttrs, conv2dOp } from '../../../engine/ops/conv2d.ts'
import { add, conv2d, reshape } from '../../../engine/ops/index.ts'
import type { Exporter, Exporters, ExportScope } from '../exporter.ts'
import type { Importer, Importers } from '../importer.ts'
import { channelsLast, channelsSecond } from '../layout.ts'
import { importWindow, windowAttributes } from './window.ts'

const importConv: Importer = node => {
  const { scope } = node
  const x = node.input(0)
  const kernel = node.input(1)
  const shape = scope.shape(x)
  const rank = shape.length
  if (rank !== 3 && rank !== 4) throw node.refuse(`its input has ${rank} dimensions; 3 and 4 are supported`)
  if (scope.shape(kernel).length !== rank) throw node.refuse(`its kernel has ${scope.shape(kernel).length} dimensions`)
  const groups = node.attributes.int('group', 1)
  if (groups !== 1) throw node.refuse(`group=${groups} is not supported`)
  const size = scope.shape(kernel).slice(2)
  const stated = node.attributes.ints('kernel_shape')
  if (stated && stated.join() !== size.join()) throw node.refuse(`kernel_shape=${stated} for a kernel of [${size}]`)
  const { strides, padding } = importWindow(node, shape.slice(2), size)
  // [out, in, ...size] -> [...size, in, out]
  const layout = [...size.map((_, i) => i + 2), 1, 0]
  let input = scope.tensor(x, channelsLast(rank))
  let w = scope.tensor(kernel, layout)
  if (rank === 3) {
    input = reshape(input, [input.shape[0], 1, input.shape[1], input.shape[2]])
    w = reshape(w, [1, ...w.shape])
  }
  let y = conv2d(input, w, { strides, padding })
  const bias = node.inputs[2]
  if (bias) y = add(y, scope.tensor(bias, [0], { kind: 'bias', trainable: true }))
  if (rank === 3) y = reshape(y, [y.shape[0], y.shape[2], y.shape[3]])
  return { tensor: y, layout: channelsLast(rank) }
}

const exportConv: Exporter = (node, scope) => {
  const [x, w] = node.inputs
  const { window } = node.attrs as unknown as ConvAttrs
  const inputs = [scope.in(x, channelsSecond(4)), scope.in(w, [3, 2, 0, 1])]
  const bias = biasAfter(node, scope)
  if (bias) inputs.push(scope.in(bias.values))
  const attributes = { kernel_shape: window.size, ...windowAttributes(window) }
  scope.define(bias?.sum ?? node.outputs[0], 'Conv', inputs, attributes, channelsSecond(4))
}

/** The bias of one value a channel that is all that is done with a product, and the sum, which is then made at once. */
export function biasAfter(node: Node, scope: ExportScope): { values: Tensor; sum: Tensor } | undefined {
  const [y] = node.outputs
  const next = scope.soleConsumer(y)
  if (next?.op !== addOp || next.inputs[0] !== y) return undefined
  const values = next.inputs[1]
  const channels = y.shape[y.shape.length - 1]
  if (values.shape.length !== 1 || values.shape[0] !== channels || !scope.fixed(values)) return undefined
  scope.done(next)
  return { values, sum: next.outputs[0] }
}

export const importers: Importers = { Conv: importConv }
export const exporters: Exporters = [[conv2dOp, exportConv]]
