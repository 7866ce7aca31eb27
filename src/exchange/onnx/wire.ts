/**
 * Protocol buffers, as far as ONNX files need them: messages by a table of their fields.
 * Format: https://protobuf.dev/programming-guides/encoding
 *
 * Bytes are views of the file, never copies, and every list is bounded by what the file really holds.
 */

/** What a field holds; `floats`, `doubles` and `ints` are lists of numbers, a table is a message. */
export type FieldKind = 'int' | 'ints' | 'float' | 'floats' | 'doubles' | 'string' | 'bytes' | MessageTable
export interface Field {
  readonly number: number
  readonly name: string
  readonly kind: FieldKind
  /** A list of strings, bytes or messages. */
  readonly repeated: boolean
}
/** The fields of a message by number. */
export interface MessageTable {
  readonly fields: ReadonlyMap<number, Field>
}

/** `{ name: [number, kind, 'repeated'?] }` as a table. */
export function messageTable(
  fields: Record<string, readonly [number: number, kind: FieldKind, repeated?: 'repeated']>,
): MessageTable {
  return {
    fields: new Map(
      Object.entries(fields).map(([name, [number, kind, repeated]]) => [
        number,
        { number, name, kind, repeated: repeated !== undefined },
      ]),
    ),
  }
}

export type Message = Record<string, unknown>

/** How a field's value follows its number. */
export const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5]

/** Bytes of a message: undefined fields and empty lists are left out. */
export function encodeMessage(table: MessageTable, message: object): Uint8Array {
  const parts: Uint8Array[] = []
  const length = encode(table, message as Message, parts)
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Appends the parts of a message and gives their length; weights stay where they are until the end. */
function encode(table: MessageTable, message: Message, parts: Uint8Array[]): number {
  let total = 0
  const put = (part: Uint8Array) => {
    parts.push(part)
    total += part.length
  }
  const putBytes = (number: number, bytes: Uint8Array) => {
    put(varints([number * 8 + BYTES, bytes.length]))
    put(bytes)
  }
  for (const { number, name, kind, repeated } of table.fields.values()) {
    const value = message[name]
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
    if (kind === 'int') put(varints([number * 8 + VARINT, value as number]))
    else if (kind === 'ints') putBytes(number, varints(value as number[]))
    else if (kind === 'float') {
      const bytes = new Uint8Array(5)
      bytes[0] = number * 8 + FIXED32
      new DataView(bytes.buffer).setFloat32(1, value as number, true)
      put(bytes)
    } else if (kind === 'floats') putBytes(number, littleEndian(value as Float32Array))
    else if (kind === 'doubles') throw new Error('lists of doubles are only read')
    else
      for (const entry of repeated ? (value as unknown[]) : [value]) {
        if (kind === 'string') putBytes(number, new TextEncoder().encode(entry as string))
        else if (kind === 'bytes') putBytes(number, entry as Uint8Array)
        else {
          const inner: Uint8Array[] = []
          const length = encode(kind, entry as Message, inner)
          put(varints([number * 8 + BYTES, length]))
          for (const part of inner) put(part)
        }
      }
  }
  return total
}

function varints(values: readonly number[]): Uint8Array {
  const bytes: number[] = []
  for (const value of values) {
    let low = value < 0 ? BigInt.asUintN(64, BigInt(value)) : BigInt(value)
    while (low > 127n) {
      bytes.push(Number(low & 127n) | 128)
      low >>= 7n
    }
    bytes.push(Number(low))
  }
  return Uint8Array.from(bytes)
}

/** The bytes of f32 values as files have them: a view, where the machine has the same order. */
export function littleEndian(values: Float32Array): Uint8Array {
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1)
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const bytes = new Uint8Array(values.byteLength)
  const view = new DataView(bytes.buffer)
  values.forEach((v, i) => {
    view.setFloat32(4 * i, v, true)
  })
  return bytes
}
