import type { Node, Tensor } from '../../../engine/graph.ts'
import { averagePool2d, max, maxPool2d, mean, reshape } from '../../../engine/ops/index.ts'
import { type AveragePoolAttrs, averagePool2dOp, maxPool2dOp, type PoolAttrs } from '../../../engine/ops/pool2d.ts'
import type { Exporters, ExportScope } from '../exporter.ts'
import type { Importer, Importers, NodeCall } from '../importer.ts'
import { channelsLast, channelsSecond, inOrder } from '../layout.ts'
import { type ImportedWindow, importWindow, windowAttributes } from './window.ts'

type Pool = (x: Tensor, size: [number, number], window: ImportedWindow) => Tensor

/** The input with channels last and the window over it; a signal is a picture of height 1. */
function pool(node: NodeCall, apply: Pool) {
  const { scope } = node
  const x = node.input(0)
  const shape = scope.shape(x)
  const rank = shape.length
  if (rank !== 3 && rank !== 4) throw node.refuse(`its input has ${rank} dimensions; 3 and 4 are supported`)
  const size = node.attributes.ints('kernel_shape')
  if (!size) throw node.refuse('kernel_shape is missing')
  const window = importWindow(node, shape.slice(2), size)
  const input = scope.tensor(x, channelsLast(rank))
  const layout = channelsLast(rank)
  if (rank === 4) return { tensor: apply(input, [size[0], size[1]], window), layout }
  const [batch, length, channels] = input.shape
  const y = apply(reshape(input, [batch, 1, length, channels]), [1, size[0]], window)
  return { tensor: reshape(y, [batch, y.shape[2], channels]), layout }
}

const importMaxPool: Importer = node => {
  node.attributes.ignore('storage_order')
  // The positions, its second output, are not to be had.
  return [pool(node, (x, size, window) => maxPool2d(x, size, window)), undefined]
}

const importAveragePool: Importer = node => {
  const countPadding = node.attributes.flag('count_include_pad')
  if (countPadding && node.attributes.flag('ceil_mode'))
    throw node.refuse('ceil_mode together with count_include_pad is not supported')
  return pool(node, (x, size, window) => averagePool2d(x, size, { ...window, countPadding }))
}

const importGlobal =
  (reduce: (x: Tensor, axes: number[], keepDims: boolean) => Tensor): Importer =>
  node => {
    const x = node.input(0)
    const rank = node.scope.shape(x).length
    if (rank < 3) throw node.refuse(`its input has ${rank} dimensions; expected 3 or more`)
    const layout = channelsLast(rank)
    const axes = inOrder(rank - 2).map(i => i + 1)
    return { tensor: reduce(node.scope.tensor(x, layout), axes, true), layout }
  }

function exportPool(node: Node, scope: ExportScope, op: string, extra: Record<string, number>): void {
  const { window } = node.attrs as unknown as PoolAttrs
  const attributes = { kernel_shape: window.size, ...windowAttributes(window), ...extra }
  scope.define(node.outputs[0], op, [scope.in(node.inputs[0], channelsSecond(4))], attributes, channelsSecond(4))
}

export const importers: Importers = {
  MaxPool: importMaxPool,
  AveragePool: importAveragePool,
  GlobalAveragePool: importGlobal(mean),
  GlobalMaxPool: importGlobal(max),
}
export const exporters: Exporters = [
  [
    maxPool2dOp,
    (node, scope) => {
      if (scope.isRead(node.outputs[1]))
        throw scope.refuse(node, 'the positions of the largest values cannot be written')
      exportPool(node, scope, 'MaxPool', {})
    },
  ],
  [
    averagePool2dOp,
    (node, scope) => {
      const { countPadding } = node.attrs as unknown as AveragePoolAttrs
      exportPool(node, scope, 'AveragePool', { count_include_pad: countPadding ? 1 : 0 })
    },
  ],
]
