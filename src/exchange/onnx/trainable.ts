import { Graph, type Tensor } from '../../engine/graph.ts'
import { unaryOps } from '../../engine/ops/elementwise.ts'
import { softmaxOp } from '../../engine/ops/softmax.ts'
import { InklingError } from '../../errors.ts'
import { type BuildContext, Builder } from '../../nn/context.ts'
import { type Layer, layer, type OutputActivation, input as symbol } from '../../nn/layer.ts'
import { functional, type Model } from '../../nn/model.ts'
import { buildGraph } from './build.ts'
import { type OnnxFile, short } from './file.ts'
import { channelsLast, inOrder } from './layout.ts'
import type { Value } from './scope.ts'
import { isFloat } from './tensors.ts'

/** How an ONNX graph becomes a model that trains. */
export interface ToModelOptions {
  /** Which output is the model's. Default: `probabilities` where there is one, else the first. */
  output?: string
  /** Take pictures [height, width, channels], as Inkling's data has them, for a model of channels first. */
  channelsLast?: boolean
  /** Sizes of one example, without the batch, where the file leaves them open. */
  inputShape?: readonly number[]
  /** Names of the classes. Default: those in the file's metadata, else numbers. */
  classes?: readonly string[]
  /** What the model is called; `-onnx` is put behind it. Default: as the file calls it. */
  name?: string
}

/** How a file's graph becomes a model, with nothing left to guess. */
export type Describing = Required<Omit<ToModelOptions, 'classes'>>

/** Name of the layer that holds an imported model: its weights are called `onnx/...`. */
const LAYER = 'onnx'

/** Which output, layout and sizes a file is read with. @throws InklingError where the file does not allow it */
export function describing(file: OnnxFile, options: ToModelOptions): Describing {
  const { output = file.outputs.find(o => o.name === 'probabilities')?.name ?? file.outputs[0].name } = options
  if (!file.outputs.some(o => o.name === output))
    throw new InklingError(`the model has no output "${short(output)}"`, {
      exitCode: 2,
      hint: `It has ${file.outputs.map(o => o.name).join(', ')}.`,
    })
  const [port] = file.inputs
  if (file.inputs.length !== 1 || !isFloat(port.type))
    throw new InklingError(`a model to train has one input of f32 numbers; this file has ${file.inputs.length}`)
  const name = options.name ?? `${file.metadata.model || file.name || 'model'}`
  return { output, channelsLast: options.channelsLast === true, inputShape: exampleShape(file, options), name }
}

/**
 * A file's operators as a model of one layer.
 *
 * @param origin what the files of its weights say, so that it can be described again
 * @returns the model, and the names of the tensors whose values were needed to build it
 */
export function modelFrom(
  file: OnnxFile,
  reading: Describing,
  origin?: Readonly<Record<string, string>>,
): { model: Model; needed: ReadonlySet<string> } {
  const { watched, needed } = watchReads(file)
  const [port] = file.inputs
  const build = (x: Tensor, ctx: BuildContext): Tensor => {
    // What the file calls [batch, channels, height, width] lies in the engine with the channels last.
    const layout = (reading.channelsLast ? channelsLast : inOrder)(x.shape.length)
    const given: Value = { tensor: x, layout }
    const { scope, outputs } = buildGraph(
      watched,
      {
        graph: ctx.graph,
        training: ctx.training,
        parameter: (name, shape, values, role) => {
          // Exported and read again, names stay as they were.
          const plain = name.startsWith(`${LAYER}/`) ? name.slice(LAYER.length + 1) : name
          return ctx.parameter(plain, shape, () => values(), role)
        },
        random: {
          // Asking for it adds an input to the graph.
          get seed() {
            return ctx.seed
          },
          nextSalt: () => ctx.nextSalt(),
        },
        updateStatistic: ctx.trainable ? (...args) => ctx.updateStatistic(...args) : undefined,
      },
      new Map([[port.name, given]]),
    )
    return scope.tensor(outputs.get(reading.output) as Value)
  }

  const activation = reading.output === 'logits' ? undefined : closing(probe(build, reading, file))
  const inner: Layer = layer(LAYER, build, {
    name: LAYER,
    output: activation && { activation, logits: (x, ctx) => build(x, ctx).node.inputs[0] },
  })
  const x = symbol(reading.inputShape)
  // Not a model of the zoo, whose name the file may carry: its weights are called otherwise.
  const name = `${short(reading.name.replace(/-onnx$/, ''))}-onnx`
  const model = functional(x, inner(x), { name, origin })
  // In training other values may be asked for than in prediction.
  model.parameters()
  return { model, needed: new Set(needed) }
}

/** The file, with a list of the tensors whose values were read. Weights are read when they are drawn, not while building. */
function watchReads(file: OnnxFile): { watched: OnnxFile; needed: Set<string> } {
  const needed = new Set<string>()
  const tensors = [...file.tensors].map(([name, tensor]) => {
    const read = () => {
      needed.add(name)
      return tensor.read()
    }
    return [name, { ...tensor, read }] as const
  })
  return { watched: { ...file, tensors: new Map(tensors) }, needed }
}

const PROBE_BATCH = 2

/** The output of a graph for two examples. */
function probe(build: (x: Tensor, ctx: BuildContext) => Tensor, { inputShape }: Describing, file: OnnxFile): Tensor {
  const graph = new Graph()
  const fixed = file.inputs[0].dims?.[0]
  try {
    const output = build(graph.input('x', [PROBE_BATCH, ...inputShape]), new Builder(graph, { training: false }))
    if (output.shape[0] !== PROBE_BATCH)
      throw new InklingError(`the output [${output.shape}] of ${PROBE_BATCH} examples has none of their number`)
    return output
  } catch (cause) {
    // Many files that declare one size of batch work for any; this one does not.
    if (typeof fixed !== 'number') throw cause
    throw new InklingError(`the file is made for batches of ${fixed}: ${(cause as Error).message}`, {
      hint: 'Export it with a free batch size (dynamic_axes or dynamic_shapes in PyTorch).',
      cause,
    })
  }
}

/** What the output ends in: losses work on the values before it. Softmax of log-softmax is softmax: those are logits. */
function closing({ node: { op } }: Tensor): OutputActivation | undefined {
  if (op === softmaxOp) return 'softmax'
  return op === unaryOps.get('sigmoid')?.op ? 'sigmoid' : undefined
}

/** Names of the classes as Inkling's own files have them. */
export function classesOf({ metadata }: Pick<OnnxFile, 'metadata'>, count: number): string[] | undefined {
  try {
    const list: unknown = JSON.parse(metadata.classes ?? '')
    if (Array.isArray(list) && list.length === count && list.every(name => typeof name === 'string')) return list
  } catch {
    // Other programs may keep something else there.
  }
  return undefined
}

function exampleShape(file: OnnxFile, { channelsLast: last, inputShape }: ToModelOptions): readonly number[] {
  const [{ name, dims }] = file.inputs
  const declared = dims?.slice(1)
  const sizes = last && declared ? [...declared.slice(1), declared[0]] : declared
  if (inputShape) {
    const fits =
      !sizes ||
      (sizes.length === inputShape.length && sizes.every((d, i) => typeof d !== 'number' || d === inputShape[i]))
    if (fits) return inputShape
    throw new InklingError(
      `"${short(name)}" takes examples of [${sizes.map(d => d ?? '?').join(', ')}], not [${inputShape.join(', ')}]`,
      { exitCode: 2 },
    )
  }
  if (sizes?.every(d => typeof d === 'number')) return sizes
  throw new InklingError(`the file leaves the sizes of "${short(name)}" open`, {
    exitCode: 2,
    hint: 'Give them: toModel({ inputShape: [...] }).',
  })
}
