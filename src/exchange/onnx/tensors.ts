import { sizeOf } from '../../engine/graph.ts'
import { InklingError } from '../../errors.ts'
import { brainHalf, half } from '../halfFloats.ts'
import type { Sparse, TensorProto } from './schema.ts'
import { littleEndian } from './wire.ts'

/** Element types of ONNX by their number in TensorProto.data_type, with the bytes of an element in raw data. */
const types = {
  1: ['float', 4],
  2: ['uint8', 1],
  3: ['int8', 1],
  4: ['uint16', 2],
  5: ['int16', 2],
  6: ['int32', 4],
  7: ['int64', 8],
  9: ['bool', 1],
  10: ['float16', 2],
  11: ['double', 8],
  12: ['uint32', 4],
  13: ['uint64', 8],
  16: ['bfloat16', 2],
} as const
type TypeNumber = keyof typeof types
export type ElementType = (typeof types)[TypeNumber][0]

/** Number of a type in files. */
export const typeNumber = { float: 1, int32: 6, int64: 7 } as const

/** The element type of a number; undefined for text, complex and quantised types. */
export const elementType = (number: number | undefined): ElementType | undefined => types[number as TypeNumber]?.[0]

export const isFloat = (type: ElementType): boolean =>
  type === 'float' || type === 'float16' || type === 'double' || type === 'bfloat16'

/** Values known before anything runs. Whole numbers are exact to 2^53. */
export interface Values {
  readonly shape: readonly number[]
  readonly integer: boolean
  readonly values: Float32Array | Float64Array
}

/** A tensor of the file: checked, its values not yet converted. */
export interface FileTensor {
  readonly shape: readonly number[]
  readonly integer: boolean
  /** Number of values. */
  readonly size: number
  read(): Values
}

/** How the tensors of a file are read. */
export interface TensorOptions {
  /** Floats may come without their values, which are elsewhere. */
  withoutValues?: boolean
}

/**
 * Checks that a tensor has as many values as its shape says, before anything is allocated for it.
 *
 * @param where names it in errors
 */
export function fileTensor(
  proto: TensorProto,
  where: string,
  { withoutValues = false }: TensorOptions = {},
): FileTensor {
  const refuse = (problem: string, hint?: string) => new InklingError(`${where} ${problem}`, { hint })
  if (proto.dataLocation === 1 || proto.externalData.length > 0)
    throw refuse('keeps its values in another file', 'Save the model with its weights inside (under 2 GB).')
  const shape = proto.dims
  if (shape.length > 16) throw refuse(`has ${shape.length} dimensions`)
  if (!shape.every(d => Number.isSafeInteger(d) && d >= 0)) throw refuse(`has shape [${shape}]`)
  const size = sizeOf(shape)
  if (!Number.isSafeInteger(size)) throw refuse(`of shape [${shape}] would be of absurd size`)
  const type = elementType(proto.dataType)
  if (!type) throw refuse(`has element type ${proto.dataType}; numbers are read`)
  const width = types[proto.dataType as TypeNumber][1]
  const raw = proto.rawData
  const list = listOf(proto, type)
  const held = raw ? raw.length / width : list.length
  const integer = !isFloat(type)
  const absent = withoutValues && !integer && held === 0 && size > 0
  if (held !== size && !absent)
    throw refuse(`of shape [${shape}] needs ${size} values, has ${Math.floor(held)}`, 'The file is damaged.')
  return {
    shape,
    integer,
    size,
    read: () => {
      if (absent) throw refuse('has no values here')
      const values = integer || type === 'double' ? new Float64Array(size) : new Float32Array(size)
      if (raw) readRaw(values, new DataView(raw.buffer, raw.byteOffset, raw.length), type)
      else if (type === 'float16' || type === 'bfloat16')
        for (let i = 0; i < size; i++) values[i] = (type === 'float16' ? half : brainHalf)(list[i])
      else values.set(list)
      return { shape, integer, values: integer ? values : Float32Array.from(values) }
    },
  }
}

/** The list that holds values of a type when there is no raw data. */
function listOf(proto: TensorProto, type: ElementType): ArrayLike<number> {
  if (type === 'float') return proto.floatData ?? []
  if (type === 'double') return proto.doubleData ?? []
  if (type === 'int64') return proto.int64Data
  return type === 'uint32' || type === 'uint64' ? proto.uint64Data : proto.int32Data
}

function readRaw(values: Float32Array | Float64Array, view: DataView, type: ElementType): void {
  const read: Record<ElementType, (i: number) => number> = {
    float: i => view.getFloat32(4 * i, true),
    double: i => view.getFloat64(8 * i, true),
    float16: i => half(view.getUint16(2 * i, true)),
    bfloat16: i => brainHalf(view.getUint16(2 * i, true)),
    uint8: i => view.getUint8(i),
    int8: i => view.getInt8(i),
    bool: i => view.getUint8(i),
    uint16: i => view.getUint16(2 * i, true),
    int16: i => view.getInt16(2 * i, true),
    uint32: i => view.getUint32(4 * i, true),
    int32: i => view.getInt32(4 * i, true),
    int64: i => Number(view.getBigInt64(8 * i, true)),
    uint64: i => Number(view.getBigUint64(8 * i, true)),
  }
  const one = read[type]
  for (let i = 0; i < values.length; i++) values[i] = one(i)
}

/** f32 values as a tensor of a file. */
export const floatProto = (name: string, shape: readonly number[], values: Float32Array): Sparse<TensorProto> => ({
  name,
  dims: [...shape],
  dataType: typeNumber.float,
  rawData: littleEndian(values),
})

/** Whole numbers as a tensor of a file. */
export const intProto = (name: string, shape: readonly number[], values: readonly number[]): Sparse<TensorProto> => ({
  name,
  dims: [...shape],
  dataType: typeNumber.int64,
  int64Data: [...values],
})
