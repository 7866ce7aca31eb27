import { encode } from 'fast-png'
import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { drawText, GLYPH_HEIGHT, GLYPH_WIDTH } from './bitmapFont.ts'
import { classCounts, type Dataset, exampleAt, labelAt } from './dataset.ts'
import { asTraces, isSignal } from './heartbeats/trace.ts'

/** Settings of {@link contactSheet}. */
export interface ContactSheetOptions {
  /** Pictures a class. Default 20. */
  perClass?: number
  /** Which pictures: the same seed takes the same. Default 0. */
  seed?: number
  /** Pixels a side for one pixel of a picture. Default: so that a picture has at least 40. */
  zoom?: number
}

/** How often a class occurs. */
export interface ClassShare {
  label: string
  count: number
  /** count / number of examples. */
  share: number
}

/** A contact sheet and what it was drawn from. */
export interface ContactSheet {
  png: Uint8Array
  width: number
  height: number
  distribution: ClassShare[]
}

const MARGIN = 12
const GAP = 2
const TEXT = 2
const BACKGROUND = [24, 26, 30]
const INK = [225, 228, 232]
const FAINT = [140, 146, 154]

/**
 * A PNG with a row for each class (its name, how many there are, and pictures drawn at random), or rows of pictures in
 * random order where there are no labels. Pictures are [height, width, 1 or 3]; signals are drawn as traces.
 */
export function contactSheet(data: Dataset, options: ContactSheetOptions = {}): ContactSheet {
  const ds = isSignal(data) ? asTraces(data) : data
  const { perClass = 20, seed = 0 } = options
  const [height, width, channels = 1] = ds.shape
  if (ds.shape.length > 3 || ds.shape.length < 2 || (channels !== 1 && channels !== 3)) {
    throw new InklingError(`${ds.name}: [${ds.shape.join(', ')}] are no pictures, so there is no contact sheet`)
  }
  if (!Number.isInteger(perClass) || perClass < 1) {
    throw new InklingError(`a contact sheet has at least one picture a class, not ${perClass}`, { exitCode: 2 })
  }
  const zoom = options.zoom ?? Math.max(1, Math.ceil(40 / Math.max(width, height)))
  const distribution = classDistribution(ds)
  const rows = pickRows(ds, perClass, seed)
  const names = rows.map(row => (row.label === undefined ? '' : ds.classes[row.label]))
  const counts = rows.map(row => (row.label === undefined ? '' : `${distribution[row.label].count}`))
  const longest = Math.max(...names.map(n => n.length), ...counts.map(c => c.length), 0)
  const indent = longest > 0 ? longest * GLYPH_WIDTH * TEXT + MARGIN : 0
  const cell = { width: width * zoom + GAP, height: Math.max(height * zoom, 2 * (GLYPH_HEIGHT + 1) * TEXT) + GAP }
  const top = MARGIN + GLYPH_HEIGHT * TEXT + MARGIN
  const title = `${ds.name}: ${ds.length} pictures, ${width} x ${height}${channels === 3 ? ' RGB' : ''}`
  const sheet = new Sheet(
    Math.max(MARGIN * 2 + indent + perClass * cell.width, MARGIN * 2 + title.length * GLYPH_WIDTH * TEXT),
    top + rows.length * cell.height + MARGIN,
  )
  sheet.text(title, MARGIN, MARGIN, INK)
  for (let r = 0; r < rows.length; r++) {
    const y = top + r * cell.height
    sheet.text(names[r], MARGIN, y, INK)
    sheet.text(counts[r], MARGIN, y + (GLYPH_HEIGHT + 1) * TEXT, FAINT)
    rows[r].positions.forEach((position, k) => {
      sheet.picture(ds, position, MARGIN + indent + k * cell.width, y, zoom)
    })
  }
  return { png: sheet.png(), width: sheet.width, height: sheet.height, distribution }
}

/** How often each class occurs, in the order of the classes. */
export function classDistribution(ds: Dataset): ClassShare[] {
  return classCounts(ds).map((count, i) => ({
    label: ds.classes[i],
    count,
    share: ds.length > 0 ? count / ds.length : 0,
  }))
}

function pickRows(ds: Dataset, perClass: number, seed: number): { label?: number; positions: number[] }[] {
  const order = createRandom(seed)
    .fork('contact sheet')
    .shuffle(Uint32Array.from({ length: ds.length }, (_, i) => i))
  if (!ds.labels) {
    const rows = Math.min(10, Math.ceil(ds.length / perClass))
    return Array.from({ length: rows }, (_, r) => ({
      positions: Array.from(order.subarray(r * perClass, (r + 1) * perClass)),
    }))
  }
  const rows = ds.classes.map((_, label) => ({ label, positions: [] as number[] }))
  for (const position of order) {
    const row = rows[labelAt(ds, position)]
    if (row.positions.length < perClass) row.positions.push(position)
  }
  return rows
}

class Sheet {
  readonly width: number
  readonly height: number
  #data: Uint8Array

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.#data = new Uint8Array(width * height * 3)
    for (let i = 0; i < this.#data.length; i++) this.#data[i] = BACKGROUND[i % 3]
  }

  text(text: string, x: number, y: number, colour: readonly number[]): void {
    drawText(text, x, y, TEXT, (px, py) => {
      if (px < this.width && py < this.height) this.#data.set(colour, (py * this.width + px) * 3)
    })
  }

  picture(ds: Dataset, position: number, x: number, y: number, zoom: number): void {
    const [height, width, channels = 1] = ds.shape
    const values = exampleAt(ds, position)
    const scale = values instanceof Uint8Array ? 1 : 255
    for (let py = 0; py < height * zoom; py++) {
      for (let px = 0; px < width * zoom; px++) {
        const from = (Math.floor(py / zoom) * width + Math.floor(px / zoom)) * channels
        const to = ((y + py) * this.width + x + px) * 3
        for (let c = 0; c < 3; c++) {
          const value = values[from + (channels === 3 ? c : 0)] * scale
          this.#data[to + c] = Math.min(255, Math.max(0, Math.round(value)))
        }
      }
    }
  }

  png(): Uint8Array {
    return encode({ width: this.width, height: this.height, channels: 3, depth: 8, data: this.#data })
  }
}
