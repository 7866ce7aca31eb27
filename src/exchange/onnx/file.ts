import { InklingError } from '../../errors.ts'
import { type AttributeProto, attributeTypes, decodeModel, type NodeProto, type ValueInfo } from './schema.ts'
import {
  type ElementType,
  elementType,
  type FileTensor,
  fileTensor,
  type TensorOptions,
  type Values,
} from './tensors.ts'

/** Opsets that are read. */
export const OLDEST_OPSET = 13
export const NEWEST_OPSET = 23
/** Most dimensions of a value that comes in or out. */
export const MOST_DIMENSIONS = 16

/** Input or output of a model as its file declares it. */
export interface Port {
  readonly name: string
  readonly type: ElementType
  /** A number, the name of a free size, or undefined where the file does not say. */
  readonly dims: readonly (number | string | undefined)[] | undefined
}

/** One operator of the file. */
export interface FileNode {
  readonly op: string
  readonly name: string
  /** Such as `Conv "conv1"`, for errors. */
  readonly label: string
  /** Names of values; '' where an optional one is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, AttributeProto>
}

/** A checked ONNX file: nothing is read before it is written, every name is written once. */
export interface OnnxFile {
  readonly name: string
  readonly producer: string
  readonly opset: number
  readonly metadata: Readonly<Record<string, string>>
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  readonly nodes: readonly FileNode[]
  /** Weights and other values that the file holds. */
  readonly tensors: ReadonlyMap<string, FileTensor>
}

/**
 * Reads a file and checks how it hangs together.
 *
 * @param supports whether an operator can be imported
 * @throws InklingError that says what is wrong, or names the first operator that is not supported
 */
export function readOnnxFile(
  bytes: Uint8Array,
  supports: (op: string) => boolean,
  where = 'ONNX file',
  options: TensorOptions = {},
): OnnxFile {
  const refuse = (problem: string, hint?: string) => new InklingError(`${where}: ${problem}`, { hint })
  if (bytes.length === 0) throw refuse('it is empty')
  const model = decodeModel(bytes, where)
  const { graph } = model
  if (!graph || model.opsetImport.length === 0) throw refuse('it has no graph', 'The file is damaged or no ONNX file.')
  const opset = opsetOf(model.opsetImport, refuse)

  const known = new Set<string>()
  const tensors = new Map<string, FileTensor>()
  for (const proto of graph.initializer) {
    const name = proto.name ?? ''
    if (!name) throw refuse('one of its tensors has no name')
    if (tensors.has(name)) throw refuse(`there are two tensors "${short(name)}"`)
    tensors.set(name, fileTensor(proto, `${where}: tensor "${short(name)}"`, options))
    known.add(name)
  }
  if (graph.sparseInitializer.length > 0) throw refuse('it holds sparse tensors, which are not read')

  const inputs: Port[] = []
  for (const info of graph.input) {
    // Old files list the weights among the inputs, with these as defaults.
    if (tensors.has(info.name ?? '')) continue
    const port = readPort(info, 'input', refuse)
    if (known.has(port.name)) throw refuse(`there are two inputs "${short(port.name)}"`)
    known.add(port.name)
    inputs.push(port)
  }
  if (inputs.length === 0) throw refuse('it has no input')

  const written = new Set(graph.node.flatMap(node => node.output))
  const nodes = graph.node.map((node, i) => {
    const read = readNode(node, i, refuse, supports)
    for (const name of read.inputs)
      if (name && !known.has(name))
        throw refuse(
          written.has(name)
            ? `${read.label} reads "${short(name)}" before it is made: the nodes are out of order or form a cycle`
            : `${read.label} reads "${short(name)}", which nothing makes`,
        )
    for (const name of read.outputs) {
      if (!name) continue
      if (known.has(name)) throw refuse(`${read.label} writes "${short(name)}", which exists already`)
      known.add(name)
    }
    return read
  })

  const outputs = graph.output.map(info => readPort(info, 'output', refuse))
  if (outputs.length === 0) throw refuse('it has no output')
  for (const { name } of outputs) if (!known.has(name)) throw refuse(`nothing makes its output "${short(name)}"`)
  return {
    name: graph.name ?? '',
    producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    opset,
    metadata: Object.fromEntries(model.metadataProps.map(({ key = '', value = '' }) => [key, value])),
    inputs,
    outputs,
    nodes,
    tensors,
  }
}

type Refuse = (problem: string, hint?: string) => InklingError

/** A text of the file for messages: hostile ones are long or speak to the terminal. */
export function short(text: string, most = 80): string {
  const plain = text.slice(0, most + 1).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
  return plain.length > most ? `${plain.slice(0, most - 3)}...` : plain
}

const isStandard = (domain: string | undefined) => !domain || domain === 'ai.onnx'

function opsetOf(sets: readonly { domain?: string; version?: number }[], refuse: Refuse): number {
  const opset = sets.find(set => isStandard(set.domain))?.version
  if (opset === undefined) throw refuse("it does not use ONNX's own operators")
  if (opset < OLDEST_OPSET || opset > NEWEST_OPSET)
    throw refuse(`it is of opset ${opset}; ${OLDEST_OPSET} to ${NEWEST_OPSET} are read`, 'Export it for another opset.')
  return opset
}

function readPort({ name = '', type }: ValueInfo, what: string, refuse: Refuse): Port {
  const tensor = type?.tensorType
  if (!name) throw refuse(`an ${what} has no name`)
  const element = elementType(tensor?.elemType)
  if (!element) throw refuse(`${what} "${short(name)}" is no tensor of numbers`)
  const rank = tensor?.shape?.dim.length ?? 0
  if (rank > MOST_DIMENSIONS) throw refuse(`${what} "${short(name)}" has ${rank} dimensions`)
  const dims = tensor?.shape?.dim.map(({ dimValue, dimParam }) => {
    // Some exporters write 0 or -1 for a size they do not know.
    if (dimValue !== undefined && dimValue > 0) return dimValue
    if (dimValue !== undefined && dimValue < -1) throw refuse(`${what} "${short(name)}" has a size of ${dimValue}`)
    return dimParam || undefined
  })
  return { name, type: element, dims }
}

function readNode(node: NodeProto, index: number, refuse: Refuse, supports: (op: string) => boolean): FileNode {
  const op = node.opType ?? ''
  const name = short(node.name || node.output[0] || `#${index}`)
  const label = `${short(op)} "${name}"`
  if (!isStandard(node.domain)) throw refuse(`operator ${label} of domain ${short(node.domain ?? '')} is not supported`)
  if (!supports(op)) throw refuse(`operator ${label} is not supported`)
  const attributes = new Map<string, AttributeProto>()
  for (const attribute of node.attribute) {
    const name = attribute.name ?? ''
    if (attributes.has(name)) throw refuse(`${label} has attribute "${short(name)}" twice`)
    if (attribute.refAttrName) throw refuse(`${label} has an attribute of a function, which is not supported`)
    attributes.set(name, attribute)
  }
  return { op, name, label, inputs: node.input, outputs: node.output, attributes }
}

/** The attributes of a node; keeps track of those that were asked for, so that none is passed over in silence. */
export class Attributes {
  readonly #label: string
  readonly #attributes: ReadonlyMap<string, AttributeProto>
  readonly #asked = new Set<string>()

  constructor({ label, attributes }: FileNode) {
    this.#label = label
    this.#attributes = attributes
  }

  int<T extends number | undefined>(name: string, otherwise: T): number | T {
    return this.#get(name, 'int')?.i ?? otherwise
  }
  /** 0 or 1 as a truth value. */
  flag(name: string, otherwise = false): boolean {
    return this.int(name, otherwise ? 1 : 0) !== 0
  }
  float(name: string, otherwise: number): number {
    return this.#get(name, 'float')?.f ?? otherwise
  }
  text(name: string, otherwise: string): string {
    const bytes = this.#get(name, 'string')?.s
    return bytes ? new TextDecoder().decode(bytes) : otherwise
  }
  ints(name: string): readonly number[] | undefined {
    return this.#get(name, 'ints')?.ints
  }
  floats(name: string): Float32Array | undefined {
    const attribute = this.#get(name, 'floats')
    return attribute && (attribute.floats ?? new Float32Array())
  }
  texts(name: string): string[] | undefined {
    return this.#get(name, 'strings')?.strings.map(bytes => new TextDecoder().decode(bytes))
  }
  tensor(name: string): Values | undefined {
    const tensor = this.#get(name, 'tensor')?.t
    return tensor && fileTensor(tensor, `${this.#label}: its ${name}`).read()
  }
  has(name: string): boolean {
    return this.#attributes.has(name)
  }
  /** The attribute does not matter here. */
  ignore(...names: string[]): void {
    for (const name of names) this.#asked.add(name)
  }

  /** @throws InklingError where the node has an attribute that nobody asked for */
  finish(): void {
    for (const name of this.#attributes.keys())
      if (!this.#asked.has(name))
        throw new InklingError(`${this.#label}: its attribute "${short(name)}" is not supported`)
  }

  #get(name: string, type: keyof typeof attributeTypes): AttributeProto | undefined {
    this.#asked.add(name)
    const attribute = this.#attributes.get(name)
    // 0: old writers leave the type out.
    if (attribute?.type && attribute.type !== attributeTypes[type])
      throw new InklingError(`${this.#label}: its attribute "${name}" is of another type than ${type}`)
    return attribute
  }
}
