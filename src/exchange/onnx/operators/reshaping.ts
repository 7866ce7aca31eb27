import { sizeOf } from '../../../engine/graph.ts'
import { reshape } from '../../../engine/ops/index.ts'
import { reshapeOp } from '../../../engine/ops/reshape.ts'
import { transposeOp } from '../../../engine/ops/transpose.ts'
import type { Exporter, Exporters } from '../exporter.ts'
import type { Importer, Importers, NodeCall } from '../importer.ts'
import { inOrder, renamed, turnedValues } from '../layout.ts'
import { isKnown, isPlaced, type Value } from '../scope.ts'
import { layoutOf } from './elementwise.ts'

/** The same values under another shape. */
export function reshaped(node: NodeCall, value: Value, shape: readonly number[]): Value {
  if (sizeOf(shape) !== sizeOf(node.scope.shape(value)))
    throw node.refuse(`a value of shape [${node.scope.shape(value)}] does not fit [${shape}]`)
  if (isKnown(value)) return { known: { ...value.known, shape } }
  return { tensor: reshape(node.scope.inOrder(value), shape), layout: inOrder(shape.length) }
}

const importReshape: Importer = node => {
  const x = node.input(0)
  const from = node.scope.shape(x)
  const target = node.ints(1, 'shape')
  if (!target) throw node.refuse('its shape is missing')
  const zeroStays = node.attributes.flag('allowzero')
  const shape = target.map((d, i) => (d === 0 && !zeroStays ? (from[i] ?? 0) : d))
  const free = shape.indexOf(-1)
  if (free >= 0) shape[free] = sizeOf(from) / shape.reduce((p, d, i) => (i === free ? p : p * d), 1)
  if (!shape.every(d => Number.isSafeInteger(d) && d >= 0))
    throw node.refuse(`a value of shape [${from}] does not fit [${target}]`)
  return reshaped(node, x, shape)
}

const importFlatten: Importer = node => {
  const x = node.input(0)
  const shape = node.scope.shape(x)
  const at = node.attributes.int('axis', 1)
  const axis = at < 0 ? at + shape.length : at
  if (!(axis >= 0 && axis <= shape.length)) throw node.refuse(`axis=${at} for a value of ${shape.length} dimensions`)
  return reshaped(node, x, [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))])
}

const importSqueeze: Importer = node => {
  const x = node.input(0)
  const shape = node.scope.shape(x)
  const axes = node.ints(1, 'axes')?.map(axis => node.axis(axis, shape.length))
  for (const axis of axes ?? []) if (shape[axis] !== 1) throw node.refuse(`axis ${axis} of [${shape}] is not of size 1`)
  const kept = shape.filter((d, i) => (axes ? !axes.includes(i) : d !== 1))
  return reshaped(node, x, kept)
}

const importUnsqueeze: Importer = node => {
  const x = node.input(0)
  const shape = node.scope.shape(x)
  const given = node.ints(1, 'axes') ?? []
  const rank = shape.length + given.length
  if (rank > 16) throw node.refuse(`a value of ${rank} dimensions is too much`)
  const axes = new Set(given.map(axis => node.axis(axis, rank)))
  if (axes.size !== given.length) throw node.refuse(`axes=[${given}] name one twice`)
  const rest = [...shape]
  return reshaped(
    node,
    x,
    inOrder(rank).map(i => (axes.has(i) ? 1 : (rest.shift() ?? 1))),
  )
}

const importTranspose: Importer = node => {
  const x = node.input(0)
  const shape = node.scope.shape(x)
  const permutation = node.attributes.ints('perm') ?? [...inOrder(shape.length)].reverse()
  if ([...permutation].sort((a, b) => a - b).join() !== inOrder(shape.length).join())
    throw node.refuse(`perm=[${permutation}] does not fit a value of shape [${shape}]`)
  if (isKnown(x)) {
    const { values, integer } = x.known
    return {
      known: { integer, shape: permutation.map(p => shape[p]), values: turnedValues(values, shape, permutation) },
    }
  }
  // Nothing moves: the axes are only called differently.
  const { tensor, layout } = isPlaced(x) ? x : { tensor: node.scope.tensor(x), layout: inOrder(shape.length) }
  return { tensor, layout: renamed(layout, permutation) }
}

const exportReshape: Exporter = (node, scope) => {
  const [x] = node.inputs
  const [y] = node.outputs
  const sizes = scope.sizes(y)
  const free = sizes.filter(size => typeof size !== 'number').length
  // One free size is what the others leave, which needs no computation.
  const shape = free === 1 ? scope.ints(sizes.map(size => (typeof size === 'number' ? size : -1))) : scope.shape(sizes)
  scope.define(y, 'Reshape', [scope.inOrder(x), shape])
}

/** Nothing is written: the axes are only called differently. */
const exportTranspose: Exporter = (node, scope) => {
  const { permutation } = node.attrs as { permutation: readonly number[] }
  const layout = layoutOf(node.inputs[0], scope)
  scope.alias(node.outputs[0], scope.in(node.inputs[0], layout), renamed(layout, permutation))
}

export const importers: Importers = {
  Reshape: importReshape,
  Flatten: importFlatten,
  Squeeze: importSqueeze,
  Unsqueeze: importUnsqueeze,
  Transpose: importTranspose,
  Identity: node => node.input(0),
}
export const exporters: Exporters = [
  [reshapeOp, exportReshape],
  [transposeOp, exportTranspose],
]
