import { InklingError } from '../../errors.ts'
import { BYTES, FIXED32, FIXED64, type Field, type Message, type MessageTable, VARINT } from './wire.ts'

/** Most messages of a file: an empty one takes two bytes there and some hundred here. */
const MOST_MESSAGES = 200_000
/** Most entries of lists of strings and whole numbers, all of them together. */
const MOST_ENTRIES = 20_000_000

/** Reads a message; unknown fields are passed over, absent lists are empty, other absent fields undefined. */
export function decodeMessage(table: MessageTable, bytes: Uint8Array, where: string): Message {
  return new Reader(bytes, where).message(table, bytes.length)
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #where: string
  readonly #text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #at = 0
  #messages = 0
  #entries = 0

  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#where = where
  }

  message(table: MessageTable, end: number): Message {
    if (++this.#messages > MOST_MESSAGES) throw this.#refuse(`it has more than ${MOST_MESSAGES} parts`)
    const message: Message = {}
    while (this.#at < end) {
      const tag = this.#varint()
      const wire = tag % 8
      const field = table.fields.get(Math.floor(tag / 8))
      if (tag < 8) throw this.#refuse(`a field at byte ${this.#at} has number 0`)
      if (field) this.#field(message, field, wire, end)
      else this.#skip(wire, end)
      if (this.#at > end) throw this.#refuse(`a part that should end at byte ${end} goes on to ${this.#at}`)
    }
    for (const { name, kind, repeated } of table.fields.values())
      if (message[name] === undefined && (repeated || kind === 'ints')) message[name] = EMPTY
    return message
  }

  #field(message: Message, { name, kind, repeated }: Field, wire: number, end: number): void {
    if (kind === 'int') {
      if (wire !== VARINT) throw this.#refuse(`field "${name}" is no whole number`)
      message[name] = this.#varint()
    } else if (kind === 'float') {
      if (wire !== FIXED32) throw this.#refuse(`field "${name}" is no number`)
      message[name] = this.#view.getFloat32(this.#advance(4, end), true)
    } else if (kind === 'ints') this.#ints(listOf(message, name), name, wire, end)
    else if (kind === 'floats') message[name] = this.#numbers(message[name] as Float32Array, 4, wire, end)
    else if (kind === 'doubles') message[name] = this.#numbers(message[name] as Float64Array, 8, wire, end)
    else {
      if (wire !== BYTES) throw this.#refuse(`field "${name}" has no length`)
      const to = this.#lengthEnd(end)
      if (repeated && ++this.#entries > MOST_ENTRIES) throw this.#refuse(`it has more than ${MOST_ENTRIES} entries`)
      const value = typeof kind === 'object' ? this.message(kind, to) : this.#take(to, kind)
      if (repeated) listOf(message, name).push(value)
      else message[name] = value
    }
  }

  #take(to: number, kind: 'string' | 'bytes'): string | Uint8Array {
    const part = this.#bytes.subarray(this.#at, to)
    this.#at = to
    if (kind === 'bytes') return part
    try {
      return this.#text.decode(part)
    } catch {
      throw this.#refuse(`the text at byte ${to - part.length} is no UTF-8`)
    }
  }

  /** Packed or one by one. */
  #ints(list: unknown[], name: string, wire: number, end: number): void {
    if (wire !== VARINT && wire !== BYTES) throw this.#refuse(`field "${name}" is no list of whole numbers`)
    const to = wire === BYTES ? this.#lengthEnd(end) : this.#at + 1
    while (this.#at < to) {
      if (++this.#entries > MOST_ENTRIES) throw this.#refuse(`it has more than ${MOST_ENTRIES} entries`)
      list.push(this.#varint())
    }
  }

  #numbers<T extends Float32Array | Float64Array>(known: T | undefined, size: 4 | 8, wire: number, end: number): T {
    if (wire !== BYTES && wire !== (size === 4 ? FIXED32 : FIXED64)) throw this.#refuse('a list of numbers is none')
    const to = wire === BYTES ? this.#lengthEnd(end) : this.#at + size
    const count = (to - this.#at) / size
    if (!Number.isInteger(count) || to > end) throw this.#refuse(`a list of numbers ends at byte ${to}, inside one`)
    const before = known?.length ?? 0
    // One by one they would be copied anew each time; nobody writes them so.
    if (wire !== BYTES && before > 4096) throw this.#refuse('a long list of numbers is not packed')
    const values = (size === 4 ? new Float32Array(before + count) : new Float64Array(before + count)) as T
    if (known) values.set(known)
    for (let i = 0; i < count; i++, this.#at += size)
      values[before + i] = size === 4 ? this.#view.getFloat32(this.#at, true) : this.#view.getFloat64(this.#at, true)
    return values
  }

  #skip(wire: number, end: number): void {
    if (wire === VARINT) this.#varint()
    else if (wire === FIXED64) this.#advance(8, end)
    else if (wire === FIXED32) this.#advance(4, end)
    else if (wire === BYTES) this.#at = this.#lengthEnd(end)
    else throw this.#refuse(`byte ${this.#at} is no field of an ONNX file`)
  }

  #advance(count: number, end: number): number {
    const from = this.#at
    if (from + count > end) throw this.#refuse(`it ends at byte ${end}, inside a number`)
    this.#at += count
    return from
  }

  #lengthEnd(end: number): number {
    const length = this.#varint()
    if (length < 0 || this.#at + length > end)
      throw this.#refuse(`at byte ${this.#at} it promises ${length} bytes, ${Math.max(0, end - this.#at)} are left`)
    return this.#at + length
  }

  /** A signed 64-bit number; beyond 2^53 rounded, which concerns only "to the end" marks. */
  #varint(): number {
    let low = 0
    let high = 0
    for (let i = 0; i < 10; i++) {
      if (this.#at >= this.#bytes.length) throw this.#refuse(`it ends at byte ${this.#at}, inside a number`)
      const byte = this.#bytes[this.#at++]
      const bits = byte & 0x7f
      if (i < 4) low += bits * 2 ** (7 * i)
      else if (i === 4) {
        low += (bits & 0xf) * 2 ** 28
        high += bits >> 4
      } else high += bits * 2 ** (7 * i - 32)
      if (byte < 0x80) {
        const top = high % 2 ** 32
        return (top >= 2 ** 31 ? top - 2 ** 32 : top) * 2 ** 32 + low
      }
    }
    throw this.#refuse(`the number that ends at byte ${this.#at} is too long`)
  }

  #refuse(problem: string): InklingError {
    return new InklingError(`${this.#where}: ${problem}`, { hint: 'The file is damaged or no ONNX file.' })
  }
}

const EMPTY: readonly never[] = Object.freeze([])

function listOf(message: Message, name: string): unknown[] {
  const list = (message[name] ??= [])
  return list as unknown[]
}
