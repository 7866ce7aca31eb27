import { InklingError } from '../../errors.ts'
import { checkLabels, createDataset, type Dataset } from '../dataset.ts'

/**
 * The IDX format of MNIST (http://yann.lecun.com/exdb/mnist/): two zero bytes, a type byte, the number of dimensions,
 * the dimensions as big-endian 32-bit numbers, then the values, big-endian.
 */
export interface IdxArray {
  type: 'u8' | 'i8' | 'i16' | 'i32' | 'f32' | 'f64'
  shape: number[]
  /** Row-major. For u8 a view of the file's bytes, else a copy in this machine's byte order. */
  data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array
}

const TYPES = {
  8: { type: 'u8', bytes: 1, make: (n: number) => new Uint8Array(n), get: 'getUint8' },
  9: { type: 'i8', bytes: 1, make: (n: number) => new Int8Array(n), get: 'getInt8' },
  11: { type: 'i16', bytes: 2, make: (n: number) => new Int16Array(n), get: 'getInt16' },
  12: { type: 'i32', bytes: 4, make: (n: number) => new Int32Array(n), get: 'getInt32' },
  13: { type: 'f32', bytes: 4, make: (n: number) => new Float32Array(n), get: 'getFloat32' },
  14: { type: 'f64', bytes: 8, make: (n: number) => new Float64Array(n), get: 'getFloat64' },
} as const

/** Reads an uncompressed IDX file; `source` names it in errors. */
export function parseIdx(bytes: Uint8Array, source = 'IDX data'): IdxArray {
  if (bytes.length === 0) throw new InklingError(`${source} is empty (0 bytes); expected an IDX file`)
  const info = TYPES[bytes[2] as keyof typeof TYPES]
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || !info || bytes[3] === 0) {
    const found = Array.from(bytes.subarray(0, 4), b => b.toString(16).padStart(2, '0')).join(' ')
    throw new InklingError(
      `${source} is not an IDX file: it begins with ${found}, not with 00 00 08 and the dimensions`,
      {
        hint: guessFormat(bytes),
      },
    )
  }
  const dimensions = bytes[3]
  const start = 4 + 4 * dimensions
  if (bytes.length < start) {
    throw new InklingError(`${source} is cut off: ${bytes.length} bytes, its header alone takes ${start}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  const count = shape.reduce((a, b) => a * b, 1)
  const expected = start + count * info.bytes
  if (bytes.length !== expected) {
    const verb = bytes.length < expected ? 'is cut off' : 'is too long'
    throw new InklingError(
      `${source} ${verb}: its header promises ${shape.join(' x ')} values (${expected} bytes), it has ${bytes.length} bytes`,
    )
  }
  if (info.type === 'u8') return { type: 'u8', shape, data: bytes.subarray(start, expected) }
  const data = info.make(count)
  for (let i = 0; i < count; i++) data[i] = view[info.get](start + i * info.bytes)
  return { type: info.type, shape, data }
}

/** Writes u8 values as an IDX file. */
export function encodeIdx(data: Uint8Array, shape: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length)
  const view = new DataView(bytes.buffer)
  bytes[2] = 8
  bytes[3] = shape.length
  for (let i = 0; i < shape.length; i++) view.setUint32(4 + 4 * i, shape[i])
  bytes.set(data, 4 + 4 * shape.length)
  return bytes
}

/** One IDX file's bytes and the name that errors give it. */
export interface IdxSource {
  bytes: Uint8Array
  source: string
}

/**
 * A dataset from an image file ([n, height, width] or [n, height, width, channels], u8) and a label file ([n]).
 * Without labels the dataset has none.
 */
export function idxDataset(
  name: string,
  images: IdxSource,
  labels: IdxSource | undefined,
  classes: readonly string[],
): Dataset {
  const pictures = parseIdx(images.bytes, images.source)
  const { shape } = pictures
  if (pictures.type !== 'u8' || shape.length < 3 || shape.length > 4) {
    throw new InklingError(
      `${images.source} holds ${pictures.type} [${shape.join(', ')}]; pictures are u8 [count, height, width]`,
      { hint: shape.length === 1 ? 'It looks like a label file: are the two names swapped?' : undefined },
    )
  }
  if (shape.some(n => n === 0)) throw new InklingError(`${images.source} holds no pictures: [${shape.join(', ')}]`)
  let ids: Int32Array | undefined
  if (labels) {
    const list = parseIdx(labels.bytes, labels.source)
    if (list.shape.length !== 1 || list.type.startsWith('f')) {
      throw new InklingError(`${labels.source} holds ${list.type} [${list.shape.join(', ')}]; labels are u8 [count]`, {
        hint: list.shape.length >= 3 ? 'It looks like a picture file: are the two names swapped?' : undefined,
      })
    }
    if (list.shape[0] !== shape[0]) {
      throw new InklingError(
        `${images.source} has ${shape[0]} pictures but ${labels.source} has ${list.shape[0]} labels`,
        { hint: 'The two files do not belong together; fetch both again.' },
      )
    }
    checkLabels(list.data, classes, labels.source)
    ids = Int32Array.from(list.data)
  }
  return createDataset({
    name,
    shape: [shape[1], shape[2], shape[3] ?? 1],
    classes,
    features: pictures.data as Uint8Array,
    labels: ids,
  })
}

function guessFormat(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'It is gzip data: give the file a name that ends in .gz.'
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return 'It is a PNG picture: use `inkling predict` to read pictures.'
  if (bytes[0] === 0x3c) return 'It looks like a web page: the download went wrong; fetch it again.'
  return undefined
}
