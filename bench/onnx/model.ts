import { createRandom } from '../../src/random.ts'
import type { LayerSpec, Network } from '../workloads/network.ts'
import { bytes, type Field, float, integer, join, message, text } from './protobuf.ts'

/**
 * A network as an ONNX model for one batch size, with weights drawn at random: for measuring speed. Input `x`
 * channels-first, output `y` the probabilities.
 */
export function onnxModel(network: Network, batch: number): { bytes: Uint8Array; inputShape: number[] } {
  const file = new OnnxFile()
  const [, ...rest] = network.input
  const pictures = rest.length === 2
  const inputShape = [batch, ...(pictures ? [network.input[2], network.input[0], network.input[1]] : network.input)]
  const shape = pictures ? inputShape.slice(1) : [...network.input]
  const logits = stack(file, network.layers, { name: 'x', shape })
  file.node('Softmax', [logits.name], { axis: 1 }, 'y')
  return { bytes: file.toBytes(inputShape, [batch, network.classes]), inputShape }
}

/** A value's name, and its shape without the batch: [channels, height, width], [time, features] or [features]. */
interface Value {
  name: string
  shape: number[]
}

const stack = (file: OnnxFile, specs: readonly LayerSpec[], x: Value): Value =>
  specs.reduce((value, spec) => layer(file, spec, value), x)

function layer(file: OnnxFile, spec: LayerSpec, x: Value): Value {
  const { name, shape } = x
  const [channels, height, width] = shape
  const rectified = (value: string, relu: boolean) => (relu ? file.node('Relu', [value]) : value)
  switch (spec.type) {
    case 'conv': {
      const { filters, size, stride, padding } = spec
      const inputs = [name, file.weight([filters, channels, size, size], channels * size * size)]
      if (spec.bias) inputs.push(file.weight([filters], 100))
      const pads = [padding, padding, padding, padding]
      const y = file.node('Conv', inputs, { kernel_shape: [size, size], strides: [stride, stride], pads })
      const out = (n: number) => Math.floor((n + 2 * padding - size) / stride) + 1
      return { name: rectified(y, spec.relu), shape: [filters, out(height), out(width)] }
    }
    case 'dense': {
      const inputs = [name, file.weight([shape[0], spec.units], shape[0]), file.weight([spec.units], 100)]
      return { name: rectified(file.node('Gemm', inputs), spec.relu), shape: [spec.units] }
    }
    case 'maxPool':
    case 'averagePool': {
      const { size } = spec
      const op = spec.type === 'maxPool' ? 'MaxPool' : 'AveragePool'
      const y = file.node(op, [name], { kernel_shape: [size, size], strides: [size, size] })
      return { name: y, shape: [channels, Math.floor(height / size), Math.floor(width / size)] }
    }
    case 'globalAveragePool':
      return { name: file.node('Flatten', [file.node('GlobalAveragePool', [name])]), shape: [channels] }
    case 'flatten':
      return { name: file.node('Flatten', [name]), shape: [shape.reduce((product, n) => product * n, 1)] }
    case 'relu':
      return { name: file.node('Relu', [name]), shape }
    case 'dropout':
      return x
    case 'batchNorm': {
      if (shape.length === 2) {
        // The features are the last axis of a sequence: predicting, it is a factor and a summand for each.
        const scaled = file.node('Mul', [name, file.filled([shape[1]], 0.9)])
        return { name: file.node('Add', [scaled, file.filled([shape[1]], 0.1)]), shape }
      }
      const values = [1, 0, 0, 1].map(v => file.filled([channels], v))
      return { name: file.node('BatchNormalization', [name, ...values], { epsilon: spec.epsilon }), shape }
    }
    case 'recurrent': {
      const [time, features] = shape
      const { units } = spec
      const gates = spec.cell === 'lstm' ? 4 * units : units
      const steps = file.node('Transpose', [name], { perm: [1, 0, 2] })
      const weights = [
        file.weight([1, gates, features], features + units),
        file.weight([1, gates, units], features + units),
      ]
      const op = spec.cell === 'lstm' ? 'LSTM' : 'RNN'
      const [all, last] = file.outputs(op, [steps, ...weights], { hidden_size: units }, 2)
      if (!spec.sequences) return { name: file.node('Squeeze', [last, file.integers([0])]), shape: [units] }
      const sequence = file.node('Squeeze', [all, file.integers([1])])
      return { name: file.node('Transpose', [sequence], { perm: [1, 0, 2] }), shape: [time, units] }
    }
    case 'residual': {
      const body = stack(file, spec.body, x)
      const shortcut = stack(file, spec.shortcut, x)
      return { name: file.node('Relu', [file.node('Add', [body.name, shortcut.name])]), shape: body.shape }
    }
    case 'denseBlockLayer': {
      const body = stack(file, spec.body, x)
      const y = file.node('Concat', [name, body.name], { axis: 1 })
      return { name: y, shape: [channels + body.shape[0], height, width] }
    }
  }
}

type Attribute = number | readonly number[]

// Numbers of fields and types are those of onnx.proto.
const FLOAT = 1
const INT64 = 7

class OnnxFile {
  readonly #nodes: Field[] = []
  readonly #initializers: Field[] = []
  readonly #random = createRandom(1)
  #count = 0

  /** Adds a node of one output; gives the output's name. */
  node(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}, output?: string): string {
    return this.outputs(op, inputs, attributes, 1, output)[0]
  }

  outputs(op: string, inputs: readonly string[], attributes: Record<string, Attribute>, count: number, name?: string) {
    const base = name ?? `${op}${this.#count++}`
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? base : `${base}_${i}`))
    const fields = [
      ...inputs.map(i => text(1, i)),
      ...outputs.map(o => text(2, o)),
      ...[text(3, base), text(4, op)],
      ...Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    ]
    this.#nodes.push(message(1, fields))
    return outputs
  }

  /** Random numbers of a deviation that keeps the scale of sums of `fanIn` of them. */
  weight(shape: readonly number[], fanIn: number): string {
    return this.#floats(shape, () => this.#random.normal() / Math.sqrt(fanIn))
  }

  filled(shape: readonly number[], value: number): string {
    return this.#floats(shape, () => value)
  }

  integers(values: readonly number[]): string {
    const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
    return this.#initializer([values.length], INT64, raw)
  }

  #floats(shape: readonly number[], draw: () => number): string {
    const values = Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, draw)
    return this.#initializer(shape, FLOAT, new Uint8Array(values.buffer))
  }

  #initializer(shape: readonly number[], type: number, raw: Uint8Array): string {
    const name = `c${this.#initializers.length}`
    this.#initializers.push(
      message(5, [...shape.map(n => integer(1, n)), integer(2, type), text(8, name), bytes(9, raw)]),
    )
    return name
  }

  toBytes(inputShape: readonly number[], outputShape: readonly number[]): Uint8Array {
    const graph = [
      ...this.#nodes,
      text(2, 'network'),
      ...this.#initializers,
      message(11, valueInfo('x', inputShape)),
      message(12, valueInfo('y', outputShape)),
    ]
    return join([integer(1, 8), message(7, graph), message(8, [text(1, ''), integer(2, 17)])])
  }
}

function valueInfo(name: string, shape: readonly number[]): Field[] {
  const dimensions = message(
    2,
    shape.map(n => message(1, [integer(1, n)])),
  )
  return [text(1, name), message(2, [message(1, [integer(1, FLOAT), dimensions])])]
}

function attribute(name: string, value: Attribute): Field {
  const [FLOAT_TYPE, INT_TYPE, INTS_TYPE] = [1, 2, 7]
  if (typeof value !== 'number')
    return message(5, [text(1, name), ...value.map(n => integer(8, n)), integer(20, INTS_TYPE)])
  if (Number.isInteger(value)) return message(5, [text(1, name), integer(3, value), integer(20, INT_TYPE)])
  return message(5, [text(1, name), float(2, value), integer(20, FLOAT_TYPE)])
}
