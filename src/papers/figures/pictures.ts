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
  /** A picture of its own on the left, such as what the others are made of. */
  beside?: { picture: Uint8Array; shape: readonly number[]; caption: string }
  description: string
  /** Pixels of a side of a picture on the page. Default 56. */
  size?: number
}

const GAP = 6
const LINE = 15

/** A grid of pictures as an SVG file that holds them. */
export function pictureGrid({
  pictures,
  shape,
  columns,
  captions,
  rows,
  beside,
  description,
  size = 56,
}: PictureGrid): string {
  const form = formOf(shape)
  const { height, width, channels } = form
  const stride = height * width * channels
  const count = pictures.length / stride
  const cell = { width: size + GAP, height: (size * height) / width + GAP + (captions ? LINE : 0) }
  const left = (rows ? 12 + 7 * Math.max(...rows.map(r => r.length)) : 0) + (beside ? size + 3 * GAP : 0)
  const lines = Math.ceil(count / columns)
  const parts: string[] = beside ? [placed(beside.picture, formOf(beside.shape), 0, 0, size, beside.caption)] : []
  for (let i = 0; i < count; i++) {
    const x = left + (i % columns) * cell.width
    const y = Math.floor(i / columns) * cell.height
    parts.push(placed(pictures.slice(i * stride, (i + 1) * stride), form, x, y, size, captions?.[i]))
  }
  rows?.forEach((text, r) => {
    parts.push(
      `<text x="${left - 8}" y="${r * cell.height + size / 2 + 4}" text-anchor="end">${escapeHtml(text)}</text>`,
    )
  })
  const whole = { width: left + columns * cell.width, height: lines * cell.height }
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" fill="currentColor" viewBox="0 0 ${whole.width} ${whole.height}" role="img" aria-label="${escapeHtml(description)}">${parts.join('')}</svg>`
}

type Form = NonNullable<ReturnType<typeof pictureShape>>

function formOf(shape: readonly number[]): Form {
  const form = pictureShape(shape)
  if (!form) throw new Error(`no pictures: [${shape.join(', ')}]`)
  return form
}

/** A picture with a line below it. */
function placed(data: Uint8Array, form: Form, x: number, y: number, size: number, caption?: string): string {
  const png = encode({ ...form, depth: 8, data })
  const tall = (size * form.height) / form.width
  const uri = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  const image = `<image x="${x}" y="${y}" width="${size}" height="${tall}" href="${uri}" style="image-rendering:pixelated"/>`
  if (!caption) return image
  return `${image}<text x="${x + size / 2}" y="${y + tall + 12}" text-anchor="middle">${escapeHtml(caption)}</text>`
}

/** Values to bytes: `low` is black, `high` white. */
export function toBytes(values: ArrayLike<number>, low = 0, high = 1): Uint8Array {
  return Uint8Array.from(values, v => Math.round(255 * Math.min(1, Math.max(0, (v - low) / (high - low))) || 0))
}
