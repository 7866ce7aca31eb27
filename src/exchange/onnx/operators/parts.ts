import { sizeOf, type Tensor } from '../../../engine/graph.ts'
import { concatOp, type SliceAttrs, sliceOp } from '../../../engine/ops/concat.ts'
import { concat, reshape, slice } from '../../../engine/ops/index.ts'
import type { Exporter, Exporters } from '../exporter.ts'
import type { Importer, Importers, NodeCall } from '../importer.ts'
import { knownValue } from '../known.ts'
import { inOrder } from '../layout.ts'
import { isKnown, isPlaced, type Known, type Placed, type Value } from '../scope.ts'
import { layoutOf } from './elementwise.ts'

/** The value as it lies; weights as they are written. */
const placed = (node: NodeCall, value: Value): Placed =>
  isPlaced(value) ? value : { tensor: node.scope.tensor(value), layout: inOrder(node.scope.shape(value).length) }

const importConcat: Importer = node => {
  const { scope } = node
  const values = node.all()
  const shapes = values.map(v => scope.shape(v))
  const axis = node.axis(node.attributes.int('axis', Number.NaN), shapes[0].length)
  for (const shape of shapes)
    if (shape.length !== shapes[0].length || shape.some((d, i) => i !== axis && d !== shapes[0][i]))
      throw node.refuse(`shapes [${shapes[0]}] and [${shape}] do not fit together along axis ${axis}`)
  if (values.every(isKnown)) return concatKnown(values, axis)
  const layout = (values.find(isPlaced) ?? placed(node, values[0])).layout
  const total = shapes.reduce((n, shape) => n + shape[axis], 0)
  scope.checkSize(shapes[0].map((d, i) => (i === axis ? total : d)))
  const tensors = values.map(v => scope.tensor(v, layout))
  const mixed = tensors.find(t => t.dtype !== tensors[0].dtype)
  if (mixed) throw node.refuse('whole numbers and others do not go together')
  return { tensor: concat(tensors, layout.indexOf(axis)), layout }
}

function concatKnown(values: readonly Known[], axis: number): Known {
  const [{ known: first }] = values
  const total = values.reduce((n, { known }) => n + known.shape[axis], 0)
  const rows = sizeOf(first.shape.slice(0, axis))
  const list: number[] = []
  for (let row = 0; row < rows; row++)
    for (const { known } of values) {
      const width = known.values.length / rows
      for (let i = 0; i < width; i++) list.push(known.values[row * width + i])
    }
  return knownValue(
    list,
    first.shape.map((d, i) => (i === axis ? total : d)),
    first.integer,
  )
}

/** Takes positions along an axis of known values. */
function takeKnown({ known: { shape, values, integer } }: Known, axis: number, positions: readonly number[]): Known {
  const inner = sizeOf(shape.slice(axis + 1))
  const outer = sizeOf(shape.slice(0, axis))
  const list: number[] = []
  for (let o = 0; o < outer; o++)
    for (const p of positions) for (let i = 0; i < inner; i++) list.push(values[(o * shape[axis] + p) * inner + i])
  return knownValue(
    list,
    shape.map((d, i) => (i === axis ? positions.length : d)),
    integer,
  )
}

const importSlice: Importer = node => {
  const [starts, ends, givenAxes, givenSteps] = ['starts', 'ends', 'axes', 'steps'].map((name, i) =>
    node.ints(i + 1, name),
  )
  let value = node.input(0)
  const shape = node.scope.shape(value)
  if (!starts || !ends) throw node.refuse('its starts or ends are missing')
  const axes = givenAxes ?? [...inOrder(starts.length)]
  const steps = givenSteps ?? starts.map(() => 1)
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
    throw node.refuse('its starts, ends, axes and steps differ in number')
  axes.forEach((given, i) => {
    const axis = node.axis(given, shape.length)
    const size = shape[axis]
    const step = steps[i]
    const clamp = (v: number, low: number, high: number) => Math.min(Math.max(v < 0 ? v + size : v, low), high)
    if (isKnown(value) && step !== 0) {
      const [from, to] =
        step > 0
          ? [clamp(starts[i], 0, size), clamp(ends[i], 0, size)]
          : [clamp(starts[i], 0, size - 1), clamp(ends[i], -1, size - 1)]
      const positions: number[] = []
      for (let p = from; step > 0 ? p < to : p > to; p += step) positions.push(p)
      value = takeKnown(value, axis, positions)
      return
    }
    if (step !== 1) throw node.refuse(`steps=${step} are not supported`)
    const [from, to] = [clamp(starts[i], 0, size), clamp(ends[i], 0, size)]
    const { tensor, layout } = placed(node, value)
    value = { tensor: slice(tensor, layout.indexOf(axis), from, to), layout }
  })
  return value
}

const importSplit: Importer = node => {
  const value = node.input(0)
  const shape = node.scope.shape(value)
  const axis = node.axis(node.attributes.int('axis', 0), shape.length)
  const count = node.attributes.int('num_outputs', node.outputCount)
  const each = Math.ceil(shape[axis] / count)
  const sizes = node.ints(1, 'split') ?? Array.from({ length: count }, (_, i) => Math.min(each, shape[axis] - i * each))
  if (
    sizes.length !== node.outputCount ||
    sizes.reduce((a, b) => a + b, 0) !== shape[axis] ||
    sizes.some(s => !(s >= 0))
  )
    throw node.refuse(`parts of [${sizes.slice(0, 16)}] for ${node.outputCount} outputs and a size of ${shape[axis]}`)
  let at = 0
  return sizes.map(size => {
    const from = at
    at += size
    if (isKnown(value))
      return takeKnown(
        value,
        axis,
        Array.from({ length: size }, (_, i) => from + i),
      )
    const { tensor, layout } = placed(node, value)
    return { tensor: slice(tensor, layout.indexOf(axis), from, at), layout }
  })
}

/** Most parts that a Gather is put together from. */
const MOST_PARTS = 4096

const importGather: Importer = node => {
  const { scope } = node
  const value = node.input(0)
  const shape = scope.shape(value)
  const axis = node.axis(node.attributes.int('axis', 0), shape.length)
  const indices = node.known(1, 'positions')
  if (!indices) throw node.refuse('its positions are missing')
  const positions = Array.from(indices.values, i => node.axis(i, shape[axis]))
  const target = [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)]
  if (isKnown(value)) return { known: { ...takeKnown(value, axis, positions).known, shape: target } }
  if (positions.length > MOST_PARTS || positions.length === 0)
    throw node.refuse(`${positions.length} positions are not supported`)
  const source = placed(node, value)
  const at = source.layout.indexOf(axis)
  const parts: Tensor[] = []
  for (let i = 0; i < positions.length; ) {
    const from = i++
    while (i < positions.length && positions[i] === positions[i - 1] + 1) i++
    parts.push(slice(source.tensor, at, positions[from], positions[i - 1] + 1))
  }
  scope.checkSize([...shape.slice(0, axis), positions.length, ...shape.slice(axis + 1)])
  const taken: Placed = { tensor: concat(parts, at), layout: source.layout }
  if (indices.shape.length === 1) return taken
  return { tensor: reshape(scope.inOrder(taken), target), layout: inOrder(target.length) }
}

const importPad: Importer = node => {
  const { scope } = node
  const value = node.input(0)
  const shape = scope.shape(value)
  const mode = node.attributes.text('mode', 'constant')
  if (mode !== 'constant') throw node.refuse(`mode=${mode} is not supported`)
  const pads = node.ints(1, 'pads') ?? []
  const fill = node.number(2, 'value') ?? 0
  const axes = node.ints(3, 'axes')?.map(axis => node.axis(axis, shape.length)) ?? inOrder(shape.length)
  if (pads.length !== 2 * axes.length) throw node.refuse(`${pads.length} pads for ${axes.length} axes`)
  let { tensor, layout } = placed(node, value)
  if (tensor.dtype !== 'f32') throw node.refuse('whole numbers that depend on the data are not supported')
  axes.forEach((axis, i) => {
    const at = layout.indexOf(axis)
    const [before, after] = [pads[i], pads[i + axes.length]]
    tensor = slice(tensor, at, Math.max(0, -before), tensor.shape[at] - Math.max(0, -after))
    const border = (size: number) =>
      size > 0
        ? [
            scope.filled(
              fill,
              tensor.shape.map((d, j) => (j === at ? size : d)),
            ),
          ]
        : []
    scope.checkSize(tensor.shape.map((d, j) => (j === at ? d + Math.max(0, before) + Math.max(0, after) : d)))
    tensor = concat([...border(before), tensor, ...border(after)], at)
  })
  return { tensor, layout }
}

const exportConcat: Exporter = (node, scope) => {
  const { axis } = node.attrs as { axis: number }
  const lead = node.inputs.find(t => scope.layout(t)) ?? node.inputs[0]
  const layout = layoutOf(lead, scope)
  const inputs = node.inputs.map(t => scope.in(t, layout))
  scope.define(node.outputs[0], 'Concat', inputs, { axis: layout.indexOf(axis) }, layout)
}

const exportSlice: Exporter = (node, scope) => {
  const { axis, from, to } = node.attrs as unknown as SliceAttrs
  const [x] = node.inputs
  const layout = layoutOf(x, scope)
  const bounds = [[from], [to], [layout.indexOf(axis)]].map(list => scope.ints(list))
  scope.define(node.outputs[0], 'Slice', [scope.in(x, layout), ...bounds], {}, layout)
}

export const importers: Importers = {
  Concat: importConcat,
  Slice: importSlice,
  Split: importSplit,
  Gather: importGather,
  Pad: importPad,
}
export const exporters: Exporters = [
  [concatOp, exportConcat],
  [sliceOp, exportSlice],
]
