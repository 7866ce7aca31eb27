import { type DType, Graph, type Shape, type Tensor } from '../engine/graph.ts'
import { InklingError } from '../errors.ts'
import { type BuildContext, Builder } from './context.ts'

/**
 * What a layer does, as a function over ops: x is [batch, ...]; layers of several inputs find the rest in `others`.
 */
export type LayerFunction = (x: Tensor, ctx: BuildContext, others: readonly Tensor[]) => Tensor

/** What every layer takes. */
export interface LayerOptions {
  /** Default: the type and a number, `conv2d_1`. Parameters are named after it. */
  name?: string
  /** false: the optimizer leaves its parameters (and those of layers inside it) as they are. */
  trainable?: boolean
}

/** What closes a model: the losses work on the values before it. */
export type OutputActivation = 'softmax' | 'sigmoid' | 'linear'

/**
 * A layer: put it into `sequential`, or call it on symbolic values for `functional`.
 * The same layer used twice shares its weights.
 */
export interface Layer {
  (x: SymbolicTensor, ...others: SymbolicTensor[]): SymbolicTensor
  readonly type: string
  readonly givenName: string | undefined
  readonly trainable: boolean
  readonly build: LayerFunction
  /** Set where the layer ends in softmax or sigmoid: which, and the layer without it. */
  readonly output: { readonly activation: OutputActivation; readonly logits: LayerFunction } | undefined
}

/** A value of a model that is being described; `shape` has no batch. */
export interface SymbolicTensor {
  readonly id: number
  readonly shape: Shape
  readonly dtype: DType
  /** undefined for a model's input. */
  readonly layer: Layer | undefined
  /** Of a model's input, where one was given. */
  readonly name?: string
  readonly inputs: readonly SymbolicTensor[]
}

let nextSymbol = 0

/** Settings of {@link input}. */
export interface InputOptions {
  /** 'f32' (default), or 'i32' for whole numbers such as lengths. */
  dtype?: 'f32' | 'i32'
  /** What the values are fed as. The first input of a model is always fed as `x`, others as `x2`, `x3` unless named. */
  name?: string
}

/**
 * An input of a functional model, `shape` without the batch: `const x = input([28, 28, 1])`. One whole number an
 * example: `input([], { dtype: 'i32', name: 'lengths' })`.
 */
export function input(shape: Shape, { dtype = 'f32', name }: InputOptions = {}): SymbolicTensor {
  const least = dtype === 'i32' ? 0 : 1
  if (!Array.isArray(shape) || shape.length < least || !shape.every(n => Number.isInteger(n) && n > 0))
    throw new InklingError(
      `an input shape must be whole numbers above 0 without the batch, got ${JSON.stringify(shape)}`,
      {
        exitCode: 2,
        hint: 'For MNIST it is [28, 28, 1].',
      },
    )
  return { id: nextSymbol++, shape: [...shape], dtype, layer: undefined, inputs: [], name }
}

/**
 * Makes a layer from a function over ops.
 *
 * ```ts
 * const scale = () => layer('Scale', (x, ctx) => ops.multiply(x, ctx.parameter('scale', [x.shape.at(-1)!], 'ones')))
 * ```
 */
export function layer(
  type: string,
  build: LayerFunction,
  { name, trainable = true, output }: LayerOptions & { output?: Layer['output'] } = {},
): Layer {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(type))
    throw new InklingError(`a layer's type must be letters and digits, got "${type}"`)
  if (name !== undefined && !/^[\w.-]+$/.test(name))
    throw new InklingError(`a layer's name must be letters, digits, "_", "-" and ".", got "${name}"`, { exitCode: 2 })
  const self: Layer = Object.assign(
    (x: SymbolicTensor, ...others: SymbolicTensor[]): SymbolicTensor => {
      const inputs = [x, ...others]
      return { id: nextSymbol++, ...outputSpec(self, inputs), layer: self, inputs }
    },
    { type, givenName: name, trainable, build, output },
  )
  return self
}

/** Two examples: a layer that mixes up the batch shows. */
const PROBE_BATCH = 2

/** What a layer gives (no batch), found by building it alone; nothing is allocated for its weights. */
function outputSpec(self: Layer, inputs: readonly SymbolicTensor[]): { shape: Shape; dtype: DType } {
  const graph = new Graph()
  const [x, ...others] = inputs.map((s, i) => graph.input(`x${i}`, [PROBE_BATCH, ...s.shape], s.dtype))
  const y = self.build(x, new Builder(graph, { training: false }), others)
  if (y.shape[0] !== PROBE_BATCH)
    throw new InklingError(
      `layer ${self.type} gives [${y.shape}] for a batch of ${PROBE_BATCH}; the batch must stay the first axis`,
    )
  return { shape: y.shape.slice(1), dtype: y.dtype }
}
