import { sizeOf } from '../engine/graph.ts'
import { InklingError } from '../errors.ts'

/** A tensor of a safetensors file. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

export interface SafetensorsFile {
  readonly tensors: Map<string, StoredTensor>
  /** Free text by key. */
  readonly metadata: Record<string, string>
}

/** How an element type lies in a file. */
export interface StoredElement {
  readonly bytes: number
  read(view: DataView, at: number): number
}
/** Element types by their name in the header. */
export type StoredElements = Readonly<Record<string, StoredElement>>

const f32Alone: StoredElements = { F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) } }

/** Longest header that is read, as the format's own library has it: longer ones are made to exhaust memory. */
const MAX_HEADER = 100_000_000
const METADATA = '__metadata__'

/**
 * Bytes of a safetensors file: 8 bytes header length, JSON header, values (F32, little-endian). The same tensors give
 * the same bytes, whatever order they come in: names and metadata keys are sorted.
 *
 * Format: https://huggingface.co/docs/safetensors
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const names = [...tensors.keys()].sort()
  const entries: [string, unknown][] = []
  if (Object.keys(metadata).length > 0)
    entries.push([METADATA, Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)))])
  let end = 0
  for (const name of names) {
    const { shape, values } = tensors.get(name) as StoredTensor
    if (name === METADATA) throw new InklingError(`a tensor can't be called "${METADATA}"`)
    if (sizeOf(shape) !== values.length)
      throw new InklingError(`tensor "${name}" of shape [${shape}] needs ${sizeOf(shape)} values, got ${values.length}`)
    entries.push([name, { dtype: 'F32', shape, data_offsets: [end, (end += 4 * values.length)] }])
  }
  // Written entry by entry: an object would move keys that look like numbers to the front.
  const json = `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`
  const text = new TextEncoder().encode(json)
  // Spaces up to a multiple of 8, so that the values are aligned.
  const start = 8 + Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(start - 8), true)
  bytes.set(text, 8)
  let at = start
  for (const name of names)
    for (const v of (tensors.get(name) as StoredTensor).values) {
      view.setFloat32(at, v, true)
      at += 4
    }
  return bytes
}

/**
 * Reads a safetensors file and checks all of it: lengths, JSON, duplicate names, shapes, and that the values lie one
 * after the other without gap or overlap up to the end.
 *
 * @param where the file's name, for errors
 * @param elements types that are read; by default F32, the only one that is written here
 * @throws InklingError that says what is wrong with the file
 */
export function readSafetensors(
  bytes: Uint8Array,
  where = 'safetensors file',
  elements: StoredElements = f32Alone,
): SafetensorsFile {
  const refuse = (problem: string) =>
    new InklingError(`${where}: ${problem}`, { hint: 'The file is damaged or no safetensors file.' })
  if (bytes.length < 8) throw refuse(`${bytes.length} bytes are too few for a safetensors file`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const headerLength = view.getBigUint64(0, true)
  if (headerLength > BigInt(MAX_HEADER))
    throw refuse(`its header says to be ${headerLength} bytes long; at most ${MAX_HEADER} are read`)
  const start = 8 + Number(headerLength)
  if (start > bytes.length)
    throw refuse(`its header says to be ${headerLength} bytes long, the file has ${bytes.length}`)
  const header = parseHeader(bytes.subarray(8, start), refuse)

  const metadata: Record<string, string> = {}
  const parts: { name: string; shape: number[]; element: StoredElement; from: number; to: number }[] = []
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) {
      if (!isObject(value) || !Object.values(value).every(v => typeof v === 'string'))
        throw refuse('its metadata is not text by key')
      Object.assign(metadata, value)
    } else parts.push(checkEntry(name, value, elements, refuse))
  }
  parts.sort((a, b) => a.from - b.from || a.to - b.to)
  const tensors = new Map<string, StoredTensor>()
  let at = 0
  for (const { name, shape, element, from, to } of parts) {
    if (from < at) throw refuse(`tensor "${name}" overlaps the one before it`)
    if (from > at) throw refuse(`${from - at} bytes before tensor "${name}" belong to no tensor`)
    if (start + to > bytes.length)
      throw refuse(`tensor "${name}" ends ${start + to - bytes.length} bytes behind the file's end`)
    at = to
    const values = new Float32Array((to - from) / element.bytes)
    for (let i = 0; i < values.length; i++) values[i] = element.read(view, start + from + element.bytes * i)
    tensors.set(name, { shape, values })
  }
  if (start + at !== bytes.length) throw refuse(`${bytes.length - start - at} bytes at its end belong to no tensor`)
  return { tensors, metadata }
}

type Refuse = (problem: string) => InklingError

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parseHeader(bytes: Uint8Array, refuse: Refuse): Record<string, unknown> {
  if (bytes[0] !== 0x7b) throw refuse('its header does not start with "{"')
  let text: string
  let header: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const trouble = troubleIn(text)
    if (trouble) throw refuse(trouble)
    header = JSON.parse(text)
  } catch (cause) {
    if (cause instanceof InklingError) throw cause
    throw refuse(`its header is no JSON (${(cause as Error).message.slice(0, 80)})`)
  }
  return header as Record<string, unknown>
}

/** Deepest that the format goes: the header, a tensor's entry, its list of sizes. */
const MAX_DEPTH = 3

/**
 * Goes through the header before it is parsed: JSON.parse takes as much memory as deep nesting asks for, and of two equal
 * keys keeps the last without a word.
 *
 * @returns what is wrong with it, as far as that is seen here
 */
function troubleIn(json: string): string | undefined {
  const open: Set<string>[] = []
  for (let at = 0; at < json.length; at++) {
    const token = json[at]
    if (token === '{' || token === '[') {
      if (open.push(new Set()) > MAX_DEPTH) return `its header is nested deeper than ${MAX_DEPTH} levels`
    } else if (token === '}' || token === ']') open.pop()
    else if (token === '"') {
      const from = at
      do at = json.indexOf('"', at + 1)
      while (at > 0 && isEscaped(json, at))
      if (at < 0) return undefined // told by JSON.parse
      let next = at + 1
      while (next < json.length && /\s/.test(json[next])) next++
      const keys = open[open.length - 1]
      if (json[next] !== ':' || !keys) continue
      const key = plainText(json.slice(from, at + 1))
      if (keys.has(key)) return `its header has "${key.slice(0, 80)}" twice`
      keys.add(key)
    }
  }
  return undefined
}

function isEscaped(json: string, at: number): boolean {
  let slashes = 0
  while (json[at - 1 - slashes] === '\\') slashes++
  return slashes % 2 === 1
}

/** What a text of JSON says: "\u0061" is "a". */
function plainText(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return JSON.parse(quoted)
  } catch {
    return quoted // no JSON, which is told when it is parsed
  }
}

function checkEntry(name: string, value: unknown, elements: StoredElements, refuse: Refuse) {
  const wrong = (problem: string) => refuse(`tensor "${name.slice(0, 80)}" ${problem}`)
  if (!isObject(value)) throw wrong('has no description')
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string' || !Object.hasOwn(elements, dtype)) {
    const known = Object.keys(elements)
    const read = known.length === 1 ? `only ${known} is read` : `${known.join(', ')} are read`
    throw wrong(`is of type ${JSON.stringify(dtype)?.slice(0, 20)}; ${read}`)
  }
  const element = elements[dtype]
  const whole = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every(n => Number.isSafeInteger(n) && n >= 0)
  if (!whole(shape)) throw wrong(`has shape ${JSON.stringify(shape)?.slice(0, 80)}`)
  if (!whole(offsets) || offsets.length !== 2 || offsets[1] < offsets[0])
    throw wrong(`lies at ${JSON.stringify(offsets)?.slice(0, 80)}`)
  const [from, to] = offsets
  const needed = element.bytes * sizeOf(shape)
  if (to - from !== needed) throw wrong(`of shape [${shape}] needs ${needed} bytes, has ${to - from}`)
  return { name, shape, element, from, to }
}
