import { InklingError } from '../errors.ts'
import { readSafetensors } from '../nn/safetensors.ts'
import type { InputScaling } from '../training/input.ts'
import { modelFromBytes } from '../training/modelFile.ts'
import { TrainableModel } from '../training/trainable.ts'
import { findModel, zoo } from '../zoo/index.ts'
import { loadOnnx } from './onnx/model.ts'
import { storedElements } from './safetensors/elements.ts'
import { loadWeights, type WeightLayout } from './safetensors/index.ts'

/** How a model of another tool is read; see {@link importModel}. */
export interface ImportOptions {
  /** Safetensors: whose weights they are, a name of the zoo. Default: what the file says. */
  model?: string
  /** Safetensors: names in the file -> names of layers here, where they differ. */
  map?: Readonly<Record<string, string>>
  /** Safetensors: 'pytorch' (default, unless the file says otherwise) or 'inkling'. */
  layout?: WeightLayout
  /** ONNX: the output to take. Default: `probabilities`, else the first. */
  output?: string
  /** ONNX: where the channels of its pictures stand. Default: where 1 or 3 of them are. */
  channels?: 'first' | 'last'
  /** Of one example, [height, width, channels] for pictures; where the file leaves it open, or the zoo's model differs. */
  inputShape?: readonly number[]
  /** Names of the classes, or how many there are. Default: what the file says, else their numbers. */
  classes?: readonly string[] | number
  /** Pictures are (value - mean) / deviation of 0..1 there; one number or one a channel. Default: 0..1 as they are. */
  mean?: readonly number[]
  deviation?: readonly number[]
  /** ONNX: what the model is called where the file does not say. */
  name?: string
  /** The file's name, for errors. */
  where?: string
}

/** A model of another tool, ready to predict, judge, train and export, and where its weights came from. */
export interface ImportedModel {
  model: TrainableModel
  format: 'onnx' | 'safetensors'
  /** Safetensors: the layers of the model with the names in the file. */
  matches?: readonly { layer: string; from: string }[]
}

/**
 * Reads an ONNX file, or a safetensors file with the weights of a model of the zoo as PyTorch keeps them.
 *
 * @throws InklingError that says what is wrong with the file, or which layer nothing in it fits
 */
export async function importModel(bytes: Uint8Array, options: ImportOptions = {}): Promise<ImportedModel> {
  const { where = 'the file' } = options
  const imported = kindOf(bytes, where) === 'onnx' ? await fromOnnx(bytes, options) : await fromWeights(bytes, options)
  const { model } = imported
  if (model.outputShape.length !== 1)
    throw new InklingError(`${where} gives [${model.outputShape.join(', ')}] for an example, not one value a class`, {
      hint: options.output === undefined ? 'Choose another of its outputs.' : undefined,
    })
  const scaling = scalingOf(options, model)
  if (scaling) model.scaling = scaling
  return imported
}

async function fromOnnx(bytes: Uint8Array, options: ImportOptions): Promise<ImportedModel> {
  const { where, output, channels, inputShape } = options
  const ignored = (['model', 'map', 'layout'] as const).find(name => options[name] !== undefined)
  if (ignored)
    throw new InklingError(`"${ignored}" is for safetensors; an ONNX file brings its own graph`, { exitCode: 2 })
  const file = await loadOnnx(bytes, { where })
  const dims = file.inputs[0].dims ?? []
  const channelsLast = channels ? channels === 'first' : channelsFirst(dims)
  // Exporters call every graph the same, such as `main_graph`.
  const name = file.metadata.model ?? options.name
  const model = await file.toModel({ output, inputShape, channelsLast, name })
  const { classes } = options
  if (classes !== undefined) model.classes = classNames(classes, model.outputShape[0], where)
  return { model, format: 'onnx' }
}

/** Whether [batch, channels, height, width] is more likely than [batch, height, width, channels]. */
function channelsFirst(dims: readonly unknown[]): boolean {
  const isChannels = (d: unknown) => d === 1 || d === 3 || d === 4
  return dims.length === 4 && isChannels(dims[1]) && !(isChannels(dims[3]) && !isChannels(dims[2]))
}

async function fromWeights(bytes: Uint8Array, options: ImportOptions): Promise<ImportedModel> {
  const { where = 'the file', map, layout, inputShape, classes } = options
  for (const name of ['output', 'channels'] as const)
    if (options[name] !== undefined) throw new InklingError(`"${name}" is for ONNX files`, { exitCode: 2 })
  const { metadata } = readSafetensors(bytes, where, storedElements)
  if (metadata.format === 'inkling' && !options.model && !map) {
    const { model, ...facts } = await modelFromBytes(bytes, where)
    const trainable = new TrainableModel(model, facts)
    if (classes !== undefined) trainable.classes = classNames(classes, model.outputShape[0], where)
    return { model: trainable, format: 'safetensors' }
  }
  const name = options.model ?? metadata.model
  if (name === undefined || (!options.model && !zoo.some(entry => entry.id === name)))
    throw new InklingError(`${where} does not say which model its weights belong to`, {
      exitCode: 2,
      hint: 'Name one of the zoo, such as --model lenet5. For another network export it as ONNX.',
    })
  const count = typeof classes === 'number' ? classes : classes?.length
  const model = findModel(name).build({ inputShape, classes: count })
  const { weights, matches } = loadWeights(model, bytes, { map, layout, where })
  const names = classes === undefined ? undefined : classNames(classes, model.outputShape[0], where)
  return { model: new TrainableModel(model, { weights, classes: names }), format: 'safetensors', matches }
}

function classNames(classes: readonly string[] | number, count: number, where = 'the file'): string[] {
  const names = typeof classes === 'number' ? Array.from({ length: classes }, (_, i) => String(i)) : [...classes]
  if (names.length !== count)
    throw new InklingError(`${where} tells ${count} classes apart, got ${names.length} names`, { exitCode: 2 })
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new InklingError(`two classes are called "${twice}"`, { exitCode: 2 })
  return names
}

/** (value / 255 - mean) / deviation, as value * scale + shift of bytes. */
function scalingOf({ mean, deviation }: ImportOptions, { inputShape }: TrainableModel): InputScaling | undefined {
  if (!mean && !deviation) return undefined
  const channels = inputShape[inputShape.length - 1]
  for (const [what, list] of Object.entries({ mean, deviation }))
    if (list && list.length !== 1 && list.length !== channels)
      throw new InklingError(`the ${what} needs 1 or ${channels} numbers, got ${list.length}`, { exitCode: 2 })
  const count = Math.max(mean?.length ?? 1, deviation?.length ?? 1)
  const at = (list: readonly number[], i: number) => list[list.length === 1 ? 0 : i]
  const deviations = Array.from({ length: count }, (_, i) => at(deviation ?? [1], i))
  if (!deviations.every(d => d > 0)) throw new InklingError('a deviation must be above 0', { exitCode: 2 })
  return {
    scale: deviations.map(d => 1 / (255 * d)),
    shift: deviations.map((d, i) => -at(mean ?? [0], i) / d),
  }
}

const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))

/** Tells the formats apart by their first bytes. @throws InklingError for those of other tools, with the way out */
function kindOf(bytes: Uint8Array, where: string): 'onnx' | 'safetensors' {
  const toSafetensors = 'safetensors.torch.save_file(model.state_dict(), "weights.safetensors")'
  const refuse = (what: string, hint: string) => new InklingError(`${where} is ${what}`, { hint })
  if (bytes.length === 0) throw new InklingError(`${where} is empty`)
  if (ascii(bytes, 0, 2) === 'PK')
    throw refuse('a zip file: a PyTorch .pt or a Keras model', `From PyTorch save: ${toSafetensors}, or export ONNX.`)
  if (bytes[0] === 0x80 && bytes[1] < 8)
    throw refuse('a pickle, which is a program and is not run', `From PyTorch save: ${toSafetensors}`)
  if (ascii(bytes, 1, 4) === 'HDF') throw refuse('an HDF5 file (Keras)', 'Export it as ONNX, such as with tf2onnx.')
  if (ascii(bytes, 4, 8) === 'TFL3') throw refuse('a TensorFlow Lite file', 'Export it as ONNX, such as with tf2onnx.')
  if (bytes[8] === 0x7b) return 'safetensors'
  return 'onnx'
}
