import { Graph, type Shape, sizeOf, type Tensor } from '../engine/graph.ts'
import { sigmoid, softmax } from '../engine/ops/index.ts'
import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { Builder, type Declaration, type LayerRow } from './context.ts'
import { input, type Layer, type OutputActivation, type SymbolicTensor } from './layer.ts'
import { summaryText } from './summaryText.ts'

export interface ModelOptions {
  /** For people and records; default 'model'. */
  name?: string
}

/** What `inkling models NAME --json` shows. */
export interface ModelSummary {
  name: string
  parameters: { total: number; trainable: number }
  layers: LayerRow[]
}

/** A network's description: layers and shapes. It holds no values; those live in a session of a backend. */
export class Model {
  readonly name: string
  /** Of one example, without the batch. */
  readonly inputShape: Shape
  readonly outputShape: Shape
  /** In the order they run; a layer used twice is here once. */
  readonly layers: readonly Layer[]
  /** What the model ends in. Losses are computed on the values before it. */
  readonly outputActivation: OutputActivation
  readonly #output: SymbolicTensor
  readonly #order: readonly SymbolicTensor[]

  constructor(source: SymbolicTensor, output: SymbolicTensor, { name = 'model' }: ModelOptions = {}) {
    this.name = name
    this.inputShape = source.shape
    this.outputShape = output.shape
    this.outputActivation = output.layer?.output?.activation ?? 'linear'
    this.#output = output
    this.#order = ancestors(source, output)
    this.layers = [...new Set(this.#order.flatMap(s => s.layer ?? []))]
  }

  /**
   * Adds the network to the builder's graph.
   *
   * @param x [batch, ...inputShape]
   * @returns [batch, ...outputShape]: the logits, that is without a closing softmax or sigmoid
   */
  build(builder: Builder, x: Tensor): Tensor {
    if (x.shape.slice(1).join() !== this.inputShape.join())
      throw new InklingError(
        `model ${this.name} takes examples of shape [${this.inputShape}], got [${x.shape.slice(1)}]`,
      )
    const values = new Map<SymbolicTensor, Tensor>()
    for (const symbol of this.#order) {
      if (!symbol.layer) {
        values.set(symbol, x)
        continue
      }
      const [first, ...others] = symbol.inputs.map(s => values.get(s) as Tensor)
      const apply = symbol === this.#output ? builder.applyWithoutOutput : builder.apply
      values.set(symbol, apply.call(builder, symbol.layer, first, ...others))
    }
    return values.get(this.#output) as Tensor
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

/** All values that `output` needs, in the order they were described. */
function ancestors(source: SymbolicTensor, output: SymbolicTensor): SymbolicTensor[] {
  const found = new Set<SymbolicTensor>()
  const pending = [output]
  for (let symbol = pending.pop(); symbol; symbol = pending.pop()) {
    if (found.has(symbol)) continue
    found.add(symbol)
    pending.push(...symbol.inputs)
  }
  if (!found.has(source)) throw new InklingError('functional: the output does not depend on the input', { exitCode: 2 })
  for (const symbol of found)
    if (!symbol.layer && symbol !== source)
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
  return new Model(source, output, options)
}

/**
 * A graph of layers, from its input to its output:
 *
 * ```ts
 * const x = input([28, 28, 1])
 * const a = conv2d(8, 3, { padding: 'same' })(x)
 * const b = conv2d(8, 5, { padding: 'same' })(x)
 * const model = functional(x, dense(10)(flatten()(concat()(a, b))))
 * ```
 */
export function functional(
  inputs: SymbolicTensor | readonly SymbolicTensor[],
  outputs: SymbolicTensor | readonly SymbolicTensor[],
  options: ModelOptions = {},
): Model {
  const only = (what: string, given: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor => {
    const list = Array.isArray(given) ? given : [given]
    if (list.length !== 1)
      throw new InklingError(
        `functional: got ${list.length} ${what}; models have one (layers between may have several)`,
        {
          exitCode: 2,
        },
      )
    return list[0]
  }
  return new Model(only('inputs', inputs), only('outputs', outputs), options)
}
