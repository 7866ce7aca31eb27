import { type DType, Graph, type Shape, sizeOf, type Tensor } from '../engine/graph.ts'
import { sigmoid, softmax } from '../engine/ops/index.ts'
import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { Builder, type Declaration } from './context.ts'
import { input, type Layer, type OutputActivation, type SymbolicTensor } from './layer.ts'
import { type ModelSummary, summaryText } from './summary.ts'

/** What a model takes beside its layers. */
export interface ModelOptions {
  /** For people and records; default 'model'. */
  name?: string
  /** Outputs that only training sees: their losses, times their weights, are added to that of the model's own. */
  auxiliary?: readonly { output: SymbolicTensor; weight: number }[]
  /** Texts by key from which a model that came in a file can be described again; written into the files of its weights. */
  origin?: Readonly<Record<string, string>>
}

/** A value that a model is fed for every example. */
export interface ModelInput {
  /** The graph's input: `x` for the first. */
  readonly name: string
  /** Of one example, without the batch. */
  readonly shape: Shape
  readonly dtype: DType
}

/** What a model makes of a batch. */
export interface ModelOutputs {
  /** [batch, ...outputShape]: the output without a closing softmax or sigmoid. */
  logits: Tensor
  /** Auxiliary logits and their weights in the loss. */
  auxiliary: { logits: Tensor; weight: number }[]
}

/** What a layer was given and made of it, [batch, ...]. */
export interface LayerTrace {
  /** As in the summary. */
  name: string
  input: Tensor
  /** Of the model's last layer without its closing softmax or sigmoid. */
  output: Tensor
  /** Whether it, or a layer inside it, has weights. */
  weighted: boolean
}

/** An entry of the zoo, and for what a model of it was built. */
export interface ZooBuild {
  id: string
  inputShape: Shape
  classes: number
  classNames: readonly string[]
  set: Readonly<Record<string, string | number | boolean>>
}

/** A network's description: layers and shapes. It holds no values; those live in a session of a backend. */
export class Model {
  readonly name: string
  /** Of one example, without the batch; of the first input where there are several. */
  readonly inputShape: Shape
  readonly inputs: readonly ModelInput[]
  readonly outputShape: Shape
  /** In the order they run; a layer used twice is here once. */
  readonly layers: readonly Layer[]
  /** What the model ends in. Losses are computed on the values before it. */
  readonly outputActivation: OutputActivation
  /** What its files say beside the weights, so that it can be described again. */
  readonly origin: Readonly<Record<string, string>> | undefined
  /** How the zoo built it: built so again, it is the same model. Set by the zoo. */
  built?: ZooBuild
  readonly #sources: readonly SymbolicTensor[]
  readonly #output: SymbolicTensor
  readonly #auxiliary: readonly { output: SymbolicTensor; weight: number }[]
  readonly #order: readonly SymbolicTensor[]
  /** What only the auxiliary outputs need: built last, so that it changes no layer's name. */
  readonly #auxiliaryOrder: readonly SymbolicTensor[]

  /** Options of the zoo that are not the usual ones of its name: kept with its weights. */
  get settings(): ZooBuild['set'] {
    return this.built?.set ?? {}
  }

  constructor(
    sources: readonly SymbolicTensor[],
    output: SymbolicTensor,
    { name = 'model', auxiliary = [], origin }: ModelOptions = {},
  ) {
    this.name = name
    this.origin = origin
    this.inputs = sources.map(({ name: given, shape, dtype }, i) => ({
      name: i === 0 ? 'x' : (given ?? `x${i + 1}`),
      shape,
      dtype,
    }))
    this.inputShape = sources[0].shape
    this.outputShape = output.shape
    this.outputActivation = output.layer?.output?.activation ?? 'linear'
    this.#sources = sources
    this.#output = output
    this.#auxiliary = auxiliary
    this.#order = ancestors(sources, output)
    const known = new Set(this.#order)
    const seen = auxiliary.flatMap(a => ancestors(sources, a.output, known))
    this.#auxiliaryOrder = [...new Set(seen)].sort((a, b) => a.id - b.id)
    this.layers = [...new Set([...this.#order, ...this.#auxiliaryOrder].flatMap(s => s.layer ?? []))]
  }

  /**
   * Adds the network to the builder's graph.
   *
   * @param x the first input, [batch, ...inputShape]
   * @param others the other inputs; default: inputs that are added to the graph by their names
   * @returns [batch, ...outputShape]: the logits, that is without a closing softmax or sigmoid
   */
  build(builder: Builder, x: Tensor, others?: readonly Tensor[]): Tensor {
    return this.buildOutputs(builder, x, others).logits
  }

  /**
   * As `build`, with the outputs that only training sees.
   *
   * @param trace is told of every layer as it is added, in the order they run
   */
  buildOutputs(
    builder: Builder,
    x: Tensor,
    others?: readonly Tensor[],
    trace?: (step: LayerTrace) => void,
  ): ModelOutputs {
    if (x.shape.slice(1).join() !== this.inputShape.join())
      throw new InklingError(
        `model ${this.name} takes examples of shape [${this.inputShape}], got [${x.shape.slice(1)}]`,
      )
    const added = () =>
      this.inputs.slice(1).map(({ name, shape, dtype }) => builder.graph.input(name, [x.shape[0], ...shape], dtype))
    const fed = [x, ...(others ?? added())]
    const values = new Map(this.#sources.map((source, i) => [source, fed[i]]))
    const ends = new Set([this.#output, ...this.#auxiliary.map(a => a.output)])
    // Auxiliary outputs are described when predicting too, though nobody reads them: a graph has all parameters.
    for (const symbol of [...this.#order, ...this.#auxiliaryOrder]) {
      if (!symbol.layer) continue
      const [first, ...rest] = symbol.inputs.map(s => values.get(s) as Tensor)
      const apply = ends.has(symbol) ? builder.applyWithoutOutput : builder.apply
      const known = builder.declarations.size
      const output = apply.call(builder, symbol.layer, first, ...rest)
      values.set(symbol, output)
      const weighted = builder.declarations.size > known
      trace?.({ name: builder.nameOf(symbol.layer), input: first, output, weighted })
    }
    const at = (symbol: SymbolicTensor) => values.get(symbol) as Tensor
    return {
      logits: at(this.#output),
      auxiliary: this.#auxiliary.map(({ output, weight }) => ({ logits: at(output), weight })),
    }
  }

  /** The model's own output from its logits. */
  activate(logits: Tensor): Tensor {
    if (this.outputActivation === 'softmax') return softmax(logits)
    return this.outputActivation === 'sigmoid' ? sigmoid(logits) : logits
  }

  /** Every parameter: name, shape, kind, how it starts. Nothing is allocated. */
  parameters(): Declaration[] {
    return [...this.#probe().declarations.values()]
  }

  /** First values of every parameter, running statistics included. The same seed gives the same values. */
  initialWeights(seed: number): Map<string, Float32Array> {
    const random = createRandom(seed)
    return new Map(this.parameters().map(p => [p.name, p.initializer(p.shape, random.fork(p.name))]))
  }

  /** Layers with their shapes (without the batch) and parameter counts, which add up to the total. */
  summary(): ModelSummary {
    const { rows, declarations } = this.#probe()
    let trainable = 0
    let total = 0
    for (const p of declarations.values()) {
      total += sizeOf(p.shape)
      if (p.trainable) trainable += sizeOf(p.shape)
    }
    return { name: this.name, parameters: { total, trainable }, layers: rows }
  }

  /** The summary as a table for people. */
  toText(): string {
    return summaryText(this.summary())
  }

  #probe(): Builder {
    const graph = new Graph()
    const builder = new Builder(graph, { training: true })
    this.build(builder, graph.input('x', [2, ...this.inputShape]))
    return builder
  }
}

/** All values that `output` needs beside those `known`, in the order they were described. */
function ancestors(
  sources: readonly SymbolicTensor[],
  output: SymbolicTensor,
  known?: ReadonlySet<SymbolicTensor>,
): SymbolicTensor[] {
  const found = new Set<SymbolicTensor>()
  const pending = [output]
  for (let symbol = pending.pop(); symbol; symbol = pending.pop()) {
    if (found.has(symbol) || known?.has(symbol)) continue
    found.add(symbol)
    pending.push(...symbol.inputs)
  }
  for (const [i, source] of sources.entries())
    if (!known && !found.has(source)) {
      const which = sources.length > 1 ? `input ${i + 1}` : 'the input'
      throw new InklingError(`functional: the output does not depend on ${which}`, { exitCode: 2 })
    }
  for (const symbol of found)
    if (!symbol.layer && !sources.includes(symbol))
      throw new InklingError('functional: the output depends on an input that is not given', { exitCode: 2 })
  return [...found].sort((a, b) => a.id - b.id)
}

/** Layers one after the other. `inputShape` is of one example, without the batch. */
export function sequential(inputShape: Shape, layers: readonly Layer[], options: ModelOptions = {}): Model {
  if (layers.length === 0) throw new InklingError('sequential: got no layers; expected at least one', { exitCode: 2 })
  const source = input(inputShape)
  const output = layers.reduce((x, layer, i) => {
    if (typeof layer !== 'function' || !layer.build)
      throw new InklingError(`sequential: entry ${i + 1} of the layers is a ${typeof layer}, not a layer`, {
        exitCode: 2,
        hint: typeof layer === 'function' ? 'Call it: flatten() makes a layer, flatten is not one.' : undefined,
      })
    try {
      return layer(x)
    } catch (error) {
      if (!(error instanceof InklingError)) throw error
      throw new InklingError(`${error.message} (layer ${i + 1} of ${layers.length}, ${layer.type})`, {
        exitCode: error.exitCode,
        hint: error.hint,
        cause: error,
      })
    }
  }, source)
  return new Model([source], output, options)
}

/**
 * A graph of layers, from its inputs to its output:
 *
 * ```ts
 * const x = input([28, 28, 1])
 * const a = conv2d(8, 3, { padding: 'same' })(x)
 * const b = conv2d(8, 5, { padding: 'same' })(x)
 * const model = functional(x, dense(10)(flatten()(concat()(a, b))))
 * ```
 *
 * Data sets hold the first input alone; a model of several is fed by `trainingStep` and `evaluationStep`.
 */
export function functional(
  inputs: SymbolicTensor | readonly SymbolicTensor[],
  outputs: SymbolicTensor | readonly SymbolicTensor[],
  options: ModelOptions = {},
): Model {
  const listOf = (given: SymbolicTensor | readonly SymbolicTensor[]): readonly SymbolicTensor[] =>
    Array.isArray(given) ? given : [given as SymbolicTensor]
  const [sources, ends] = [listOf(inputs), listOf(outputs)]
  if (sources.length === 0) throw new InklingError('functional: got no inputs; expected at least one', { exitCode: 2 })
  if (ends.length !== 1)
    throw new InklingError(`functional: got ${ends.length} outputs; models have one`, {
      exitCode: 2,
      hint: 'Outputs that only add to the loss are given as `auxiliary`.',
    })
  return new Model(sources, ends[0], options)
}
