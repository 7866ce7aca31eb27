import {
  type Graph,
  type ParameterKind,
  type ParameterOptions,
  type Shape,
  sizeOf,
  type Tensor,
} from '../engine/graph.ts'
import { movingAverage } from '../engine/ops/index.ts'
import { InklingError } from '../errors.ts'
import { type Initializer, type InitializerName, initializerOf } from './initializers.ts'
import type { Layer } from './layer.ts'

/** What a layer's function is given beside its input. */
export interface BuildContext {
  readonly graph: Graph
  /** Whether the graph trains (dropout drops, batch normalisation uses the batch) or predicts. */
  readonly training: boolean
  /** Whether the layer's parameters may change; false in a frozen layer. */
  readonly trainable: boolean
  /** i32 [2]: seed and step, for random ops such as dropout. */
  readonly seed: Tensor
  /** [1]: non-zero once a value was not finite; nothing may be updated then. */
  readonly stopped: Tensor
  /** The layer's own parameter: `name` is put behind the layer's, as in `conv2d_1/kernel`. */
  parameter(name: string, shape: Shape, initializer: Initializer | InitializerName, options?: ParameterOptions): Tensor
  /** A number that no other random op of the graph has. */
  nextSalt(): number
  /** average = momentum * average + (1 - momentum) * value, once a step, after the check for NaN. Training only. */
  updateStatistic(average: Tensor, value: Tensor, momentum: number): void
  /** Applies an inner layer; its parameters are named inside this layer's, `residual_1/conv2d_1/kernel`. */
  apply(layer: Layer, x: Tensor, ...others: Tensor[]): Tensor
}

/** A parameter as a layer asked for it. */
export interface Declaration {
  readonly name: string
  readonly shape: Shape
  readonly initializer: Initializer
  readonly trainable: boolean
  readonly kind: ParameterKind
}

/** One layer of a summary. `outputShape` has no batch; `parameters` are its own, not those of layers inside it. */
export interface LayerRow {
  name: string
  type: string
  outputShape: number[]
  parameters: number
}

export interface BuilderOptions {
  training: boolean
  /** Default: the graph's input `seed`, added when a layer asks for it. */
  seed?: Tensor
  /** Default: the parameter `training/stopped`, added when a layer asks for it. */
  stopped?: Tensor
  /** Read the running averages of the weights (`average/...`) in place of the weights. */
  averaged?: boolean
}

/** Name of the parameter [1] that is non-zero once training met a NaN or an infinity. */
export const stoppedName = 'training/stopped'
/** Name of the running average of a weight. */
export const averageName = (parameter: string) => `average/${parameter}`

/** Builds a model into a graph: names layers, declares parameters, collects what a summary shows. */
export class Builder implements BuildContext {
  readonly graph: Graph
  readonly training: boolean
  readonly declarations = new Map<string, Declaration>()
  readonly rows: LayerRow[] = []
  readonly #options: BuilderOptions
  readonly #statistics: { average: Tensor; value: Tensor; momentum: number }[] = []
  readonly #names = new Map<Layer, string>()
  readonly #taken = new Map<string, Layer>()
  #path = ''
  #trainable = true
  #row: LayerRow | undefined
  #salt = 0

  constructor(graph: Graph, options: BuilderOptions) {
    this.graph = graph
    this.training = options.training
    this.#options = options
  }

  get trainable(): boolean {
    return this.#trainable
  }

  get seed(): Tensor {
    return this.#options.seed ?? this.graph.inputs.get('seed') ?? this.graph.input('seed', [2], 'i32')
  }

  get stopped(): Tensor {
    return this.#options.stopped ?? this.graph.parameter(stoppedName, [1], { trainable: false, kind: 'state' })
  }

  parameter(
    name: string,
    shape: Shape,
    initializer: Initializer | InitializerName,
    { trainable = true, kind = trainable ? 'weight' : 'statistic' }: ParameterOptions = {},
  ): Tensor {
    const full = this.#path ? `${this.#path}/${name}` : name
    const known = this.declarations.get(full)
    const may = trainable && this.#trainable
    if (!known) {
      const declaration = {
        name: full,
        shape: [...shape],
        initializer: initializerOf(initializer),
        trainable: may,
        kind,
      }
      this.declarations.set(full, declaration)
      if (this.#row) this.#row.parameters += sizeOf(shape)
    }
    const stored = this.#options.averaged && may ? averageName(full) : full
    return this.graph.parameter(stored, shape, { trainable: may, kind })
  }

  nextSalt(): number {
    return this.#salt++
  }

  updateStatistic(average: Tensor, value: Tensor, momentum: number): void {
    if (this.training) this.#statistics.push({ average, value, momentum })
  }

  /** Appends the updates of running statistics; to be called after the check for NaN. */
  finishStatistics(): void {
    for (const { average, value, momentum } of this.#statistics.splice(0))
      movingAverage(average, value, this.stopped, momentum)
  }

  apply(layer: Layer, x: Tensor, ...others: Tensor[]): Tensor {
    return this.#enter(layer, () => layer.build(x, this, others))
  }

  /** As `apply`, without the softmax or sigmoid that closes the layer. */
  applyWithoutOutput(layer: Layer, x: Tensor, ...others: Tensor[]): Tensor {
    return this.#enter(layer, () =>
      layer.output ? layer.output.logits(x, this, others) : layer.build(x, this, others),
    )
  }

  #enter(layer: Layer, build: () => Tensor): Tensor {
    const outer = { path: this.#path, row: this.#row, trainable: this.#trainable }
    const first = !this.#names.has(layer)
    const path = this.nameOf(layer)
    const row: LayerRow = { name: path, type: layer.type, outputShape: [], parameters: 0 }
    this.#path = path
    this.#row = row
    this.#trainable = outer.trainable && layer.trainable
    try {
      const y = this.graph.scope(path.slice(path.lastIndexOf('/') + 1), build)
      row.outputShape = y.shape.slice(1)
      if (first) this.rows.push(row)
      return y
    } finally {
      this.#path = outer.path
      this.#row = outer.row
      this.#trainable = outer.trainable
    }
  }

  /** A layer keeps the name of its first use, so that using it again shares its weights. */
  nameOf(layer: Layer): string {
    const known = this.#names.get(layer)
    if (known) return known
    const within = (name: string) => (this.#path ? `${this.#path}/${name}` : name)
    const base = layer.type.charAt(0).toLowerCase() + layer.type.slice(1)
    let name = within(layer.givenName ?? `${base}_1`)
    for (let n = 2; !layer.givenName && this.#taken.has(name); n++) name = within(`${base}_${n}`)
    if (this.#taken.has(name))
      throw new InklingError(`two layers are called "${name}"`, { exitCode: 2, hint: 'Give one another name.' })
    this.#names.set(layer, name)
    this.#taken.set(name, layer)
    return name
  }
}
