import { type DType, isConstant, isInput, isLeaf } from '../../engine/graph.ts'
import { liveNodes } from '../../engine/order.ts'
import { InklingError } from '../../errors.ts'
import { type EvaluationStep, evaluationStep } from '../../nn/evaluationStep.ts'
import type { InputForm } from '../../nn/inputForm.ts'
import type { Model } from '../../nn/model.ts'
import type { InputScaling } from '../../training/input.ts'
import { BATCH, ExportScope } from './exporter.ts'
import { exporters } from './operators/index.ts'
import { encodeModel, type NodeProto, type Sparse, type TensorProto, type ValueInfo } from './schema.ts'
import { typeNumber } from './tensors.ts'

/** What is exported: a `TrainableModel`, or a description with its weights. */
export interface ExportSource {
  readonly model: Model
  readonly weights: ReadonlyMap<string, Float32Array>
  /** Names of the classes, kept in the file's metadata. */
  readonly classes?: readonly string[]
  /** How values enter the model; becomes part of the graph. */
  readonly scaling?: InputScaling
  /** More of the file's metadata. */
  readonly metadata?: Readonly<Record<string, string>>
}

export interface OnnxExportOptions {
  /**
   * What the model was trained on: 'bytes' 0..255, for which the file's input is 0..1, or 'numbers', which it takes as
   * they are. It matters only where the model has a scaling. Default: bytes for pictures [height, width, channels].
   */
  trainedOn?: 'bytes' | 'numbers'
  /** Name of the input. Default: `image` for pictures, else `input`. */
  inputName?: string
}

/** Opset of the files: understood everywhere since 2022. Gelu came with 20. */
const OPSET = 17
const GELU_OPSET = 20
/** Format version that came with an opset. */
const irVersions: Record<number, number> = { [OPSET]: 8, [GELU_OPSET]: 9 }
/** Two batch sizes: what differs between the graphs built for them depends on the batch. */
const BATCHES = [2, 3] as const

export const isPicture = ({ inputShape }: Model): boolean => inputShape.length === 3

/** How the examples enter the graph of an exported file: 0..1 for pictures. */
export function exportedInput({ model, scaling = {} }: ExportSource, { trainedOn }: OnnxExportOptions = {}): InputForm {
  const bytes = trainedOn ? trainedOn === 'bytes' : isPicture(model)
  const { scale, shift, clip } = scaling
  return { dtype: 'f32', scale: bytes ? scale?.map(s => s * 255) : scale, shift, clip }
}

/** Inputs of an exported file: how they are called there, and what the model calls them. */
export function exportedInputs({ model }: ExportSource, { inputName }: OnnxExportOptions = {}) {
  const first = inputName ?? (isPicture(model) ? 'image' : 'input')
  const inputs = model.inputs.map((input, i) => ({ ...input, own: input.name, name: i === 0 ? first : input.name }))
  const names = new Set(['', 'probabilities', 'logits'])
  for (const { name } of inputs) {
    if (names.has(name)) throw new InklingError(`an input of the ONNX file can't be called "${name}"`, { exitCode: 2 })
    names.add(name)
  }
  return inputs
}

/**
 * A model as an ONNX file: input `image` [N, height, width, channels] in 0..1 (`input` [N, ...] for others), outputs
 * `probabilities` and `logits` [N, classes], any batch size, normalisation inside. Dropout is gone, batch
 * normalisation uses its running statistics.
 *
 * ```ts
 * const model = await loadModel('runs/1')
 * await writeFile('digits.onnx', exportOnnx(model))
 * ```
 *
 * @throws InklingError where a layer of your own uses what ONNX does not have
 */
export function exportOnnx(source: ExportSource, options: OnnxExportOptions = {}): Uint8Array {
  const { model, weights, classes, metadata = {} } = source
  const input = exportedInput(source, options)
  const inputs = exportedInputs(source, options)
  const [step, twin] = BATCHES.map(batch => evaluationStep(model, { batch, input }))
  const { nodes, initializers, opset } = translate(
    step,
    twin,
    weights,
    new Map(inputs.map(({ own, name }) => [own, name])),
  )
  const outputs = ['probabilities', 'logits'] as const
  return encodeModel({
    irVersion: irVersions[opset],
    producerName: 'inkling',
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: [
      { key: 'model', value: model.name },
      ...(classes ? [{ key: 'classes', value: JSON.stringify(classes) }] : []),
      ...Object.entries(metadata).map(([key, value]) => ({ key, value })),
    ],
    graph: {
      name: model.name,
      node: nodes,
      initializer: initializers,
      input: inputs.map(({ name, shape, dtype }) => port(name, shape, dtype)),
      output: outputs.map(name => port(name, model.outputShape)),
    },
  })
}

const port = (name: string, shape: readonly number[], dtype: DType = 'f32'): Sparse<ValueInfo> => ({
  name,
  type: {
    tensorType: {
      elemType: dtype === 'i32' ? typeNumber.int32 : typeNumber.float,
      shape: { dim: [{ dimParam: BATCH }, ...shape.map(dimValue => ({ dimValue }))] },
    },
  },
})

function translate(
  step: EvaluationStep,
  twin: EvaluationStep,
  weights: ExportSource['weights'],
  inputs: ReadonlyMap<string, string>,
) {
  const { graph, outputs } = step
  const nodes = liveNodes(graph, Object.values(outputs))
  const opset = nodes.some(node => node.op.name === 'gelu') ? GELU_OPSET : OPSET
  const scope = new ExportScope({
    opset,
    weights,
    twin: tensor => twin.graph.nodes[tensor.node.id].outputs[tensor.index],
    batches: BATCHES,
    outputs: new Map(Object.entries(outputs).map(([name, tensor]) => [tensor, name])),
    inputs: new Map([...inputs].flatMap(([own, name]) => [graph.inputs.get(own) ?? []].flat().map(t => [t, name]))),
    nodes,
  })
  for (const node of nodes) {
    if (isLeaf(node) && !isConstant(node)) {
      if (isInput(node) && !inputs.has(node.attrs.name as string))
        throw scope.refuse(node, `the graph has an input "${node.attrs.name}" of its own`)
      continue
    }
    const other = twin.graph.nodes[node.id]
    if (other?.op !== node.op || (!batchAttributes.has(node.op.name) && differ(node.attrs, other.attrs)))
      throw scope.refuse(node, 'it depends on the batch size in a way that ONNX export does not cover')
    if (isConstant(node)) scope.exportBatchConstant(node)
    else {
      const exporter = exporters.get(node.op)
      if (!exporter) throw scope.refuse(node, 'this op has no counterpart in ONNX')
      scope.export(node, exporter)
    }
  }
  for (const [name, tensor] of Object.entries(outputs)) {
    const made = scope.in(tensor)
    if (made !== name) scope.emit('Identity', [made], {}, [name])
  }
  return { ...needed(scope.nodes, scope.initializers, Object.keys(outputs)), opset }
}

/** Ops whose exporters know of a batch size in their attributes. */
const batchAttributes = new Set(['constant', 'reshape', 'broadcastTo', 'conv2dInputGradient'])

const differ = (a: object, b: object) => JSON.stringify(a) !== JSON.stringify(b)

/** What the outputs need: values that were turned for nobody are left out. */
function needed(nodes: readonly Sparse<NodeProto>[], initializers: readonly Sparse<TensorProto>[], outputs: string[]) {
  const read = new Set(outputs)
  const kept = [...nodes].reverse().filter(({ input = [], output = [] }) => {
    if (!output.some(name => read.has(name as string))) return false
    for (const name of input) read.add(name as string)
    return true
  })
  return { nodes: kept.reverse(), initializers: initializers.filter(({ name }) => read.has(name as string)) }
}
