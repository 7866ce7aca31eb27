import { sizeOf } from '../../../engine/graph.ts'
import { broadcastShape } from '../../../engine/ops/arithmetic.ts'
import { broadcastTo, pictures } from '../../../engine/ops/index.ts'
import type { Importer, Importers, NodeCall } from '../importer.ts'
import { checkKnown, expandKnown, knownValue } from '../known.ts'
import { inOrder } from '../layout.ts'
import { isKnown, isPlaced } from '../scope.ts'
import { elementType, isFloat } from '../tensors.ts'
import { cast } from './hostOps.ts'

const importConstant: Importer = node => {
  const { attributes } = node
  const tensor = attributes.tensor('value')
  if (tensor) return { known: tensor }
  if (attributes.has('value_float')) return knownValue([attributes.float('value_float', 0)], [], false)
  if (attributes.has('value_int')) return knownValue([attributes.int('value_int', 0)], [])
  const floats = attributes.floats('value_floats')
  if (floats) return knownValue(floats, [floats.length], false)
  const ints = attributes.ints('value_ints')
  if (ints) return knownValue(ints, [ints.length])
  throw node.refuse('it holds no numbers')
}

const importShape: Importer = node => {
  const shape = node.scope.shape(node.input(0))
  const bound = (v: number) => Math.min(Math.max(v < 0 ? v + shape.length : v, 0), shape.length)
  const part = shape.slice(bound(node.attributes.int('start', 0)), bound(node.attributes.int('end', shape.length)))
  return knownValue(part, [part.length])
}

const importConstantOfShape: Importer = node => {
  const value = node.attributes.tensor('value')
  const shape = node.ints(0, 'shape') ?? []
  checkSizes(node, shape)
  const size = sizeOf(shape)
  const integer = value?.integer ?? false
  const fill = value?.values[0] ?? 0
  if (!integer && size > 4096) return { tensor: node.scope.filled(fill, shape), layout: inOrder(shape.length) }
  checkKnown(shape)
  return knownValue(new Float64Array(size).fill(fill), shape, integer)
}

function checkSizes(node: NodeCall, shape: readonly number[]): void {
  if (shape.length > 16 || !shape.every(d => Number.isSafeInteger(d) && d >= 0))
    throw node.refuse(`[${shape.slice(0, 16)}] is no shape`)
}

const importRange: Importer = node => {
  const [start, limit, delta] = ['start', 'limit', 'step'].map((what, i) => node.number(i, what) ?? Number.NaN)
  const count = Math.max(0, Math.ceil((limit - start) / delta))
  checkKnown([count])
  return knownValue(
    Array.from({ length: count }, (_, i) => start + i * delta),
    [count],
    node.known(0, 'start')?.integer,
  )
}

const importWhere: Importer = node => {
  const [condition, a, b] = ['condition', 'values', 'values'].map((what, i) => {
    const known = node.known(i, what)
    if (!known) throw node.refuse(`input ${i + 1} is missing`)
    return known
  })
  const shape = broadcastShape('Where', condition.shape, broadcastShape('Where', a.shape, b.shape))
  const [c, x, y] = [condition, a, b].map(v => expandKnown(v, shape).known.values)
  return knownValue(
    Array.from(c, (v, i) => (v !== 0 ? x[i] : y[i])),
    shape,
    a.integer,
  )
}

const importExpand: Importer = node => {
  const { scope } = node
  const x = node.input(0)
  const target = node.ints(1, 'shape') ?? []
  checkSizes(node, target)
  const shape = broadcastShape('Expand', scope.shape(x), target)
  if (isKnown(x) && sizeOf(shape) <= 4096) return expandKnown(x.known, shape)
  scope.checkSize(shape)
  const tensor = scope.tensor(x)
  if (tensor.dtype !== 'f32') throw node.refuse('whole numbers that depend on the data are not supported')
  return { tensor: broadcastTo(tensor, shape), layout: inOrder(shape.length) }
}

const importCast: Importer = node => {
  const { scope } = node
  node.attributes.ignore('saturate', 'round_mode')
  const type = elementType(node.attributes.int('to', 0))
  if (!type) throw node.refuse(`to=${node.attributes.int('to', 0)} is not supported`)
  const x = node.input(0)
  if (isKnown(x)) {
    const { values, shape } = x.known
    if (isFloat(type)) return knownValue(values, shape, false)
    return knownValue(type === 'bool' ? Array.from(values, v => (v !== 0 ? 1 : 0)) : values.map(Math.trunc), shape)
  }
  const layout = isPlaced(x) ? x.layout : inOrder(scope.shape(x).length)
  const tensor = scope.tensor(x, layout)
  if (isFloat(type)) return { tensor: tensor.dtype === 'u8' ? pictures(tensor, [1], [0]) : cast(tensor, 'f32'), layout }
  if (type !== 'int32' && type !== 'int64') throw node.refuse(`a cast to ${type} is not supported`)
  return { tensor: cast(tensor, 'i32'), layout }
}

export const importers: Importers = {
  Constant: importConstant,
  ConstantOfShape: importConstantOfShape,
  Shape: importShape,
  Size: node => knownValue([sizeOf(node.scope.shape(node.input(0)))], []),
  Range: importRange,
  Where: importWhere,
  Equal: node => {
    const [a, b] = [node.known(0, 'values'), node.known(1, 'values')]
    if (!a || !b) throw node.refuse('an input is missing')
    const shape = broadcastShape('Equal', a.shape, b.shape)
    const [x, y] = [a, b].map(v => expandKnown(v, shape).known.values)
    return knownValue(
      Array.from(x, (v, i) => (v === y[i] ? 1 : 0)),
      shape,
    )
  },
  Expand: importExpand,
  Cast: importCast,
}
