import { InklingError } from '../../errors.ts'
import { plural } from '../../words.ts'
import { createDataset, type Dataset } from '../dataset.ts'
import { DIGITS, FoundClasses } from './foundClasses.ts'
import { LineCutter } from './lineCutter.ts'
import { growingStore, type PictureStore } from './pictureStore.ts'
import { decodeText } from './text.ts'

/** What {@link KaggleCsvParser} expects. */
export interface KaggleCsvOptions {
  /** Names the file in errors. */
  source: string
  /** Default: the ten digits; `found`: as the labels tell. */
  classes?: readonly string[] | 'found'
  /** Shape of one picture. Default [28, 28, 1]. */
  shape?: readonly number[]
  /** Size of the file, where it is known: pictures are then kept without a copy. */
  bytes?: number
  /** Where the pictures go; default: all are kept. */
  store?: PictureStore
}

const COMMA = 44
const CARRIAGE_RETURN = 13
const ZERO = 48
/** A line longer than this is no line of such a file; it bounds what is held back between pieces. */
const MAX_LINE = 1 << 20

/**
 * Reads the CSV of Kaggle's digit-recognizer piece by piece: `label,pixel0,...,pixel783` (train.csv) or
 * `pixel0,...,pixel783` (test.csv), whole numbers 0..255. The names `1x1`..`28x28` and `pixel1`..`pixel784` of other
 * well-known exports are taken too, and so is a file without a header whose rows are `label,pixels` (A-Z letters; with the header `0,0.1,0.2,...`
 * where somebody saved it again). A byte-order mark, Windows line ends and empty lines are no matter. Anything else is
 * an error that names file, line and column. Memory: what the store keeps, and one line.
 */
export class KaggleCsvParser {
  #source: string
  #classes: readonly string[]
  #found: FoundClasses | undefined
  #labels: number
  #shape: readonly number[]
  #pixels: number
  #hasLabel = false
  #line = 0
  /** The first line that is not empty was taken: a header, or a row that tells the layout. */
  #headed = false
  #rows = 0
  #lines = new LineCutter((bytes, start, end) => this.#takeLine(bytes, start, end))
  #row: Uint8Array
  #store: PictureStore

  constructor(options: KaggleCsvOptions) {
    this.#source = options.source
    const { classes = DIGITS } = options
    this.#found = classes === 'found' ? new FoundClasses() : undefined
    this.#classes = classes === 'found' ? [] : classes
    this.#labels = this.#found?.most ?? this.#classes.length
    this.#shape = options.shape ?? [28, 28, 1]
    this.#pixels = this.#shape.reduce((a, b) => a * b, 1)
    this.#row = new Uint8Array(this.#pixels)
    // A cell takes two bytes at least: a figure, and a comma or the end of the line.
    const most = Math.ceil((options.bytes ?? 0) / (2 * this.#pixels))
    this.#store = options.store ?? growingStore(this.#pixels, most)
  }

  /** Takes the next piece of the file; pieces may end anywhere. */
  push(piece: Uint8Array): void {
    this.#lines.push(piece)
    if (this.#lines.held.length > MAX_LINE) this.#notCsv(this.#lines.held, this.#line + 1)
  }

  /** Ends the file, whose pictures are in the store; false when it has no label column. */
  end(): boolean {
    this.#lines.end()
    if (!this.#headed) throw new InklingError(`${this.#source} is empty`)
    if (this.#rows === 0) throw new InklingError(`${this.#source} has a header but no rows`)
    return this.#hasLabel
  }

  /** Ends file and store and returns the pictures; `labels` is undefined when the file has no label column. */
  finish(name: string): Dataset {
    const hasLabel = this.end()
    const { features, labels } = this.#store.finish()
    const known = hasLabel ? labels : undefined
    const classes = this.#found?.names(this.#source) ?? this.#classes
    return createDataset({ name, shape: this.#shape, classes, features, labels: known })
  }

  #takeLine(bytes: Uint8Array, start: number, lineEnd: number): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd
    this.#line++
    const marked = this.#line === 1 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf
    const from = marked ? start + 3 : start
    if (end <= from) return
    const isHeader = !this.#headed && this.#readHeader(bytes.subarray(from, end))
    this.#headed = true
    if (!isHeader) this.#readRow(bytes, from, end)
  }

  /** False when the first line is a row already. */
  #readHeader(line: Uint8Array): boolean {
    if (line.length > MAX_LINE) this.#notCsv(line, this.#line)
    const text = decodeText(line, this.#source, this.#line)
    const cells = text.split(',').map(cell => cell.trim().replace(/^"(.*)"$/, '$1'))
    if (cells.length > 1 && cells.every(cell => /^\d+$/.test(cell))) {
      if (cells.length !== this.#pixels + 1) {
        throw new InklingError(
          `${this.#source}, line ${this.#line}: no header, and ${plural(cells.length, 'column')} where ${this.#pixels + 1} were expected`,
          { hint: this.#layoutHint() },
        )
      }
      this.#hasLabel = true
      return false
    }
    const savedAgain = cells[0] === '0' && cells[1] === '0.1' && cells.length === this.#pixels + 1
    this.#hasLabel = cells[0] === 'label' || savedAgain
    if (savedAgain) return true
    const first = this.#hasLabel ? 1 : 0
    const from = cells[first] === 'pixel1' ? 1 : 0
    for (let i = 0; i < this.#pixels; i++) {
      const cell = cells[first + i]
      if (cell === `pixel${from + i}` || cell === this.#gridName(i)) continue
      if (!/[,]/.test(text)) this.#notCsv(line, this.#line)
      const found = cell === undefined ? 'the header ends' : `found "${shorten(cell)}"`
      throw new InklingError(
        `${this.#source}, line ${this.#line}, column ${first + i + 1}: expected "pixel${from + i}", ${found} (${plural(cells.length, 'column')})`,
        { hint: this.#layoutHint() },
      )
    }
    if (cells.length > first + this.#pixels) {
      throw new InklingError(
        `${this.#source}, line ${this.#line}, column ${first + this.#pixels + 1}: "${shorten(cells[first + this.#pixels])}" is one column too many`,
        { hint: this.#layoutHint() },
      )
    }
    return true
  }

  #readRow(bytes: Uint8Array, start: number, end: number): void {
    const pixels = this.#pixels
    const columns = pixels + (this.#hasLabel ? 1 : 0)
    const row = this.#row
    // The label is column -1: everything else goes into the row without a test.
    let to = this.#hasLabel ? -1 : 0
    let value = 0
    let digits = 0
    let label = 0
    for (let i = start; i <= end; i++) {
      const c = i < end ? bytes[i] : COMMA
      const digit = c - ZERO
      if (digit >= 0 && digit <= 9) {
        value = value * 10 + digit
        digits++
        continue
      }
      if (c !== COMMA || digits === 0 || digits > 9 || to >= pixels) this.#badRow(bytes, start, end, columns)
      if (to < 0) label = value
      else if (value > 255) this.#badRow(bytes, start, end, columns)
      else row[to] = value
      to++
      value = 0
      digits = 0
    }
    if (to !== pixels || label >= this.#labels) this.#badRow(bytes, start, end, columns)
    this.#found?.add(label, this.#line)
    this.#store.add(row, label)
    this.#rows++
  }

  /** Finds out what is wrong with a row: slowly, since it is the last thing that happens. */
  #badRow(bytes: Uint8Array, start: number, end: number, columns: number): never {
    const cells = new TextDecoder().decode(bytes.subarray(start, end)).split(',')
    const where = (i: number) => `${this.#source}, line ${this.#line}, column ${i + 1} (${this.#columnName(i)})`
    for (let i = 0; i < Math.min(cells.length, columns); i++) {
      const cell = cells[i]
      const isLabel = this.#hasLabel && i === 0
      if (cell === '') throw new InklingError(`${where(i)}: the cell is empty; expected a whole number`)
      if (!/^\d+$/.test(cell)) {
        const number = /^[\s"']*(\d+)[\s"']*$/.exec(cell)?.[1]
        const pixels = isLabel ? undefined : 'Pixels are whole numbers from 0 (paper) to 255 (ink).'
        // The signs that are wrong are to be seen: neither blanks nor quotes are taken away.
        throw new InklingError(`${where(i)}: ${JSON.stringify(shorten(cell))} is no whole number`, {
          hint: number === undefined ? pixels : `Write ${shorten(number)}, without blanks and quotes.`,
        })
      }
      if (isLabel && Number(cell) >= this.#labels) {
        const range = `0..${this.#labels - 1}`
        throw new InklingError(`${where(i)}: label ${shorten(cell)} is outside the classes ${range}`)
      }
      if (!isLabel && Number(cell) > 255) {
        throw new InklingError(`${where(i)}: ${shorten(cell)} is not within 0..255`)
      }
    }
    if (cells.length !== columns) {
      throw new InklingError(
        `${this.#source}, line ${this.#line}: ${plural(cells.length, 'column')} where ${columns} were expected`,
        { hint: 'The row lost or gained a cell, or the file is cut off.' },
      )
    }
    throw new InklingError(`${this.#source}, line ${this.#line}: cannot be read`)
  }

  #notCsv(line: Uint8Array, number: number): never {
    const text = new TextDecoder().decode(line.subarray(0, 40))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary files
    const binary = /[\u0000-\u0008\u000e-\u001f]/.test(text)
    throw new InklingError(
      binary
        ? `${this.#source} is no CSV text: it holds binary data`
        : `${this.#source}, line ${number}: expected "label,pixel0,..." with commas, found "${shorten(text.trim())}"`,
      { hint: this.#layoutHint() },
    )
  }

  #layoutHint(): string {
    const last = this.#pixels - 1
    return `Expected the layout of Kaggle's digit-recognizer: label,pixel0,...,pixel${last}, or without the label column.`
  }

  #columnName(column: number): string {
    const pixel = column - (this.#hasLabel ? 1 : 0)
    return pixel < 0 ? 'label' : `pixel${pixel}`
  }

  #gridName(pixel: number): string {
    const width = this.#shape[1]
    return `${Math.floor(pixel / width) + 1}x${(pixel % width) + 1}`
  }
}

/** Reads a whole CSV text that is in memory already. */
export function parseKaggleCsv(bytes: Uint8Array, name: string, options: KaggleCsvOptions): Dataset {
  const parser = new KaggleCsvParser(options)
  parser.push(bytes)
  return parser.finish(name)
}

function shorten(cell: string): string {
  return cell.length > 24 ? `${cell.slice(0, 24)}...` : cell
}
