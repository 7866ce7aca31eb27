import { encode } from 'fast-png'
import type { PictureShape } from './pictures.ts'

/** Many pictures in one. */
export interface Sprite {
  columns: number
  rows: number
  /** data:image/png;base64,... */
  uri: string
}

/** Lays the first `count` pictures out in rows and encodes them as one PNG. */
export function sprite(pictures: Uint8Array, count: number, shape: PictureShape): Sprite {
  const { height, width, channels } = shape
  const columns = Math.max(1, Math.min(20, count))
  const rows = Math.max(1, Math.ceil(count / columns))
  const data = new Uint8Array(rows * height * columns * width * channels)
  const line = width * channels
  for (let i = 0; i < count; i++) {
    const left = (i % columns) * line
    const top = Math.floor(i / columns) * height
    for (let y = 0; y < height; y++) {
      const from = (i * height + y) * line
      data.set(pictures.subarray(from, from + line), (top + y) * columns * line + left)
    }
  }
  const png = encode({ width: columns * width, height: rows * height, data, channels, depth: 8 })
  return { columns, rows, uri: `data:image/png;base64,${Buffer.from(png).toString('base64')}` }
}
