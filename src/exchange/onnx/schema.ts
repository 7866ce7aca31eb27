import { encodeMessage, messageTable } from './wire.ts'
import { decodeMessage } from './wireReader.ts'

/** The messages of an ONNX file that are read and written. Numbers: onnx.proto3 of the ONNX repository. */

export interface OperatorSet {
  domain?: string
  version?: number
}
export interface Entry {
  key?: string
  value?: string
}
export interface TensorProto {
  dims: number[]
  dataType?: number
  /** Values stand in one of the lists or, as little-endian bytes, in rawData. */
  floatData?: Float32Array
  int32Data: number[]
  int64Data: number[]
  name?: string
  rawData?: Uint8Array
  doubleData?: Float64Array
  uint64Data: number[]
  externalData: Entry[]
  dataLocation?: number
}
export interface AttributeProto {
  name?: string
  f?: number
  i?: number
  s?: Uint8Array
  t?: TensorProto
  floats?: Float32Array
  ints: number[]
  strings: Uint8Array[]
  type?: number
  refAttrName?: string
}
export interface NodeProto {
  input: string[]
  output: string[]
  name?: string
  opType?: string
  attribute: AttributeProto[]
  domain?: string
}
export interface Dimension {
  dimValue?: number
  dimParam?: string
}
export interface ValueInfo {
  name?: string
  type?: { tensorType?: { elemType?: number; shape?: { dim: Dimension[] } } }
}
export interface GraphProto {
  node: NodeProto[]
  name?: string
  initializer: TensorProto[]
  input: ValueInfo[]
  output: ValueInfo[]
  sparseInitializer: object[]
}
export interface ModelProto {
  irVersion?: number
  producerName?: string
  producerVersion?: string
  docString?: string
  graph?: GraphProto
  opsetImport: OperatorSet[]
  metadataProps: Entry[]
}

/** Of AttributeProto.type. */
export const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const

const entry = messageTable({ key: [1, 'string'], value: [2, 'string'] })
const tensor = messageTable({
  dims: [1, 'ints'],
  dataType: [2, 'int'],
  floatData: [4, 'floats'],
  int32Data: [5, 'ints'],
  int64Data: [7, 'ints'],
  name: [8, 'string'],
  rawData: [9, 'bytes'],
  doubleData: [10, 'doubles'],
  uint64Data: [11, 'ints'],
  externalData: [13, entry, 'repeated'],
  dataLocation: [14, 'int'],
})
const attribute = messageTable({
  name: [1, 'string'],
  f: [2, 'float'],
  i: [3, 'int'],
  s: [4, 'bytes'],
  t: [5, tensor],
  floats: [7, 'floats'],
  ints: [8, 'ints'],
  strings: [9, 'bytes', 'repeated'],
  type: [20, 'int'],
  refAttrName: [21, 'string'],
})
const node = messageTable({
  input: [1, 'string', 'repeated'],
  output: [2, 'string', 'repeated'],
  name: [3, 'string'],
  opType: [4, 'string'],
  attribute: [5, attribute, 'repeated'],
  domain: [7, 'string'],
})
const dimension = messageTable({ dimValue: [1, 'int'], dimParam: [2, 'string'] })
const valueInfo = messageTable({
  name: [1, 'string'],
  type: [
    2,
    messageTable({
      tensorType: [
        1,
        messageTable({ elemType: [1, 'int'], shape: [2, messageTable({ dim: [1, dimension, 'repeated'] })] }),
      ],
    }),
  ],
})
const graph = messageTable({
  node: [1, node, 'repeated'],
  name: [2, 'string'],
  initializer: [5, tensor, 'repeated'],
  input: [11, valueInfo, 'repeated'],
  output: [12, valueInfo, 'repeated'],
  sparseInitializer: [15, messageTable({}), 'repeated'],
})
const model = messageTable({
  irVersion: [1, 'int'],
  producerName: [2, 'string'],
  producerVersion: [3, 'string'],
  docString: [6, 'string'],
  graph: [7, graph],
  opsetImport: [8, messageTable({ domain: [1, 'string'], version: [2, 'int'] }), 'repeated'],
  metadataProps: [14, entry, 'repeated'],
})

/** @throws InklingError where the bytes are no protocol buffers or absurdly many parts */
export function decodeModel(bytes: Uint8Array, where: string): ModelProto {
  return decodeMessage(model, bytes, where) as unknown as ModelProto
}

/** Lists that are left out are empty. */
export type Sparse<T> = T extends (infer E)[]
  ? Sparse<E>[]
  : T extends Float32Array | Float64Array | Uint8Array
    ? T
    : T extends object
      ? { [K in keyof T]?: Sparse<T[K]> }
      : T

export function encodeModel(value: Sparse<ModelProto>): Uint8Array {
  return encodeMessage(model, value)
}
