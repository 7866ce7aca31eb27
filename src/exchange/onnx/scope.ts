import { type Graph, type ParameterKind, sizeOf, type Tensor } from '../../engine/graph.ts'
import { reshape, transpose } from '../../engine/ops/index.ts'
import { InklingError } from '../../errors.ts'
import { inOrder, type Layout, liesInOrder, sameLayout, stored, turn, turnedValues } from './layout.ts'
import type { FileTensor, Values } from './tensors.ts'

/** A value of the engine's graph with the layout it lies in. */
export interface Placed {
  readonly tensor: Tensor
  readonly layout: Layout
}
/** Values that are known while the graph is built: shapes, axes, constants. */
export interface Known {
  readonly known: Values
}
/** A tensor of the file that becomes a parameter, in the layout that its first reader asks for. */
export interface Weight {
  readonly weight: { readonly name: string; readonly file: FileTensor }
}
/** What a name of the file stands for while a graph is built. */
export type Value = Placed | Known | Weight

/** Where a graph is built into: one that predicts, or the layer of a model. */
export interface ImportTarget {
  readonly graph: Graph
  /** Whether dropout drops and batch normalisation uses the batch. */
  readonly training: boolean
  parameter(name: string, shape: readonly number[], values: () => Float32Array, role: WeightRole): Tensor
  /** For dropout; undefined where none can be. */
  readonly random?: { readonly seed: Tensor; nextSalt(): number }
  updateStatistic?(average: Tensor, value: Tensor, momentum: number): void
}
export interface WeightRole {
  readonly kind: ParameterKind
  readonly trainable: boolean
}
const plainWeight: WeightRole = { kind: 'weight', trainable: true }

export const isKnown = (value: Value): value is Known => 'known' in value
export const isPlaced = (value: Value): value is Placed => 'tensor' in value

/** Most values that are computed while building: shapes and their kin are short. */
export const MOST_KNOWN = 1 << 20

/** What operators build with: gives their inputs in the layout they want. */
export class ImportScope {
  readonly graph: Graph
  readonly target: ImportTarget
  readonly opset: number
  /** Most bytes of one value. */
  readonly maxTensorBytes: number
  readonly #weights = new Map<string, { tensor: Tensor; shape: readonly number[]; layout: Layout }>()
  readonly #turned = new Map<string, Tensor>()

  constructor(target: ImportTarget, opset: number, maxTensorBytes: number) {
    this.graph = target.graph
    this.target = target
    this.opset = opset
    this.maxTensorBytes = maxTensorBytes
  }

  shape(value: Value): readonly number[] {
    if (isKnown(value)) return value.known.shape
    if (!isPlaced(value)) return value.weight.file.shape
    const { tensor, layout } = value
    return inOrder(layout.length).map(axis => tensor.shape[layout.indexOf(axis)])
  }

  /** The value in a layout, as the file writes it by default. */
  tensor(value: Value, layout: Layout = inOrder(this.shape(value).length), role: WeightRole = plainWeight): Tensor {
    if (isPlaced(value)) return this.#turn(value, layout)
    const shape = this.shape(value)
    if (!isKnown(value)) return this.#weight(value, shape, stored(shape, layout), layout, role)
    const { integer, values } = value.known
    return this.constant(turnedValues(values, shape, layout), stored(shape, layout), integer)
  }

  /** The value ready to broadcast against others of `layout` (aligned at their last axes, as they are written). */
  operand(value: Value, layout: Layout): Tensor {
    const shape = this.shape(value)
    const rank = layout.length
    if (isPlaced(value)) {
      if (shape.length === rank) return this.#turn(value, layout)
      return this.#turn({ tensor: reshape(this.tensor(value), padded(shape, rank)), layout: inOrder(rank) }, layout)
    }
    const full = padded(shape, rank)
    const target = trimmed(stored(full, layout))
    if (!isKnown(value))
      return this.#weight(value, full, target, layout, { kind: target.length < 2 ? 'bias' : 'weight', trainable: true })
    return this.constant(turnedValues(value.known.values, full, layout), target, value.known.integer)
  }

  /** The values in the order the file writes them, under whatever shape; for those who reshape them. */
  inOrder(value: Value): Tensor {
    return isPlaced(value) && liesInOrder(this.shape(value), value.layout) ? value.tensor : this.tensor(value)
  }

  /** The values where they are known while building. */
  known(value: Value | undefined): Values | undefined {
    if (!value || isPlaced(value)) return undefined
    return isKnown(value) ? value.known : value.weight.file.read()
  }

  /** A constant; whole numbers as i32. */
  constant(values: ArrayLike<number>, shape: readonly number[], integer = false): Tensor {
    return this.graph.constant(integer ? Int32Array.from(values) : values, shape, integer ? 'i32' : 'f32')
  }

  /** A constant of equal values. */
  filled(value: number, shape: readonly number[]): Tensor {
    this.checkSize(shape)
    return this.graph.constant(new Float32Array(sizeOf(shape)).fill(value), shape)
  }

  /** A parameter made from a weight, where no reader takes it as it is (gates in another order). */
  derived(name: string, shape: readonly number[], values: () => Float32Array, role: WeightRole = plainWeight): Tensor {
    return this.target.parameter(name, shape, values, role)
  }

  checkSize(shape: readonly number[]): void {
    const bytes = sizeOf(shape) * 4
    if (!(bytes <= this.maxTensorBytes))
      throw new InklingError(
        `a value of shape [${shape}] would take ${Math.ceil(bytes / 2 ** 20)} MiB; the limit is ${Math.floor(this.maxTensorBytes / 2 ** 20)} MiB`,
      )
  }

  #turn({ tensor, layout: from }: Placed, to: Layout): Tensor {
    if (sameLayout(from, to)) return tensor
    const key = `${tensor.id}:${turn(from, to)}`
    let turned = this.#turned.get(key)
    if (!turned) {
      const permutation = turn(from, to)
      turned = liesInOrder(tensor.shape, permutation)
        ? reshape(tensor, stored(tensor.shape, permutation))
        : transpose(tensor, permutation)
      this.#turned.set(key, turned)
    }
    return turned
  }

  /** `shape`: the weight's own with axes of 1 in front; `target`: as the reader wants it in memory. */
  #weight({ weight }: Weight, shape: readonly number[], target: readonly number[], layout: Layout, role: WeightRole) {
    const known = this.#weights.get(weight.name)
    if (!known) {
      const values = () => turnedValues(weight.file.read().values as Float32Array, shape, layout)
      const tensor = this.target.parameter(weight.name, target, values, role)
      this.#weights.set(weight.name, { tensor, shape, layout })
      return tensor
    }
    if (sameLayout(known.layout, layout) && known.shape.join() === shape.join()) return reshape(known.tensor, target)
    // Another reader wants it otherwise: it is turned while running, so that both share one parameter.
    const asStored = reshape(known.tensor, stored(known.shape, known.layout))
    const written = this.#turn({ tensor: asStored, layout: known.layout }, inOrder(known.shape.length))
    return reshape(this.#turn({ tensor: reshape(written, shape), layout: inOrder(shape.length) }, layout), target)
  }
}

const padded = (shape: readonly number[], rank: number) => [
  ...Array(Math.max(0, rank - shape.length)).fill(1),
  ...shape,
]

function trimmed(shape: readonly number[]): readonly number[] {
  const first = shape.findIndex(d => d !== 1)
  return first < 0 ? shape.slice(-1) : shape.slice(first)
}
