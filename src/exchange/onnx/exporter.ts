import {
  isConstant,
  isParameter,
  type Node,
  type Op,
  type ReferenceArray,
  sizeOf,
  type Tensor,
} from '../../engine/graph.ts'
import { InklingError } from '../../errors.ts'
import { type AttributeValue, attributeProto } from './attributes.ts'
import { inOrder, type Layout, liesInOrder, sameLayout, stored, turn, turnedValues } from './layout.ts'
import type { NodeProto, Sparse, TensorProto } from './schema.ts'
import { floatProto, intProto } from './tensors.ts'

/** Writes what an op of the engine does as operators of ONNX. */
export type Exporter = (node: Node, scope: ExportScope) => void
export type Exporters = readonly (readonly [Op, Exporter])[]

/** A size of a shape: a number, or that many examples for each of the batch. */
export type Size = number | { readonly perExample: number }

/** Values that stand fast before anything runs. */
export interface Fixed {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** Name of the free batch size. */
export const BATCH = 'N'

export interface ExportScopeOptions {
  readonly opset: number
  readonly weights: ReadonlyMap<string, Float32Array>
  /** The same tensor in the graph that was built for another batch size, and the two sizes. */
  readonly twin: (tensor: Tensor) => Tensor
  readonly batches: readonly [number, number]
  /** Names that certain tensors must have. */
  readonly outputs: ReadonlyMap<Tensor, string>
  readonly inputs: ReadonlyMap<Tensor, string>
  readonly nodes: readonly Node[]
}

/** What exporters write with. */
export class ExportScope {
  readonly opset: number
  readonly nodes: Sparse<NodeProto>[] = []
  readonly initializers: Sparse<TensorProto>[] = []
  readonly #options: ExportScopeOptions
  readonly #placed = new Map<Tensor, { name: string; layout: Layout }[]>()
  readonly #consumers = new Map<Tensor, Node[]>()
  readonly #names = new Set<string>()
  readonly #ints = new Map<string, string>()
  readonly #done = new Set<Node>()
  #scope = ''
  #batch: string | undefined

  constructor(options: ExportScopeOptions) {
    this.opset = options.opset
    this.#options = options
    for (const name of [...options.inputs.values(), ...options.outputs.values()]) this.#names.add(name)
    for (const [tensor, name] of options.inputs) this.#place(tensor, name, inOrder(tensor.shape.length))
    for (const node of options.nodes)
      for (const tensor of node.inputs) this.#consumers.set(tensor, [...(this.#consumers.get(tensor) ?? []), node])
  }

  /** Runs an exporter with its names set. */
  export(node: Node, exporter: Exporter): void {
    if (this.#done.has(node)) return
    this.#scope = node.scope
    exporter(node, this)
  }

  /** Writes a constant that has the batch in its shape; others are written where they are read. */
  exportBatchConstant(node: Node): void {
    const [tensor] = node.outputs
    if (this.#leaf(tensor)) return
    const values = node.attrs.values as ArrayLike<number>
    for (let i = 1; i < values.length; i++)
      if (values[i] !== values[0]) throw this.refuse(node, 'a constant depends on the batch size')
    this.#scope = node.scope
    const shape = this.shape(this.sizes(tensor))
    const [name] = this.emit('ConstantOfShape', [shape], { value: { tensor: Float32Array.of(values[0]) } })
    this.#place(tensor, name, inOrder(tensor.shape.length))
  }

  /** The name of a value in a layout; turned where it lies otherwise. */
  in(tensor: Tensor, layout: Layout = inOrder(tensor.shape.length)): string {
    const known = this.#placed.get(tensor) ?? []
    const same = known.find(place => sameLayout(place.layout, layout))
    if (same) return same.name
    const fixed = this.#leaf(tensor)
    if (fixed)
      return this.#fix(
        tensor,
        layout,
        stored(fixed.shape, layout),
        turnedValues(fixed.values, fixed.shape, layout),
        true,
      )
    const [first] = known
    if (!first) throw this.refuse(tensor.node, `output ${tensor.index + 1} has no counterpart`)
    const [name] = this.emit('Transpose', [first.name], { perm: turn(first.layout, layout) })
    this.#place(tensor, name, layout)
    return name
  }

  /** As `in`, ready to broadcast against values of `layout` (aligned at their last axes, as the engine has them). */
  operand(tensor: Tensor, layout: Layout): string {
    const { shape } = tensor
    const rank = layout.length
    if (shape.length === rank) return this.in(tensor, layout)
    const fixed = this.#leaf(tensor)
    if (!fixed) {
      if (sameLayout(layout, inOrder(rank))) return this.in(tensor)
      const padded = [...Array(rank - shape.length).fill(1), ...this.sizes(tensor)]
      const [reshaped] = this.emit('Reshape', [this.in(tensor), this.shape(padded)])
      return this.emit('Transpose', [reshaped], { perm: [...layout] })[0]
    }
    const padded = [...Array(rank - shape.length).fill(1), ...fixed.shape]
    const target = stored(padded, layout)
    const first = target.findIndex(d => d !== 1)
    const trimmed = first < 0 ? [] : target.slice(first)
    return this.#fix(tensor, layout, trimmed, turnedValues(fixed.values, padded, layout), false)
  }

  /** The layout in which a value is at hand; undefined for what fits any (weights, constants). */
  layout(tensor: Tensor): Layout | undefined {
    return this.#leaf(tensor) ? undefined : this.#placed.get(tensor)?.[0].layout
  }

  /** A value whose numbers lie in order, under whatever shape. */
  inOrder(tensor: Tensor): string {
    const sizes = this.sizes(tensor).map(size => (typeof size === 'number' ? size : BATCH))
    const known = this.#placed.get(tensor)?.find(place => liesInOrder(sizes, place.layout))
    return known?.name ?? this.in(tensor)
  }

  /** Values of what does not depend on the input: weights, constants and what is computed from them alone. */
  fixed(tensor: Tensor): Fixed | undefined {
    const leaf = this.#leaf(tensor)
    if (leaf) return leaf
    const { node } = tensor
    if (node.inputs.length === 0) return undefined
    const inputs = node.inputs.map(input => this.fixed(input))
    if (!inputs.every(input => input !== undefined)) return undefined
    const outputs = node.outputs.map((t): ReferenceArray => {
      const size = sizeOf(t.shape)
      return t.dtype === 'f32'
        ? new Float64Array(size)
        : t.dtype === 'i32'
          ? new Int32Array(size)
          : new Uint8Array(size)
    })
    node.op.reference({
      attrs: node.attrs,
      inputs: inputs.map(({ values }) => Float64Array.from(values)),
      outputs,
      inputSpecs: node.inputs,
      outputSpecs: node.outputs,
    })
    return { shape: tensor.shape, values: Float32Array.from(outputs[tensor.index]) }
  }

  /** Writes one operator; gives the names of its outputs. */
  emit(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    outputs: number | readonly string[] = 1,
  ): string[] {
    const names = typeof outputs === 'number' ? Array.from({ length: outputs }, () => this.#fresh(op)) : [...outputs]
    this.nodes.push({
      opType: op,
      name: names[0],
      input: [...inputs],
      output: names,
      attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
    })
    return names
  }

  /** Writes the operator that makes `tensor`, stored in `layout`. */
  define(
    tensor: Tensor,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    layout: Layout = inOrder(tensor.shape.length),
  ): void {
    const wanted = sameLayout(layout, inOrder(tensor.shape.length)) ? this.#options.outputs.get(tensor) : undefined
    const [name] = this.emit(op, inputs, attributes, wanted ? [wanted] : 1)
    this.#place(tensor, name, layout)
  }

  /** Says that `tensor` is the value `name`, stored in `layout`. */
  alias(tensor: Tensor, name: string, layout: Layout = inOrder(tensor.shape.length)): void {
    this.#place(tensor, name, layout)
  }

  /** A weight written under a name of its own (gates in another order). */
  initializer(name: string, shape: readonly number[], values: Float32Array): string {
    const fresh = this.#fresh(name, '')
    this.initializers.push(floatProto(fresh, shape, values))
    return fresh
  }

  /** Whole numbers, such as axes and shapes. A single number without brackets is a scalar. */
  ints(values: readonly number[] | number): string {
    const list = typeof values === 'number' ? [values] : values
    const key = JSON.stringify(values)
    let name = this.#ints.get(key)
    if (!name) {
      name = this.#fresh(`ints_${list.join('_').replaceAll('-', 'm') || 'none'}`, '')
      this.initializers.push(intProto(name, typeof values === 'number' ? [] : [list.length], list))
      this.#ints.set(key, name)
    }
    return name
  }

  /** A constant: unlike a weight it does not learn where the file is read again. */
  constant(shape: readonly number[], values: Float32Array): string {
    return this.emit('Constant', [], { value: { tensor: values, shape } })[0]
  }

  /** A constant without dimensions. */
  scalar(value: number): string {
    return this.constant([], Float32Array.of(value))
  }

  /** The one node that reads a value, where there is one and nobody else wants it. */
  soleConsumer(tensor: Tensor): Node | undefined {
    const consumers = this.#consumers.get(tensor) ?? []
    return consumers.length === 1 && !this.#options.outputs.has(tensor) ? consumers[0] : undefined
  }

  /** The node is written already, as part of another. */
  done(node: Node): void {
    this.#done.add(node)
  }

  isRead(tensor: Tensor): boolean {
    return this.#consumers.has(tensor)
  }

  /** Sizes of a tensor with the batch left free. */
  sizes(tensor: Tensor): Size[] {
    const other = this.#options.twin(tensor).shape
    const [a, b] = this.#options.batches
    return tensor.shape.map((size, i) => {
      if (size === other[i]) return size
      const perExample = size / a
      if (!Number.isInteger(perExample) || perExample * b !== other[i])
        throw this.refuse(tensor.node, 'a size depends on the batch in a way that ONNX export does not cover')
      return { perExample }
    })
  }

  /** A shape for Reshape, Expand and the like; computed where the batch is in it. */
  shape(sizes: readonly Size[]): string {
    if (sizes.every(size => typeof size === 'number')) return this.ints(sizes)
    this.#batch ??= this.emit('Shape', [[...this.#options.inputs.values()][0]], { start: 0, end: 1 })[0]
    const batch = this.#batch
    const parts: string[] = []
    let run: number[] = []
    for (const size of sizes) {
      if (typeof size === 'number') run.push(size)
      else {
        if (run.length) parts.push(this.ints(run))
        run = []
        parts.push(size.perExample === 1 ? batch : this.emit('Mul', [batch, this.ints([size.perExample])])[0])
      }
    }
    if (run.length) parts.push(this.ints(run))
    return parts.length === 1 ? parts[0] : this.emit('Concat', parts, { axis: 0 })[0]
  }

  refuse(node: Node, problem: string): InklingError {
    return new InklingError(`ONNX export: ${node.op.name}${node.scope ? ` (in ${node.scope})` : ''}: ${problem}`)
  }

  #leaf(tensor: Tensor): Fixed | undefined {
    const { node, shape } = tensor
    if (isParameter(node)) {
      const name = node.attrs.name as string
      const values = this.#options.weights.get(name)
      if (values?.length !== sizeOf(shape))
        throw new InklingError(`ONNX export: "${name}" needs ${sizeOf(shape)} weights, got ${values?.length ?? 'none'}`)
      return { shape, values }
    }
    if (!isConstant(node)) return undefined
    const values = Float32Array.from(node.attrs.values as ArrayLike<number>)
    if (shape.join() === this.#options.twin(tensor).shape.join()) return { shape, values }
    return undefined
  }

  /** `whole`: stored with all its axes, so that other readers of that layout take it too. */
  #fix(tensor: Tensor, layout: Layout, shape: readonly number[], values: Float32Array, whole: boolean): string {
    const key = `${tensor.id}:${shape}:${layout}`
    const known = this.#fixedNames.get(key)
    if (known) return known
    const { node } = tensor
    const name = isConstant(node)
      ? this.constant(shape, values)
      : this.initializer(node.attrs.name as string, shape, values)
    this.#fixedNames.set(key, name)
    if (whole) this.#place(tensor, name, layout)
    return name
  }
  readonly #fixedNames = new Map<string, string>()

  #place(tensor: Tensor, name: string, layout: Layout): void {
    const places = this.#placed.get(tensor) ?? []
    places.push({ name, layout })
    this.#placed.set(tensor, places)
  }

  #fresh(name: string, scope = this.#scope): string {
    const base = scope ? `${scope}/${name}` : name
    let fresh = base
    for (let n = 2; this.#names.has(fresh); n++) fresh = `${base}_${n}`
    this.#names.add(fresh)
    return fresh
  }
}
