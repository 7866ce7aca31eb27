import type { Tensor } from '../../../engine/graph.ts'
import { concat, reshape, slice } from '../../../engine/ops/index.ts'
import { type Cell, gatesOf, type RecurrentAttrs, recurrentOp } from '../../../engine/ops/recurrent.ts'
import type { Exporter, Exporters, Fixed } from '../exporter.ts'
import type { Importer, Importers, NodeCall } from '../importer.ts'
import type { Layout } from '../layout.ts'
import { isPlaced, type Placed, type WeightRole } from '../scope.ts'
import type { Values } from '../tensors.ts'

/**
 * The engine's order of gates by ONNX's: LSTM i, f, g, o there and i, o, f, c in ONNX; the GRU has z, r, n in both.
 * Its kernels are [in, gates * units], those of ONNX [directions, gates * units, in].
 */
const onnxGate: Record<Cell, readonly number[]> = { tanh: [0], relu: [0], gru: [0, 1, 2], lstm: [0, 2, 3, 1] }
const engineGate: Record<Cell, readonly number[]> = { tanh: [0], relu: [0], gru: [0, 1, 2], lstm: [0, 3, 1, 2] }

/** Number of inputs of x W + b + h U before the gates are applied: the GRU keeps the biases apart. */
const activationsOf: Record<string, readonly string[]> = {
  RNN: ['Tanh'],
  LSTM: ['Sigmoid', 'Tanh', 'Tanh'],
  GRU: ['Sigmoid', 'Tanh'],
}

const importRecurrent: Importer = node => {
  const { scope, attributes } = node
  const direction = attributes.text('direction', 'forward')
  if (!['forward', 'reverse', 'bidirectional'].includes(direction))
    throw node.refuse(`direction=${direction} is not supported`)
  const directions = direction === 'bidirectional' ? 2 : 1
  const cell = cellOf(node, directions)
  const batchFirst = attributes.flag('layout')
  if (attributes.has('clip')) throw node.refuse('clip is not supported')
  attributes.ignore('activation_alpha', 'activation_beta', 'output_sequence')
  for (const [i, what] of [
    [4, 'sequence_lens'],
    [7, 'P'],
  ] as const)
    if (node.inputs[i]) throw node.refuse(`${what} are not supported`)
  for (const i of [5, 6]) requireZeros(node, i)

  // X is [time, batch, in] unless batchFirst.
  const x = node.input(0)
  if (scope.shape(x).length !== 3) throw node.refuse(`its input has ${scope.shape(x).length} dimensions; expected 3`)
  const input = scope.tensor(x, batchFirst ? [0, 1, 2] : [1, 0, 2])
  const [batch, time, features] = input.shape
  const [w, r, b] = [1, 2, 3].map(i => weightOf(node, i))
  if (!w || !r) throw node.refuse('its weights are missing')
  const units = attributes.int('hidden_size', r.values.shape[2] ?? 0)
  const width = gatesOf[cell] * units
  for (const [{ values }, expected] of [
    [w, [directions, width, features]],
    [r, [directions, width, units]],
    ...(b ? [[b, [directions, 2 * width]] as const] : []),
  ] as const)
    if (values.shape.join() !== expected.join())
      throw node.refuse(`weights of shape [${values.shape}]; expected [${expected}]`)

  const runs = Array.from({ length: directions }, (_, d) => {
    const reverse = direction === 'reverse' || d === 1
    const parameter = (
      from: Named,
      suffix: string,
      shape: readonly number[],
      values: () => Float32Array,
      kind: WeightRole['kind'],
    ) =>
      scope.derived(
        directions > 1 ? `${from.name}/${d ? 'backward' : 'forward'}${suffix}` : `${from.name}${suffix}`,
        shape,
        values,
        { kind, trainable: true },
      )
    const kernel = (from: Named, rows: number) =>
      parameter(from, '', [rows, width], () => kernelValues(from.values, d, rows, units, onnxGate[cell]), 'weight')
    const bias = (half: 0 | 1 | 'sum', suffix: string) =>
      b
        ? parameter(b, suffix, [width], () => biasValues(b.values, d, units, onnxGate[cell], half), 'bias')
        : scope.filled(0, [width])
    const inputs = [input, kernel(w, features), kernel(r, units), bias(cell === 'gru' ? 0 : 'sum', '')]
    if (cell === 'gru') inputs.push(bias(1, '/recurrent'))
    const [h, , cells] = scope.graph.add(recurrentOp, inputs, { cell, reverse, masked: false })
    return { h, cells, last: reverse ? 0 : time - 1 }
  })

  // Y: [time, directions, batch, units], or [batch, time, directions, units]; Y_h and Y_c: the last step alone.
  const [layout, lastLayout]: [Layout, Layout] = batchFirst
    ? [
        [0, 1, 2, 3],
        [0, 1, 2],
      ]
    : [
        [2, 0, 1, 3],
        [1, 0, 2],
      ]
  const all = concat(
    runs.map(({ h }) => reshape(h, [batch, time, 1, units])),
    2,
  )
  const lastOf = (pick: (run: (typeof runs)[number]) => Tensor): Placed => ({
    tensor: concat(
      runs.map(run => slice(pick(run), 1, run.last, run.last + 1)),
      1,
    ),
    layout: lastLayout,
  })
  const outputs = [{ tensor: all, layout }, lastOf(run => run.h)]
  // No gradient flows through the cells.
  if (cell === 'lstm' && !scope.target.training) outputs.push(lastOf(run => run.cells))
  return outputs
}

function cellOf(node: NodeCall, directions: number): Cell {
  const expected = activationsOf[node.op]
  const given = node.attributes.texts('activations') ?? Array.from({ length: directions }, () => expected).flat()
  const relu = node.op === 'RNN' && given.every(name => name === 'Relu')
  const usual =
    given.length === expected.length * directions && given.every((name, i) => name === expected[i % expected.length])
  if (!relu && !usual) throw node.refuse(`activations=[${given}] are not supported`)
  if (node.op === 'LSTM') {
    node.only('input_forget', 0)
    return 'lstm'
  }
  if (node.op === 'RNN') return relu ? 'relu' : 'tanh'
  if (node.attributes.int('linear_before_reset', 0) === 0)
    throw node.refuse('linear_before_reset=0 is not supported; PyTorch and Keras (reset_after) write 1')
  return 'gru'
}

interface Named {
  readonly name: string
  readonly values: Values
}

/** The weights must stand in the file: their gates are put in another order once, not at every run. */
function weightOf(node: NodeCall, i: number): Named | undefined {
  const value = node.inputs[i]
  if (!value) return undefined
  const values = node.scope.known(value)
  if (!values || values.integer) throw node.refuse('weights that are computed are not supported')
  return { name: 'weight' in value ? value.weight.name : `${node.label}/${i}`, values }
}

/** The first state must be zeros, written out or computed from shapes. */
function requireZeros(node: NodeCall, i: number): void {
  const value = node.inputs[i]
  if (!value) return
  const known = node.scope.known(value)?.values ?? (isPlaced(value) ? constantValues(value.tensor) : undefined)
  if (!known || Array.prototype.some.call(known, v => v !== 0))
    throw node.refuse('a first state other than zeros is not supported')
}

/** Values of a constant, also one that was only repeated, turned or reshaped. */
function constantValues(tensor: Tensor): ArrayLike<number> | undefined {
  const { op, attrs, inputs } = tensor.node
  if (op.name === 'constant') return attrs.values as ArrayLike<number>
  return inputs.length === 1 && ['broadcastTo', 'reshape', 'transpose', 'slice'].includes(op.name)
    ? constantValues(inputs[0])
    : undefined
}

/** [directions, gates * units, rows] -> [rows, gates * units] with the gates in another order. */
function kernelValues({ values }: Values, direction: number, rows: number, units: number, gates: readonly number[]) {
  const width = gates.length * units
  const kernel = new Float32Array(rows * width)
  const from = direction * width * rows
  gates.forEach((gate, g) => {
    for (let u = 0; u < units; u++)
      for (let i = 0; i < rows; i++) kernel[i * width + g * units + u] = values[from + (gate * units + u) * rows + i]
  })
  return kernel
}

/** [directions, 2 * gates * units] -> [gates * units]: one half, or the sum of both. */
function biasValues(
  { values }: Values,
  direction: number,
  units: number,
  gates: readonly number[],
  half: 0 | 1 | 'sum',
) {
  const width = gates.length * units
  const from = direction * 2 * width
  return Float32Array.from({ length: width }, (_, i) => {
    const at = from + gates[Math.floor(i / units)] * units + (i % units)
    return half === 'sum' ? values[at] + values[at + width] : values[at + half * width]
  })
}

const exportRecurrent: Exporter = (node, scope) => {
  const { cell, reverse, masked } = node.attrs as unknown as RecurrentAttrs
  if (masked) throw scope.refuse(node, 'sequences of different lengths cannot be written')
  if (scope.isRead(node.outputs[1]) || scope.isRead(node.outputs[2]))
    throw scope.refuse(node, 'the states of the gates cannot be written')
  const [x, ...weights] = node.inputs
  const [kernel, recurrentKernel, bias, recurrentBias] = weights.map(tensor => {
    const fixed = scope.fixed(tensor)
    if (!fixed) throw scope.refuse(node, 'weights that depend on the input cannot be written')
    return fixed
  })
  const units = recurrentKernel.shape[0]
  const width = gatesOf[cell] * units
  const gates = engineGate[cell]
  const named = (i: number, otherwise: string) =>
    (weights[i].node.attrs.name as string | undefined) ?? `${node.scope}/${otherwise}`
  const matrix = (i: number, otherwise: string, { shape: [rows], values }: Fixed) => {
    const turned = new Float32Array(rows * width)
    gates.forEach((gate, g) => {
      for (let u = 0; u < units; u++)
        for (let r = 0; r < rows; r++) turned[(g * units + u) * rows + r] = values[r * width + gate * units + u]
    })
    return scope.initializer(named(i, otherwise), [1, width, rows], turned)
  }
  const biases = new Float32Array(2 * width)
  ;[bias, recurrentBias].forEach((given, half) => {
    gates.forEach((gate, g) => {
      for (let u = 0; given && u < units; u++) biases[half * width + g * units + u] = given.values[gate * units + u]
    })
  })
  const inputs = [
    scope.in(x, [1, 0, 2]),
    matrix(0, 'kernel', kernel),
    matrix(1, 'recurrentKernel', recurrentKernel),
    scope.initializer(named(2, 'bias'), [1, 2 * width], biases),
  ]
  const [op, extra] = operatorOf(cell)
  const attributes = { hidden_size: units, direction: reverse ? 'reverse' : 'forward', ...extra }
  const [all] = scope.emit(op, inputs, attributes)
  // [time, 1, batch, units] -> [time, batch, units]
  scope.define(node.outputs[0], 'Squeeze', [all, scope.ints([1])], {}, [1, 0, 2])
}

function operatorOf(cell: Cell): [op: string, attributes: Record<string, number | readonly string[]>] {
  if (cell === 'lstm') return ['LSTM', {}]
  if (cell === 'gru') return ['GRU', { linear_before_reset: 1 }]
  return ['RNN', { activations: [cell === 'relu' ? 'Relu' : 'Tanh'] }]
}

export const importers: Importers = { RNN: importRecurrent, LSTM: importRecurrent, GRU: importRecurrent }
export const exporters: Exporters = [[recurrentOp, exportRecurrent]]
