import { isInput, isLeaf, type Node, type Shape, type Tensor } from '../../../engine/graph.ts'
import { addOp } from '../../../engine/ops/arithmetic.ts'
import { type ConvAttrs, conv2dInputGradientOp, conv2dOp } from '../../../engine/ops/conv2d.ts'
import { depthwiseConv2dOp } from '../../../engine/ops/depthwiseConv2d.ts'
import { add, conv2d, conv2dTranspose, groupedConv2d, reshape } from '../../../engine/ops/index.ts'
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
  let y = groups === 1 ? conv2d(input, w, { strides, padding }) : groupedConv2d(input, w, groups, { strides, padding })
  const bias = node.inputs[2]
  if (bias) y = add(y, scope.tensor(bias, [0], { kind: 'bias', trainable: true }))
  if (rank === 3) y = reshape(y, [y.shape[0], y.shape[2], y.shape[3]])
  return { tensor: y, layout: channelsLast(rank) }
}

const importConvTranspose: Importer = node => {
  const { scope, attributes } = node
  const x = node.input(0)
  const kernel = node.input(1)
  const [shape, size] = [scope.shape(x), scope.shape(kernel).slice(2)]
  if (shape.length !== 4 || size.length !== 2)
    throw node.refuse('only pictures [batch, channels, height, width] are supported')
  node.only('group', 1)
  node.only('auto_pad', 'NOTSET')
  if (attributes.has('output_shape')) throw node.refuse('output_shape is not supported')
  attributes.ignore('kernel_shape')
  const extra = attributes.ints('output_padding') ?? [0, 0]
  const { strides, padding } = importWindow(node, shape.slice(2), size)
  // [in, out, height, width] -> [height, width, out, in]
  const w = scope.tensor(kernel, [2, 3, 1, 0])
  const y = conv2dTranspose(scope.tensor(x, channelsLast(4)), w, {
    strides,
    padding,
    outputPadding: [extra[0], extra[1]],
  })
  const bias = node.inputs[2]
  return {
    tensor: bias ? add(y, scope.tensor(bias, [0], { kind: 'bias', trainable: true })) : y,
    layout: channelsLast(4),
  }
}

const exportConvTranspose: Exporter = (node, scope) => {
  const [x, w] = node.inputs
  const { window, shape } = node.attrs as unknown as ConvAttrs & { shape: Shape }
  const { size, strides, top, left, bottom, right } = window
  const sides = [top + bottom, left + right]
  // What strides leave over at the end.
  const output_padding = [0, 1].map(i => shape[i + 1] - ((x.shape[i + 1] - 1) * strides[i] + size[i] - sides[i]))
  const inputs = [scope.in(x, channelsSecond(4)), scope.in(w, [3, 2, 0, 1])]
  const bias = biasAfter(node, scope)
  if (bias) inputs.push(scope.in(bias.values))
  const attributes = { kernel_shape: size, ...windowAttributes(window), output_padding }
  scope.define(bias?.sum ?? node.outputs[0], 'ConvTranspose', inputs, attributes, channelsSecond(4))
}

const exportConv: Exporter = (node, scope) => {
  const [x, w] = node.inputs
  const { window } = node.attrs as unknown as ConvAttrs
  const inputs = [scope.in(x, channelsSecond(4)), scope.in(w, [3, 2, 0, 1])]
  const bias = biasAfter(node, scope)
  if (bias) inputs.push(scope.in(bias.values))
  const group = node.op === (depthwiseConv2dOp as unknown) ? x.shape[3] : 1
  const attributes = { kernel_shape: window.size, ...windowAttributes(window), group }
  scope.define(bias?.sum ?? node.outputs[0], 'Conv', inputs, attributes, channelsSecond(4))
}

/** The bias of one value a channel that is all that is done with a product, and the sum, which is then made at once. */
export function biasAfter(node: Node, scope: ExportScope): { values: Tensor; sum: Tensor } | undefined {
  const [y] = node.outputs
  const next = scope.soleConsumer(y)
  if (next?.op !== addOp || next.inputs[0] !== y) return undefined
  const values = next.inputs[1]
  const channels = y.shape[y.shape.length - 1]
  if (values.shape.length !== 1 || values.shape[0] !== channels || !isLeaf(values.node) || isInput(values.node))
    return undefined
  scope.done(next)
  return { values, sum: next.outputs[0] }
}

export const importers: Importers = { Conv: importConv, ConvTranspose: importConvTranspose }
export const exporters: Exporters = [
  [conv2dOp, exportConv],
  [depthwiseConv2dOp, exportConv],
  [conv2dInputGradientOp, exportConvTranspose],
]
