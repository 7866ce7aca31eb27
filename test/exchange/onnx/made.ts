import { encodeModel, type ModelProto, type Sparse } from '../../../src/exchange/onnx/schema.ts'
import { floatProto, intProto } from '../../../src/exchange/onnx/tensors.ts'

export type MadeAttribute = number | string | readonly number[] | { f: number } | { strings: string[] }

/** A node: operator, inputs, outputs, attributes (whole numbers unless `{ f }`). */
export type MadeNode = [op: string, inputs: string[], outputs: string[], attributes?: Record<string, MadeAttribute>]

export interface Made {
  nodes: MadeNode[]
  /** Weights: shape and values; whole numbers where `ints`. */
  weights?: Record<string, { shape: number[]; data: number[]; ints?: boolean }>
  inputs?: Record<string, (number | string)[]>
  outputs?: string[]
  opset?: number
  /** The outputs are whole numbers. */
  integers?: boolean
}

const bytes = (text: string) => new TextEncoder().encode(text)

/** The message of a small model, to be changed or written. */
export function made({
  nodes,
  weights = {},
  inputs = { x: [] },
  outputs = ['y'],
  opset = 17,
  integers,
}: Made): Sparse<ModelProto> {
  return {
    irVersion: 8,
    producerName: 'test',
    opsetImport: [{ domain: '', version: opset }],
    graph: {
      name: 'made',
      node: nodes.map(([opType, input, output, attributes = {}]) => ({
        opType,
        input,
        output,
        attribute: Object.entries(attributes).map(([name, value]) => {
          if (typeof value === 'number') return { name, type: 2, i: value }
          if (typeof value === 'string') return { name, type: 3, s: bytes(value) }
          if ('f' in value) return { name, type: 1, f: value.f }
          if ('strings' in value) return { name, type: 8, strings: value.strings.map(bytes) }
          return { name, type: 7, ints: [...value] }
        }),
      })),
      initializer: Object.entries(weights).map(([name, { shape, data, ints }]) =>
        ints ? intProto(name, shape, data) : floatProto(name, shape, Float32Array.from(data)),
      ),
      input: Object.entries(inputs).map(([name, dims]) => ({
        name,
        type: {
          tensorType: {
            elemType: 1,
            shape: { dim: dims.map(d => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
          },
        },
      })),
      // Neither shape nor rank, so that onnxruntime works them out.
      output: outputs.map(name => ({ name, type: { tensorType: { elemType: integers ? 7 : 1 } } })),
    },
  }
}

export const madeFile = (model: Made): Uint8Array => encodeModel(made(model))
