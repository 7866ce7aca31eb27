import type { Backend, Executable, Session } from '../../engine/backend.ts'
import { type DType, Graph, sizeOf, type Tensor } from '../../engine/graph.ts'
import { InklingError } from '../../errors.ts'
import { defaultBackend } from '../../training/defaultBackend.ts'
import type { TrainableModel } from '../../training/trainable.ts'
import { buildGraph, MAX_TENSOR_BYTES, named } from './build.ts'
import { type OnnxFile, type Port, readOnnxFile, short } from './file.ts'
import { inOrder } from './layout.ts'
import { importers } from './operators/index.ts'
import { isKnown, type Value } from './scope.ts'
import { type ElementType, isFloat } from './tensors.ts'
import type { ToModelOptions } from './trainable.ts'

/** Values fed to a model. Bytes and whole numbers for inputs that are declared so. */
export interface OnnxInput {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number> | BigInt64Array
}
/** Values that a model gives; Int32Array for outputs of whole numbers. */
export interface OnnxOutput {
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

/** Settings of {@link loadOnnx}. */
export interface LoadOnnxOptions {
  /** Default: `defaultBackend()`, WebAssembly. */
  backend?: Backend
  /** Most bytes that one value may take while the model runs. Default 1 GiB. */
  maxTensorBytes?: number
  /** The file's name, for errors. */
  where?: string
}

/**
 * Reads an ONNX model (opsets 13 to 23) to run it, or to train it further.
 *
 * ```ts
 * const model = await loadOnnx(await readFile('digits.onnx'))
 * const { probabilities } = await model.run({ image: { shape: [1, 28, 28, 1], data } })
 * ```
 *
 * @throws InklingError naming the first operator that is not supported, or what is wrong with the file
 */
export async function loadOnnx(bytes: Uint8Array | ArrayBuffer, options: LoadOnnxOptions = {}): Promise<OnnxModel> {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)
  return new OnnxModel(
    view,
    readOnnxFile(view, op => importers.has(op), options.where),
    options,
  )
}

interface Plan {
  readonly executable: Executable | undefined
  /** By the file's name: the key among the outputs that are computed, or the values themselves. */
  readonly outputs: readonly { name: string; shape: readonly number[]; key?: string; data?: OnnxOutput['data'] }[]
}

/** Most plans that are kept; one is made for each set of input shapes. */
const MOST_PLANS = 8

/** A model from an ONNX file. */
export class OnnxModel {
  readonly #bytes: Uint8Array
  readonly #file: OnnxFile
  readonly #options: LoadOnnxOptions
  readonly #plans = new Map<string, Promise<Plan>>()
  #session: Promise<Session> | undefined

  /** Made by {@link loadOnnx}. */
  constructor(bytes: Uint8Array, file: OnnxFile, options: LoadOnnxOptions) {
    this.#bytes = bytes
    this.#file = file
    this.#options = options
  }

  /** Inputs as the file declares them: a size is a number, a name where it is free, or undefined. */
  get inputs(): readonly Port[] {
    return this.#file.inputs
  }
  get outputs(): readonly Port[] {
    return this.#file.outputs
  }
  get opset(): number {
    return this.#file.opset
  }
  /** Program that wrote the file. */
  get producer(): string {
    return this.#file.producer
  }
  /** Free text that came with the file; `classes` where Inkling wrote it. */
  get metadata(): Readonly<Record<string, string>> {
    return this.#file.metadata
  }

  /** Runs the model once. Shapes it has not seen yet take a moment longer: a plan is made for them. */
  async run(inputs: Readonly<Record<string, OnnxInput>>): Promise<Record<string, OnnxOutput>> {
    const feeds = this.#file.inputs.map(port => checkedInput(port, inputs))
    for (const name of Object.keys(inputs))
      if (!this.#file.inputs.some(port => port.name === name))
        throw new InklingError(`the model has no input "${short(name)}"`, {
          exitCode: 2,
          hint: `It has ${this.#file.inputs.map(port => port.name).join(', ')}.`,
        })
    const key = feeds.map(feed => feed.shape.join()).join(';')
    let plan = this.#plans.get(key)
    if (!plan) {
      plan = this.#plan(feeds.map(feed => feed.shape))
      plan.catch(() => this.#plans.delete(key))
    }
    // The one used last stands last.
    this.#plans.delete(key)
    this.#plans.set(key, plan)
    if (this.#plans.size > MOST_PLANS) {
      const [[oldest, dropped]] = this.#plans
      this.#plans.delete(oldest)
      void dropped.then(
        p => p.executable?.dispose(),
        () => {},
      )
    }
    const { executable, outputs } = await plan
    const fetched = await executable?.run(Object.fromEntries(feeds.map(({ data }, i) => [`i${i}`, data])))
    return Object.fromEntries(
      outputs.map(({ name, shape, key, data }) => [
        name,
        { shape, data: data?.slice() ?? (fetched as Record<string, OnnxOutput['data']>)[key as string] },
      ]),
    )
  }

  /**
   * The model with its weights, to train further, judge, save and export again. It needs one input, and the batch as
   * the first axis.
   *
   * @throws InklingError where the graph works for one batch size only, or leaves sizes open that are not given
   */
  async toModel(options: ToModelOptions = {}): Promise<TrainableModel> {
    const { trainableFrom } = await import('./origin.ts')
    return trainableFrom(this.#bytes, this.#file, options)
  }

  /** Frees the memory of weights and plans. */
  async close(): Promise<void> {
    const session = await this.#session
    this.#session = undefined
    this.#plans.clear()
    await session?.close()
  }

  async #plan(shapes: readonly (readonly number[])[]): Promise<Plan> {
    const { maxTensorBytes = MAX_TENSOR_BYTES } = this.#options
    const graph = new Graph()
    const initial = new Map<string, () => Float32Array>()
    const inputs = new Map<string, Value>()
    this.#file.inputs.forEach(({ name, type }, i) => {
      inputs.set(name, { tensor: graph.input(`i${i}`, shapes[i], dtypeOf(type)), layout: inOrder(shapes[i].length) })
    })
    const { scope, outputs } = buildGraph(
      this.#file,
      {
        graph,
        training: false,
        parameter: (name, shape, values, { trainable, kind }) => {
          initial.set(name, values)
          return graph.parameter(name, shape, { trainable, kind })
        },
      },
      inputs,
      maxTensorBytes,
    )
    const computed: Record<string, Tensor> = {}
    const list = [...outputs].map(([name, value], i): Plan['outputs'][number] => {
      const shape = scope.shape(value)
      if (isKnown(value)) {
        const { values, integer } = value.known
        return { name, shape, data: integer ? Int32Array.from(values) : Float32Array.from(values) }
      }
      computed[`o${i}`] = scope.tensor(value)
      return { name, shape, key: `o${i}` }
    })
    if (Object.keys(computed).length === 0) return { executable: undefined, outputs: list }
    this.#session ??= (async () => (this.#options.backend ?? (await defaultBackend())).createSession())()
    const session = await this.#session
    try {
      const fresh = [...initial].filter(([name]) => !session.has(name))
      const executable = await session.compile(graph, computed)
      for (const [name, values] of fresh) session.write(name, values())
      return { executable, outputs: list }
    } catch (error) {
      throw named(error, 'the model')
    }
  }
}

export const dtypeOf = (type: ElementType): DType => (isFloat(type) ? 'f32' : type === 'uint8' ? 'u8' : 'i32')

function checkedInput({ name, dims }: Port, inputs: Readonly<Record<string, OnnxInput>>) {
  const given = Object.hasOwn(inputs, name) ? inputs[name] : undefined
  const wrong = (problem: string, hint?: string) =>
    new InklingError(`input "${short(name)}" ${problem}`, { exitCode: 2, hint })
  if (!given) throw wrong('is not given', `Given: ${Object.keys(inputs).join(', ') || 'nothing'}.`)
  const { shape, data } = given
  if (!Array.isArray(shape) || !shape.every(d => Number.isSafeInteger(d) && d > 0))
    throw wrong(`has shape [${shape}]: every size must be a whole number above 0`)
  const fits = !dims || (dims.length === shape.length && dims.every((d, i) => typeof d !== 'number' || d === shape[i]))
  if (!fits) throw wrong(`has shape [${shape}]; the model takes [${dims.map(d => d ?? '?').join(', ')}]`)
  if (data?.length !== sizeOf(shape))
    throw wrong(`of shape [${shape}] needs ${sizeOf(shape)} values, got ${data?.length ?? 'none'}`)
  return { shape, data: data instanceof BigInt64Array ? Int32Array.from(data, Number) : data }
}
