import { encode } from 'fast-png'
import { escapeHtml } from '../../report/html.ts'
import { pictureShape } from '../../report/pictures.ts'

/** Pictures in rows and columns, as they are drawn one behind the other. */
export interface PictureGrid {
  /** Bytes, one picture behind the other, [height, width] or [height, width, channels]. */
  pictures: Uint8Array
  shape: readonly number[]
  columns: number
  /** Below each picture. */
  captions?: readonly string[]
  /** Before each row. */
  rows?: readonly string[]
  description: string
  /** Pixels of a side of a picture on the page. Default 56. */
  size?: number
}

const GAP = 6
const LINE = 15

/** A grid of pictures as an SVG file that holds them. */
export function pictureGrid({ pictures, shape, columns, captions, rows, description, size = 56 }: PictureGrid): string {
  const form = pictureShape(shape)
  if (!form) throw new Error(`no pictures: [${shape.join(', ')}]`)
  const { height, width, channels } = form
  const stride = height * width * channels
  const count = pictures.length / stride
  const cell = { width: size + GAP, height: (size * height) / width + GAP + (captions ? LINE : 0) }
  const left = rows ? 12 + 7 * Math.max(...rows.map(r => r.length)) : 0
  const lines = Math.ceil(count / columns)
  const parts: string[] = []
  for (let i = 0; i < count; i++) {
    const x = left + (i % columns) * cell.width
    const y = Math.floor(i / columns) * cell.height
    const png = encode({ width, height, channels, depth: 8, data: pictures.slice(i * stride, (i + 1) * stride) })
    const uri = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
    parts.push(
      `<image x="${x}" y="${y}" width="${size}" height="${(size * height) / width}" href="${uri}" style="image-rendering:pixelated"/>`,
    )
    if (captions?.[i])
      parts.push(
        `<text x="${x + size / 2}" y="${y + (size * height) / width + 12}" text-anchor="middle">${escapeHtml(captions[i])}</text>`,
      )
  }
  rows?.forEach((text, r) => {
    parts.push(
      `<text x="${left - 8}" y="${r * cell.height + size / 2 + 4}" text-anchor="end">${escapeHtml(text)}</text>`,
    )
  })
  const whole = { width: left + columns * cell.width, height: lines * cell.height }
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" fill="currentColor" viewBox="0 0 ${whole.width} ${whole.height}" role="img" aria-label="${escapeHtml(description)}">${parts.join('')}</svg>`
}

/** Values to bytes: `low` is black, `high` white. */
export function toBytes(values: ArrayLike<number>, low = 0, high = 1): Uint8Array {
  return Uint8Array.from(values, v => Math.round(255 * Math.min(1, Math.max(0, (v - low) / (high - low))) || 0))
}
