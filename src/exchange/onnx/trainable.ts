import { Graph, type Tensor } from '../../engine/graph.ts'
import { unaryOps } from '../../engine/ops/elementwise.ts'
import { softmaxOp } from '../../engine/ops/softmax.ts'
import { InklingError } from '../../errors.ts'
import { type BuildContext, Builder } from '../../nn/context.ts'
import { type Layer, layer, type OutputActivation, input as symbol } from '../../nn/layer.ts'
import { functional } from '../../nn/model.ts'
import { TrainableModel } from '../../training/trainable.ts'
import { buildGraph } from './build.ts'
import { type OnnxFile, short } from './file.ts'
import { channelsLast, inOrder } from './layout.ts'
import type { Value } from './scope.ts'
import { isFloat } from './tensors.ts'

export interface ToModelOptions {
  /** Which output is the model's. Default: `probabilities` where there is one, else the first. */
  output?: string
  /** Take pictures [height, width, channels], as Inkling's data has them, for a model of channels first. */
  channelsLast?: boolean
  /** Sizes of one example, without the batch, where the file leaves them open. */
  inputShape?: readonly number[]
  /** Names of the classes. Default: those in the file's metadata, else numbers. */
  classes?: readonly string[]
}

/** Name of the layer that holds an imported model: its weights are called `onnx/...`. */
const LAYER = 'onnx'

/** A file's operators as a model of one layer. */
export function trainableFrom(file: OnnxFile, options: ToModelOptions): TrainableModel {
  const { output = file.outputs.find(o => o.name === 'probabilities')?.name ?? file.outputs[0].name } = options
  if (!file.outputs.some(o => o.name === output))
    throw new InklingError(`the model has no output "${short(output)}"`, {
      exitCode: 2,
      hint: `It has ${file.outputs.map(o => o.name).join(', ')}.`,
    })
  const [port] = file.inputs
  if (file.inputs.length !== 1 || !isFloat(port.type))
    throw new InklingError(`a model to train has one input of f32 numbers; this file has ${file.inputs.length}`)
  const shape = exampleShape(file, options)

  const build = (x: Tensor, ctx: BuildContext): Tensor => {
    // What the file calls [batch, channels, height, width] lies in the engine with the channels last.
    const layout = (options.channelsLast ? channelsLast : inOrder)(x.shape.length)
    const given: Value = { tensor: x, layout }
    const { scope, outputs } = buildGraph(
      file,
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
    return scope.tensor(outputs.get(output) as Value)
  }

  const activation = output === 'logits' ? undefined : closing(probe(build, shape))
  const inner: Layer = layer(LAYER, build, {
    name: LAYER,
    output: activation && { activation, logits: (x, ctx) => build(x, ctx).node.inputs[0] },
  })
  const x = symbol(shape)
  // Not a model of the zoo, whose name the file may carry: its weights are called otherwise.
  const name = `${file.metadata.model || file.name || 'model'}`.replace(/-onnx$/, '')
  const model = functional(x, inner(x), { name: `${short(name)}-onnx` })
  return new TrainableModel(model, { classes: options.classes ?? classesOf(file, model.outputShape) })
}

function probe(build: (x: Tensor, ctx: BuildContext) => Tensor, shape: readonly number[]): Tensor {
  const graph = new Graph()
  return build(graph.input('x', [2, ...shape]), new Builder(graph, { training: false }))
}

/** What the output ends in: losses work on the values before it. Softmax of log-softmax is softmax: those are logits. */
function closing({ node: { op } }: Tensor): OutputActivation | undefined {
  if (op === softmaxOp) return 'softmax'
  return op === unaryOps.get('sigmoid')?.op ? 'sigmoid' : undefined
}

function classesOf({ metadata }: OnnxFile, [count]: readonly number[]): string[] | undefined {
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
  if (inputShape) return inputShape
  const sizes = dims?.slice(1)
  if (!sizes?.every(d => typeof d === 'number'))
    throw new InklingError(`the file leaves the sizes of "${short(name)}" open`, {
      exitCode: 2,
      hint: 'Give them: toModel({ inputShape: [...] }).',
    })
  if (typeof dims?.[0] === 'number')
    throw new InklingError(`the file is made for batches of ${dims[0]}`, {
      hint: 'Export it with a free batch size (dynamic_axes in PyTorch) to train it.',
    })
  return last ? [...sizes.slice(1), sizes[0]] : sizes
}
