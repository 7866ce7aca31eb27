import { InklingError } from '../../errors.ts'
import type { Picture } from './picture.ts'

/**
 * PNG decoder (W3C PNG, third edition): all colour types, bit depths and interlacing, 8 bits a value out.
 * Written for untrusted files: the size is checked before anything is reserved, compressed data is unpacked row by
 * row and no further than the picture needs, ancillary chunks are skipped unread. Runs in Node and in browsers.
 */
export async function decodePng(bytes: Uint8Array, source: string, maxPixels: number): Promise<Picture> {
  const header = pngHeader(bytes, source)
  checkSize(header, source, maxPixels)
  const { palette, transparency, parts } = readChunks(bytes, source, header)
  const picture = emptyPicture(header, palette, transparency)
  const rows = new RowReader(header, source, expander(header, palette, transparency, picture))
  try {
    await inflate(parts, piece => rows.push(piece))
  } catch (error) {
    if (error instanceof InklingError) throw error
    if (!rows.done) throw corrupt(source, 'its compressed data is broken', error)
  }
  if (!rows.done) throw corrupt(source, `only ${rows.complete} of ${rows.total} rows are there`)
  return picture
}

/** What the header of a PNG file says. */
export interface PngHeader {
  width: number
  height: number
  depth: number
  colour: number
  interlaced: boolean
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Bit depths allowed for each colour type, and the type's values a pixel. */
const COLOURS: Record<number, { depths: number[]; values: 1 | 2 | 3 | 4 }> = {
  0: { depths: [1, 2, 4, 8, 16], values: 1 },
  2: { depths: [8, 16], values: 3 },
  3: { depths: [1, 2, 4, 8], values: 1 },
  4: { depths: [8, 16], values: 2 },
  6: { depths: [8, 16], values: 4 },
}

/** True when the bytes begin as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && SIGNATURE.every((b, i) => bytes[i] === b)
}

/** Reads the header only. */
export function pngHeader(bytes: Uint8Array, source: string): PngHeader {
  if (!isPng(bytes)) throw new InklingError(`${source} is not a PNG picture`)
  if (bytes.length < 33) throw corrupt(source, 'it is cut off within its header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const [depth, colour, compression, filter, interlace] = bytes.subarray(24, 29)
  const isHeader = view.getUint32(8) === 13 && view.getUint32(12) === 0x49484452
  if (!isHeader || view.getUint32(29) !== crc32(bytes, 12, 29)) throw corrupt(source, 'its header is damaged')
  if (
    width === 0 ||
    height === 0 ||
    !COLOURS[colour]?.depths.includes(depth) ||
    compression + filter !== 0 ||
    interlace > 1
  ) {
    throw corrupt(source, `its header is impossible (${width} x ${height}, colour type ${colour}, ${depth} bits)`)
  }
  return { width, height, depth, colour, interlaced: interlace === 1 }
}

/** Refuses a picture of more than `maxPixels`, before memory is reserved for it. */
export function checkSize(size: { width: number; height: number }, source: string, maxPixels: number): void {
  if (size.width * size.height <= maxPixels) return
  const found = `${size.width} x ${size.height} = ${Math.round((size.width * size.height) / 1e6)} million pixels`
  throw new InklingError(`${source} is too large: ${found}; at most ${Math.round(maxPixels / 1e6)} million are read`, {
    hint: 'Make the picture smaller, or cut the digit out.',
  })
}

function readChunks(bytes: Uint8Array, source: string, header: PngHeader) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: Uint8Array[] = []
  let palette: Uint8Array | undefined
  let transparency: Uint8Array | undefined
  let at = 33
  for (;;) {
    // Without IEND the file was cut off; the rows tell whether anything of the picture is lost.
    if (at + 12 > bytes.length) break
    const length = view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const end = at + 8 + length
    if (end + 4 > bytes.length) {
      if (type !== 'IDAT') throw corrupt(source, `it is cut off within its ${type.replace(/[^\w]/g, '?')} part`)
      parts.push(bytes.subarray(at + 8))
      break
    }
    if (type === 'IEND') break
    const needed = type === 'IDAT' || type === 'PLTE' || type === 'tRNS'
    if (needed && view.getUint32(end) !== crc32(bytes, at + 4, end)) {
      throw corrupt(source, `its ${type} part is damaged (checksum)`)
    }
    const body = bytes.subarray(at + 8, end)
    if (type === 'IDAT') parts.push(body)
    else if (type === 'PLTE') palette = body
    else if (type === 'tRNS') transparency = body
    at = end + 4
  }
  if (parts.length === 0) throw corrupt(source, 'it holds no picture data')
  if (header.colour === 3 && (!palette || palette.length < 3)) throw corrupt(source, 'its palette is missing')
  return { palette, transparency, parts }
}

function emptyPicture(header: PngHeader, palette?: Uint8Array, transparency?: Uint8Array): Picture {
  const { width, height, colour } = header
  const values = colour === 3 && palette ? 3 : COLOURS[colour].values
  const alpha = transparency && (colour === 0 || colour === 2 || colour === 3) ? 1 : 0
  const channels = (values + alpha) as Picture['channels']
  return { width, height, channels, data: new Uint8Array(width * height * channels) }
}

/** Puts one unfiltered row of samples into the picture: pixel k of it goes to column x0 + k * step of row y. */
type Expand = (row: Uint8Array, y: number, x0: number, step: number, count: number) => void

function expander(
  header: PngHeader,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
  { width, channels, data }: Picture,
): Expand {
  const { depth, colour } = header
  const values = COLOURS[colour].values
  if (depth === 8 && channels === values && colour !== 3) {
    return (row, y, x0, step, count) => {
      if (step === 1) data.set(row.subarray(0, count * values), (y * width + x0) * values)
      else {
        for (let k = 0; k < count; k++) {
          const to = (y * width + x0 + k * step) * values
          for (let c = 0; c < values; c++) data[to + c] = row[k * values + c]
        }
      }
    }
  }
  const sample = (row: Uint8Array, i: number): number => {
    if (depth === 8) return row[i]
    if (depth === 16) return (row[2 * i] << 8) | row[2 * i + 1]
    const bit = i * depth
    return (row[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1)
  }
  const top = 2 ** depth - 1
  // Grey and RGB name one see-through colour, as 16-bit numbers.
  const key =
    transparency && colour !== 3 && transparency.length >= 2 * values
      ? Array.from({ length: values }, (_, c) => (transparency[2 * c] << 8) | transparency[2 * c + 1])
      : undefined
  return (row, y, x0, step, count) => {
    for (let k = 0; k < count; k++) {
      const to = (y * width + x0 + k * step) * channels
      if (colour === 3 && palette) {
        const entry = sample(row, k)
        for (let c = 0; c < 3; c++) data[to + c] = palette[3 * entry + c] ?? 0
        if (transparency) data[to + 3] = transparency[entry] ?? 255
        continue
      }
      let matches = key !== undefined
      for (let c = 0; c < values; c++) {
        const value = sample(row, k * values + c)
        data[to + c] = depth === 8 ? value : Math.round((value * 255) / top)
        if (key && value !== key[c]) matches = false
      }
      if (channels > values) data[to + values] = matches ? 0 : 255
    }
  }
}

/** First column, first row and steps of Adam7's seven passes. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** Takes unpacked bytes as they come, undoes the row filters and hands each row on. Holds two rows. */
class RowReader {
  complete = 0
  readonly total: number
  #passes: { x0: number; y0: number; dx: number; dy: number; count: number; rows: number; bytes: number }[]
  #pass = 0
  #rowInPass = 0
  #pixelBytes: number
  #row: Uint8Array
  #above: Uint8Array
  #filter = -1
  #filled = 0
  #source: string
  #expand: Expand

  constructor(header: PngHeader, source: string, expand: Expand) {
    const { width, height, depth, colour, interlaced } = header
    const bits = depth * COLOURS[colour].values
    this.#pixelBytes = Math.max(1, bits >> 3)
    this.#passes = (interlaced ? ADAM7 : [[0, 0, 1, 1] as const])
      .map(([x0, y0, dx, dy]) => {
        const count = Math.ceil((width - x0) / dx)
        return { x0, y0, dx, dy, count, rows: Math.ceil((height - y0) / dy), bytes: Math.ceil((count * bits) / 8) }
      })
      .filter(pass => pass.count > 0 && pass.rows > 0)
    this.total = this.#passes.reduce((sum, pass) => sum + pass.rows, 0)
    const longest = Math.max(...this.#passes.map(pass => pass.bytes))
    this.#row = new Uint8Array(longest)
    this.#above = new Uint8Array(longest)
    this.#source = source
    this.#expand = expand
  }

  get done(): boolean {
    return this.complete === this.total
  }

  /** False when no more is needed. */
  push(piece: Uint8Array): boolean {
    let at = 0
    while (at < piece.length && !this.done) {
      if (this.#filter < 0) {
        this.#filter = piece[at++]
        if (this.#filter > 4)
          throw corrupt(this.#source, `row ${this.complete + 1} has the unknown filter ${this.#filter}`)
        continue
      }
      const pass = this.#passes[this.#pass]
      const take = Math.min(pass.bytes - this.#filled, piece.length - at)
      this.#row.set(piece.subarray(at, at + take), this.#filled)
      this.#filled += take
      at += take
      if (this.#filled === pass.bytes) this.#finishRow(pass)
    }
    return !this.done
  }

  #finishRow(pass: { x0: number; y0: number; dx: number; dy: number; count: number; rows: number; bytes: number }) {
    unfilter(this.#filter, this.#row, this.#above, pass.bytes, this.#pixelBytes)
    this.#expand(this.#row, pass.y0 + this.#rowInPass * pass.dy, pass.x0, pass.dx, pass.count)
    const row = this.#row
    this.#row = this.#above
    this.#above = row
    this.#filter = -1
    this.#filled = 0
    this.complete++
    this.#rowInPass++
    if (this.#rowInPass === pass.rows) {
      this.#pass++
      this.#rowInPass = 0
      this.#above.fill(0)
    }
  }
}

function unfilter(filter: number, row: Uint8Array, above: Uint8Array, length: number, pixel: number): void {
  if (filter === 1) for (let i = pixel; i < length; i++) row[i] += row[i - pixel]
  else if (filter === 2) for (let i = 0; i < length; i++) row[i] += above[i]
  else if (filter === 3) {
    for (let i = 0; i < length; i++) row[i] += ((i < pixel ? 0 : row[i - pixel]) + above[i]) >> 1
  } else if (filter === 4) {
    for (let i = 0; i < length; i++) {
      const a = i < pixel ? 0 : row[i - pixel]
      const b = above[i]
      const c = i < pixel ? 0 : above[i - pixel]
      const pa = Math.abs(b - c)
      const pb = Math.abs(a - c)
      const pc = Math.abs(a + b - 2 * c)
      row[i] += pa <= pb && pa <= pc ? a : pb <= pc ? b : c
    }
  }
}

/** Unpacks zlib data until `take` answers false. */
async function inflate(parts: readonly Uint8Array[], take: (piece: Uint8Array) => boolean): Promise<void> {
  const stream = new Blob(parts as unknown as BlobPart[]).stream().pipeThrough(new DecompressionStream('deflate'))
  const reader = (stream as ReadableStream<Uint8Array>).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || !take(value)) return
    }
  } finally {
    // The rest is not wanted; an error in it is no matter.
    await reader.cancel().catch(() => {})
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

/** The CRC of PNG's chunks over bytes `start` to `end`. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let c = 0xffffffff
  for (let i = start; i < end; i++) c = CRC_TABLE[(c ^ bytes[i]) & 255] ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

function corrupt(source: string, what: string, cause?: unknown): InklingError {
  return new InklingError(`${source} is a broken PNG picture: ${what}`, { cause })
}
