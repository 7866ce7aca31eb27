import { type Shape, sizeOf } from '../../engine/graph.ts'
import { gatesOf } from '../../engine/ops/index.ts'
import type { Model } from '../../nn/model.ts'
import { turnedValues } from '../onnx/layout.ts'
import { flattenedParameters } from './flattened.ts'

/** A parameter of a model as PyTorch keeps it. */
export interface PytorchParameter {
  /** The parameter's own name, `conv2d_1/kernel`. */
  readonly name: string
  readonly shape: Shape
  /** What PyTorch calls it inside its module, in order of preference; two where it is the sum of both. */
  readonly leaves: readonly string[]
  readonly torchShape: Shape
  fromTorch(values: Float32Array): Float32Array
  toTorch(values: Float32Array): Float32Array
}

/** A layer with parameters. */
export interface PytorchLayer {
  /** `residual_1/conv2d_1`. */
  readonly name: string
  readonly parameters: readonly PytorchParameter[]
}

type Turn = Pick<PytorchParameter, 'torchShape' | 'fromTorch' | 'toTorch'>

/** The layers of a model that have parameters, with the way each of these goes to PyTorch and back. */
export function pytorchLayers(model: Model): PytorchLayer[] {
  const types = new Map(model.summary().layers.map(layer => [layer.name, layer.type]))
  const flattened = flattenedParameters(model)
  const layers = new Map<string, PytorchParameter[]>()
  for (const { name, shape } of model.parameters()) {
    const at = name.lastIndexOf('/')
    const [owner, leaf] = [name.slice(0, Math.max(at, 0)), name.slice(at + 1)]
    const type = types.get(owner) ?? ''
    const turned = turnOf(type, leaf, shape)
    const picture = flattened.get(name)
    const parameter = {
      name,
      shape,
      leaves: leavesOf(type, leaf),
      ...(picture ? withFlattened(turned, picture, shape) : turned),
    }
    layers.set(owner, [...(layers.get(owner) ?? []), parameter])
  }
  return [...layers].map(([name, parameters]) => ({ name, parameters }))
}

const isRecurrent = (type: string) => type === 'lstm' || type === 'gru' || type === 'simpleRnn'

function leavesOf(type: string, leaf: string): readonly string[] {
  const names: Record<string, readonly string[]> = isRecurrent(type)
    ? {
        kernel: ['weight_ih'],
        recurrentKernel: ['weight_hh'],
        bias: type === 'gru' ? ['bias_ih'] : ['bias_ih', 'bias_hh'],
        recurrentBias: ['bias_hh'],
      }
    : {
        kernel: ['weight'],
        gamma: ['weight'],
        bias: ['bias'],
        beta: ['bias'],
        movingMean: ['running_mean'],
        movingVariance: ['running_var'],
      }
  return Object.hasOwn(names, leaf) ? names[leaf] : [leaf]
}

function turnOf(type: string, leaf: string, shape: Shape): Turn {
  // [height, width, channels, multiplier] -> [channels * multiplier, 1, height, width]
  if (type === 'depthwiseConv2d' && leaf === 'kernel')
    return permuted(shape, [2, 3, 0, 1], [shape[2] * shape[3], 1, shape[0], shape[1]])
  // [height, width, in, out] -> [out, in, height, width]; transposed convolutions have in and out the other way in both.
  if (leaf === 'kernel' && shape.length === 4) return permuted(shape, [3, 2, 0, 1])
  const matrix = (leaf === 'kernel' || leaf === 'recurrentKernel') && shape.length === 2
  const turned = matrix
    ? permuted(shape, [1, 0])
    : permuted(
        shape,
        shape.map((_, i) => i),
      )
  // PyTorch's gates are r, z, n.
  return type === 'gru' ? withGatesSwapped(turned, shape) : turned
}

function permuted(shape: Shape, axes: readonly number[], torchShape: Shape = axes.map(a => shape[a])): Turn {
  const inverse = axes.map((_, i) => axes.indexOf(i))
  const there = axes.map(a => shape[a])
  return {
    torchShape,
    fromTorch: values => turnedValues(values, there, inverse),
    toTorch: values => turnedValues(values, shape, axes),
  }
}

/** Exchanges the first two of the three gates along the last axis. */
function withGatesSwapped(turn: Turn, shape: Shape): Turn {
  const width = shape[shape.length - 1]
  const units = width / gatesOf.gru
  const swapped = (values: Float32Array) => {
    const out = values.slice()
    for (let row = 0; row < out.length; row += width) {
      out.set(values.subarray(row + units, row + 2 * units), row)
      out.set(values.subarray(row, row + units), row + units)
    }
    return out
  }
  return {
    ...turn,
    fromTorch: values => swapped(turn.fromTorch(values)),
    toTorch: values => turn.toTorch(swapped(values)),
  }
}

/** The first axis runs over [height, width, channels] here and over [channels, height, width] there. */
function withFlattened(turn: Turn, picture: Shape, shape: Shape): Turn {
  const channels = picture[picture.length - 1]
  const places = sizeOf(picture) / channels
  const rest = sizeOf(shape) / (channels * places)
  return {
    ...turn,
    fromTorch: values => turnedValues(turn.fromTorch(values), [channels, places, rest], [1, 0, 2]),
    toTorch: values => turn.toTorch(turnedValues(values, [places, channels, rest], [1, 0, 2])),
  }
}
