import { InklingError } from '../errors.ts'

/** Element types: f32 numbers, i32 labels and counters, u8 picture bytes (0..255 for 0..1). */
export type DType = 'f32' | 'i32' | 'u8'
/** Sizes of the axes, the outermost first; channels last for pictures. */
export type Shape = readonly number[]

/** Shape and element type of a value. */
export interface Spec {
  readonly shape: Shape
  readonly dtype: DType
}

/** A value of a graph: output number `index` of `node`. */
export interface Tensor extends Spec {
  readonly id: number
  readonly graph: Graph
  readonly node: Node
  readonly index: number
}

/** One application of an op. Nodes are kept in creation order, which is a valid order to run them in. */
export interface Node {
  readonly id: number
  readonly op: Op
  readonly attrs: Readonly<Record<string, unknown>>
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  /** The layer that made it, such as `conv2d_1`; errors and the NaN search name it. */
  readonly scope: string
}

/** Values as the float64 reference holds them: f32 -> Float64Array, i32 -> Int32Array, u8 -> Uint8Array. */
export type ReferenceArray = Float64Array | Int32Array | Uint8Array

/** What an op's reference is called with; it fills `outputs` (zeroed before the call). */
export interface ReferenceCall<A> {
  readonly attrs: A
  readonly inputs: readonly ReferenceArray[]
  readonly outputs: readonly ReferenceArray[]
  readonly inputSpecs: readonly Spec[]
  readonly outputSpecs: readonly Spec[]
}

/**
 * All that defines an op: its shape rule, its gradient rule and its plain float64 reference.
 * A backend adds a kernel in its own table; an op without one runs its reference on the host.
 */
// biome-ignore lint/suspicious/noExplicitAny: a table holds ops with attributes of every type
export interface Op<A = any> {
  readonly name: string
  /** Shape rule: specs of the outputs, or an error that says what came and what was expected. */
  infer(inputs: readonly Spec[], attrs: A): Spec[]
  /**
   * Gradient rule: given the gradients with respect to the outputs (undefined where none flows),
   * gives those with respect to the inputs (undefined where none is defined).
   */
  gradient?(node: Node, outputGradients: readonly (Tensor | undefined)[]): (Tensor | undefined)[]
  /** Float64 reference. Ops with an effect write to their input arrays. */
  reference(call: ReferenceCall<A>): void
  /** Positions of the inputs that the op writes to (parameter updates). Such nodes are always run. */
  readonly updates?: (node: Node) => readonly number[]
}

export interface ParameterOptions {
  /** Whether an optimizer may change it. Running statistics and optimizer state are not trainable. */
  trainable?: boolean
  /** What it is: weights decay, statistics and optimizer state do not. Default 'weight'. */
  kind?: ParameterKind
}
export type ParameterKind = 'weight' | 'bias' | 'scale' | 'statistic' | 'state'

/** A named value that outlives a run: weights, running statistics, optimizer state. */
export interface Parameter {
  readonly name: string
  readonly shape: Shape
  readonly trainable: boolean
  readonly kind: ParameterKind
  readonly tensor: Tensor
}

/** Number of elements of a shape (1 for a scalar). */
export function sizeOf(shape: Shape): number {
  let size = 1
  for (const d of shape) size *= d
  return size
}

export const bytesPerElement = { f32: 4, i32: 4, u8: 1 } as const

const inputOp: Op<{ name: string; spec: Spec }> = {
  name: 'input',
  infer: (_, { spec }) => [spec],
  reference() {},
}
const parameterOp: Op<{ name: string; shape: Shape }> = {
  name: 'parameter',
  infer: (_, { shape }) => [{ shape, dtype: 'f32' }],
  reference() {},
}
const constantOp: Op<{ values: ArrayLike<number>; spec: Spec }> = {
  name: 'constant',
  infer: (_, { spec }) => [spec],
  reference({ attrs, outputs }) {
    outputs[0].set(attrs.values)
  },
}

/**
 * A graph of ops on static shapes. A model function adds its ops, `gradients` appends the backward
 * nodes, an optimizer its updates: one graph is one whole step.
 */
export class Graph {
  readonly nodes: Node[] = []
  readonly inputs = new Map<string, Tensor>()
  readonly parameters = new Map<string, Parameter>()
  #scope = ''
  #nextTensor = 0

  /** A value fed at every run. */
  input(name: string, shape: Shape, dtype: DType = 'f32'): Tensor {
    if (this.inputs.has(name)) throw new InklingError(`the graph has an input "${name}" already`)
    const [tensor] = this.add(inputOp, [], { name, spec: { shape: checkShape(shape, name), dtype } })
    this.inputs.set(name, tensor)
    return tensor
  }

  /** A named persistent f32 value; asking again for the same name and shape gives the same tensor. */
  parameter(name: string, shape: Shape, options: ParameterOptions = {}): Tensor {
    const known = this.parameters.get(name)
    if (known) {
      if (known.shape.join() !== shape.join())
        throw new InklingError(`parameter "${name}" has shape [${known.shape}] already; now [${shape}] is asked for`)
      return known.tensor
    }
    const [tensor] = this.add(parameterOp, [], { name, shape: checkShape(shape, name) })
    const { trainable = true, kind = 'weight' } = options
    this.parameters.set(name, { name, shape, trainable, kind, tensor })
    return tensor
  }

  /** A value fixed in the graph. */
  constant(values: ArrayLike<number>, shape: Shape, dtype: DType = 'f32'): Tensor {
    if (values.length !== sizeOf(shape))
      throw new InklingError(`a constant of shape [${shape}] needs ${sizeOf(shape)} values, got ${values.length}`)
    return this.add(constantOp, [], { values, spec: { shape, dtype } })[0]
  }

  /** Runs `build` with its nodes named after `name` (nested names are joined by `/`). */
  scope<T>(name: string, build: () => T): T {
    const outer = this.#scope
    this.#scope = outer ? `${outer}/${name}` : name
    try {
      return build()
    } finally {
      this.#scope = outer
    }
  }

  /** Applies an op; gives its outputs. */
  add<A extends object>(op: Op<A>, inputs: readonly Tensor[], attrs: A): Tensor[] {
    for (const input of inputs)
      if (input.graph !== this) throw new InklingError(`${op.name}: an input belongs to another graph`)
    let specs: Spec[]
    try {
      specs = op.infer(inputs, attrs)
    } catch (error) {
      if (error instanceof InklingError && this.#scope && !error.message.includes(`in ${this.#scope}`))
        throw new InklingError(`${error.message} (in ${this.#scope})`, { exitCode: error.exitCode, hint: error.hint })
      throw error
    }
    const outputs: Tensor[] = []
    const node: Node = {
      id: this.nodes.length,
      op: op as Op,
      attrs: attrs as Record<string, unknown>,
      inputs: [...inputs],
      outputs,
      scope: this.#scope,
    }
    specs.forEach((spec, index) => {
      outputs.push({ id: this.#nextTensor++, graph: this, node, index, shape: spec.shape, dtype: spec.dtype })
    })
    this.nodes.push(node)
    return outputs
  }
}

function checkShape(shape: Shape, name: string): Shape {
  if (!shape.every(d => Number.isInteger(d) && d > 0))
    throw new InklingError(`"${name}" has shape [${shape}]: every size must be a whole number above 0`)
  return [...shape]
}

export const isInput = (node: Node) => node.op === inputOp
export const isParameter = (node: Node) => node.op === parameterOp
export const isConstant = (node: Node) => node.op === constantOp
export const isLeaf = (node: Node) => isInput(node) || isParameter(node) || isConstant(node)
