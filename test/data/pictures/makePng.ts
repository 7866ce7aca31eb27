import { deflateSync } from 'node:zlib'
import { crc32 } from '../../../src/data/pictures/png.ts'

/** One chunk of a PNG file. */
export function chunk(type: string, body: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + body.length)
  out.writeUInt32BE(body.length)
  out.write(type, 4, 'latin1')
  out.set(body, 8)
  out.writeUInt32BE(crc32(out, 4, 8 + body.length), 8 + body.length)
  return out
}

export interface PngParts {
  width: number
  height: number
  depth: number
  colour: number
  interlaced?: boolean
  /** Value of sample `c` of pixel (x, y), 0..2^depth-1. */
  sample: (x: number, y: number, c: number) => number
  /** Chunks between header and data. */
  extra?: Buffer[]
}

const VALUES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
]

/** The rows of a PNG before compression, written from the standard; row k has filter k % 5 (k counts all rows). */
export function pngRows(parts: PngParts): Buffer {
  const { width, height, depth, colour } = parts
  const values = VALUES[colour]
  const step = Math.max(1, (depth * values) >> 3)
  const rows: Buffer[] = []
  for (const [x0, y0, dx, dy] of parts.interlaced ? PASSES : [[0, 0, 1, 1]]) {
    const count = Math.ceil((width - x0) / dx)
    if (count <= 0) continue
    let above = Buffer.alloc(Math.ceil((count * values * depth) / 8))
    for (let y = y0; y < height; y += dy) {
      const row = Buffer.alloc(above.length)
      for (let i = 0; i < count * values; i++) {
        const value = parts.sample(x0 + Math.floor(i / values) * dx, y, i % values)
        if (depth === 16) row.writeUInt16BE(value, 2 * i)
        else row[(i * depth) >> 3] |= value << (8 - depth - ((i * depth) & 7))
      }
      const filter = rows.length % 5
      const line = Buffer.alloc(row.length + 1)
      line[0] = filter
      for (let i = 0; i < row.length; i++) {
        const a = i < step ? 0 : row[i - step]
        const b = above[i]
        const c = i < step ? 0 : above[i - step]
        const p = a + b - c
        const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)]
        const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c
        line[i + 1] = row[i] - [0, a, b, (a + b) >> 1, paeth][filter]
      }
      rows.push(line)
      above = row
    }
  }
  return Buffer.concat(rows)
}

export function header(parts: Pick<PngParts, 'width' | 'height' | 'depth' | 'colour' | 'interlaced'>): Buffer {
  const body = Buffer.alloc(13)
  body.writeUInt32BE(parts.width)
  body.writeUInt32BE(parts.height, 4)
  body[8] = parts.depth
  body[9] = parts.colour
  body[12] = parts.interlaced ? 1 : 0
  return Buffer.concat([Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), chunk('IHDR', body)])
}

/** A whole PNG file, its data in two chunks. */
export function makePng(parts: PngParts): Buffer {
  const data = deflateSync(pngRows(parts))
  const half = data.length >> 1
  return Buffer.concat([
    header(parts),
    ...(parts.extra ?? []),
    chunk('IDAT', data.subarray(0, half)),
    chunk('IDAT', data.subarray(half)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** An 8-bit grey PNG of the given values. */
export function greyPng(width: number, height: number, data: ArrayLike<number>): Buffer {
  return makePng({ width, height, depth: 8, colour: 0, sample: (x, y) => data[y * width + x] })
}
