import { InklingError } from '../errors.ts'
import type { SafetensorsFile, StoredTensor } from '../nn/safetensors.ts'

/** The shipped readers. */
export type ReaderModel = 'reader' | 'pocket-reader'

/**
 * Their layers, as `src/zoo/reader.ts` and `src/zoo/pocketReader.ts` have them (a test compares the outputs). `conv`:
 * convolution without bias, batch normalisation, ReLU; zeros around the picture, or none for `inner`. `halve`: 2 x 2
 * max-pool. A dense layer closes both, in `pocket-reader` over the mean of each channel.
 */
const layers: Record<ReaderModel, readonly ('conv' | 'inner' | 'halve')[]> = {
  reader: ['conv', 'halve', 'conv', 'conv', 'halve', 'conv', 'inner'],
  'pocket-reader': ['conv', 'halve', 'conv', 'conv', 'halve', 'conv', 'inner'],
}

/** As Keras has it, and the models' layers. */
const EPSILON = 1e-3

/** A convolution with its normalisation folded in, then ReLU. */
export interface Convolution {
  kind: 'convolution'
  /** [size][size][channels][filters] */
  kernel: Float32Array
  /** [filters] */
  bias: Float32Array
  size: number
  channels: number
  filters: number
  /** Zeros before and behind the picture. */
  border: number
}

/** What makes a picture's features: 28 x 28 x 1 in, a vector out. */
export type Stage = Convolution | { kind: 'halve' }

/** The last layer: logits = features * kernel + bias. */
export interface Head {
  /** [features][classes] */
  kernel: Float32Array
  /** [classes] */
  bias: Float32Array
  classes: string[]
}

/** A network ready to be run. */
export interface Network {
  model: ReaderModel
  stages: Stage[]
  head: Head
}

/**
 * A network from its weights file.
 * @throws InklingError when the file is of no shipped reader
 */
export function networkOf({ tensors, metadata }: SafetensorsFile, where: string): Network {
  const { model } = metadata
  if (model !== 'reader' && model !== 'pocket-reader')
    throw new InklingError(`${where} is of model "${model}"; expected reader or pocket-reader`)
  const tensor = (name: string, rank: number): StoredTensor => {
    const found = tensors.get(name)
    if (found?.shape.length !== rank) throw new InklingError(`${where}: "${name}" is missing or of another shape`)
    return found
  }
  const stages: Stage[] = []
  let number = 0
  let channels = 1
  for (const layer of layers[model]) {
    if (layer === 'halve') stages.push({ kind: 'halve' })
    if (layer !== 'conv' && layer !== 'inner') continue
    number++
    const { shape, values } = tensor(`conv2d_${number}/kernel`, 4)
    const [size, , , filters] = shape
    if (shape[1] !== size || shape[2] !== channels || size > 7)
      throw new InklingError(`${where}: convolution ${number} has shape [${shape}], expected ${channels} channels`)
    const part = (name: string) => tensor(`batchNorm_${number}/${name}`, 1).values
    const folded = fold(values, [part('gamma'), part('beta'), part('movingMean'), part('movingVariance')])
    const border = layer === 'conv' ? (size - 1) / 2 : 0
    stages.push({ kind: 'convolution', ...folded, size, channels, filters, border })
    channels = filters
  }
  const kernel = tensor('dense_1/kernel', 2)
  const bias = tensor('dense_1/bias', 1)
  const classes: unknown = JSON.parse(metadata.classes ?? '[]')
  if (!Array.isArray(classes) || classes.length !== bias.values.length || kernel.shape[1] !== classes.length)
    throw new InklingError(`${where} names ${Array.isArray(classes) ? classes.length : 'no'} classes`)
  const last = shapesOf(stages)[stages.length]
  const head = {
    kernel: overPixels(kernel.values, kernel.shape[0] === channels ? last.side * last.side : 1),
    bias: bias.values.slice(),
    classes: classes.map(String),
  }
  if (head.kernel.length !== last.side * last.side * channels * classes.length)
    throw new InklingError(`${where}: its dense layer takes ${kernel.shape[0]} values`)
  return { model, stages, head }
}

/** A layer over the means of channels as one over all their pixels, of which it can learn more. */
function overPixels(kernel: Float32Array, pixels: number): Float32Array {
  return Float32Array.from({ length: kernel.length * pixels }, (_, i) => kernel[i % kernel.length] / pixels)
}

/** The normalisation by running statistics is one factor and one summand a channel: they go into the convolution. */
function fold(weights: Float32Array, [gamma, beta, mean, variance]: Float32Array[]) {
  const filters = gamma.length
  const factor = gamma.map((g, c) => g / Math.sqrt(variance[c] + EPSILON))
  return {
    kernel: weights.map((w, i) => w * factor[i % filters]),
    bias: beta.map((b, c) => b - mean[c] * factor[c]),
  }
}

/** Shapes along the way: what each stage takes, and what the last one gives. */
export function shapesOf(stages: readonly Stage[]): { side: number; channels: number }[] {
  const shapes = [{ side: 28, channels: 1 }]
  for (const stage of stages) {
    const { side, channels } = shapes[shapes.length - 1]
    if (stage.kind === 'halve') shapes.push({ side: side >> 1, channels })
    else shapes.push({ side: side + 2 * stage.border - stage.size + 1, channels: stage.filters })
  }
  return shapes
}
