import { InklingError } from '../../errors.ts'
import { DECIMAL_HINT, hasDecimalComma } from './decimalComma.ts'
import { delimiterOf } from './delimiter.ts'

/** The columns of a CSV file as channels over time. */
export interface SignalColumns {
  /** Of the header; undefined where there is none. */
  names?: string[]
  channels: number
  /** [samples, channels]. */
  values: Float32Array
  /** Samples a second, where a column of times tells. */
  rate?: number
  /** The same as it was measured, where `rate` is the round number nearby. */
  pace?: number
  /** The first time of that column, in seconds. */
  start: number
  /** Columns that are no channels: the times, and numbers of the rows. */
  without: string[]
}

/** Seconds that one unit of a time column is, by its name in lower case without blanks and brackets. */
const TIME_UNITS: Readonly<Record<string, number>> = {
  ...{ t: 1, time: 1, times: 1, timestamp: 1, s: 1, sec: 1, seconds: 1, timesec: 1, timeseconds: 1, time_s: 1 },
  ...{ ms: 1e-3, timems: 1e-3, time_ms: 1e-3, milliseconds: 1e-3, us: 1e-6, timeus: 1e-6, time_us: 1e-6 },
}
const ROW_NUMBERS = /^(|index|sample|samples|n|row|unnamed: 0)$/i
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i

/** True for a cell that holds a number: `1e-3`, ` -2.5`. */
const isNumber = (cell: string) => NUMBER.test(cell.trim())

/**
 * Reads a signal from CSV: a row per sample, a column per channel, with a header or without; commas, semicolons or tabs,
 * whichever the first line has most of. A column of times (`time`, `t`, `seconds`, `time_ms`, ...) gives the rate, and
 * one that numbers the rows is left out.
 *
 * @param where the file's name, for errors
 * @param wanted read these columns only, by name or by number from 1; default all
 * @throws InklingError with the line of what is wrong: letters in a number, a gap, a row of another length
 */
export function parseSignalCsv(text: string, where: string, wanted?: readonly string[]): SignalColumns {
  const lines = linesOf(text)
  const first = lines.next().value
  if (!first) throw new InklingError(`${where} is empty`)
  const delimiter = delimiterOf(first.text)
  const top = cellsOf(first.text, delimiter)
  const header = top.every(isNumber) ? undefined : top
  const twice = header?.find((name, i) => header.indexOf(name) !== i)
  if (twice !== undefined) throw new InklingError(`${where} has two columns called "${twice}"`)
  const timeAt = header ? header.findIndex(name => unitOf(name) !== undefined) : -1
  const places = placesOf(top, header, wanted, where)
  const read = timeAt >= 0 && !places.includes(timeAt) ? [...places, timeAt] : places

  const rows = new Rows(read.length)
  const take = ({ text: line, number }: Line) => {
    const cells = cellsOf(line, delimiter)
    if (cells.length !== top.length) {
      const other = header ? 'the header has' : 'the first line has'
      throw new InklingError(`${where}, line ${number}: ${cells.length} cells, ${other} ${top.length}`)
    }
    rows.push(number, read, cells, (at, cell) => badCell(where, number, header?.[at] ?? String(at + 1), cell))
  }
  if (!header) take(first)
  for (const line of lines) take(line)
  if (rows.count === 0) throw new InklingError(`${where} has a header and no samples`)
  return columnsOf(rows, { read, channels: places.length, header, timeAt, chosen: wanted !== undefined, where })
}

interface Line {
  text: string
  number: number
}

/** Lines that are not empty, numbered from 1 as editors do. */
function* linesOf(text: string): Generator<Line, undefined> {
  let from = text.charCodeAt(0) === 0xfeff ? 1 : 0
  for (let number = 1; from < text.length; number++) {
    const at = text.indexOf('\n', from)
    const end = at < 0 ? text.length : at
    const line = text.slice(from, text[end - 1] === '\r' ? end - 1 : end)
    if (line.trim() !== '') yield { text: line, number }
    from = end + 1
  }
}

function cellsOf(line: string, delimiter: string): string[] {
  const cells = line.split(delimiter)
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i].trim()
    cells[i] = cell.length > 1 && cell[0] === '"' && cell.endsWith('"') ? cell.slice(1, -1).trim() : cell
  }
  return cells
}

const unitOf = (name: string): number | undefined => TIME_UNITS[name.toLowerCase().replace(/[\s()[\]]/g, '')]

/** Positions of the columns to read. */
function placesOf(
  top: readonly string[],
  header: readonly string[] | undefined,
  wanted: readonly string[] | undefined,
  where: string,
): number[] {
  if (!wanted) return Array.from(top.keys()).filter(i => !header || unitOf(header[i]) === undefined)
  return wanted.map(name => {
    const at = header?.indexOf(name) ?? -1
    if (at >= 0) return at
    const number = /^\d+$/.test(name) ? Number(name) : 0
    if (number >= 1 && number <= top.length) return number - 1
    throw new InklingError(`${where} has no channel "${name}"`, {
      hint: header ? `It has ${header.slice(0, 20).join(', ')}.` : `It has no header: columns 1 to ${top.length}.`,
    })
  })
}

/** Numbers row by row in storage that grows. */
class Rows {
  values: Float64Array
  lines: Uint32Array = new Uint32Array(1024)
  count = 0
  readonly width: number

  constructor(width: number) {
    this.width = width
    this.values = new Float64Array(1024 * width)
  }

  push(
    line: number,
    places: readonly number[],
    cells: readonly string[],
    bad: (at: number, cell: string) => Error,
  ): void {
    if (this.count === this.lines.length) {
      const [values, lines] = [new Float64Array(2 * this.values.length), new Uint32Array(2 * this.lines.length)]
      values.set(this.values)
      lines.set(this.lines)
      this.values = values
      this.lines = lines
    }
    this.lines[this.count] = line
    const to = this.count++ * this.width
    for (let i = 0; i < places.length; i++) {
      const cell = cells[places[i]]
      const value = NUMBER.test(cell) ? Number(cell) : Number.NaN
      // What 32 bits do not hold is no sample.
      if (!Number.isFinite(Math.fround(value))) throw bad(places[i], cell)
      this.values[to + i] = value
    }
  }
}

function badCell(where: string, line: number, name: string, cell: string): InklingError {
  const at = `${where}, line ${line}: column "${name}"`
  if (/^(|na|n\/a|nan|null|none|\?)$/i.test(cell))
    return new InklingError(`${at} has a gap ("${cell}"); a signal needs a number for every sample`, {
      hint: 'Fill the gaps, or choose other columns with --channels.',
    })
  return new InklingError(`${at} holds "${cell}", not a number`, {
    hint: hasDecimalComma(cell) ? DECIMAL_HINT : 'Choose other columns with --channels.',
  })
}

function columnsOf(
  rows: Rows,
  facts: { read: number[]; channels: number; header?: string[]; timeAt: number; chosen: boolean; where: string },
): SignalColumns {
  const { read, header, timeAt, chosen, where } = facts
  // The times stand behind the channels, unless they were chosen to be one.
  const kept = Array.from({ length: facts.channels }, (_, i) => i).filter(
    i => chosen || !header || !(ROW_NUMBERS.test(header[read[i]]) && numbersRows(rows, i)),
  )
  const channels = kept.length
  if (channels === 0) throw new InklingError(`${where} has no channel beside its times`)
  const values = new Float32Array(rows.count * channels)
  for (let row = 0, to = 0; row < rows.count; row++)
    for (const i of kept) values[to++] = rows.values[row * rows.width + i]
  const names = header && kept.map(i => header[read[i]])
  const without = header && !chosen ? header.filter((_, at) => !kept.some(i => read[i] === at)) : []
  const clock =
    header && timeAt >= 0 ? clockOf(rows, read.indexOf(timeAt), unitOf(header[timeAt]), where) : { start: 0 }
  return { names, channels, values, ...clock, without }
}

function numbersRows({ values, count, width }: Rows, i: number): boolean {
  for (let row = 1; row < count; row++) if (values[row * width + i] !== values[(row - 1) * width + i] + 1) return false
  return count > 1
}

/** The rate of evenly spaced times. */
function clockOf({ values, count, width, lines }: Rows, i: number, unit = 1, where = '') {
  const at = (row: number) => values[row * width + i] * unit
  if (count === 1) return { start: at(0) }
  const step = (at(count - 1) - at(0)) / (count - 1)
  const uneven = (row: number) =>
    new InklingError(
      `${where}, line ${lines[row]}: the time goes from ${at(row - 1)} to ${at(row)} s; samples must be evenly spaced`,
      { hint: 'Fill or cut the gap, or leave the time column out.' },
    )
  let widest = 1
  let even = true
  for (let row = 1; row < count; row++) {
    const now = at(row) - at(row - 1)
    if (now < 0 || step <= 0) throw uneven(row)
    if (now > at(widest) - at(widest - 1)) widest = row
    // Rounded times of a fast signal may repeat; what drifts by more than two samples from an even clock is a gap.
    even &&= Math.abs(at(row) - at(0) - row * step) <= 2 * step
  }
  // A gap bends the clock of all the file: it is where the time leaps.
  if (!even) throw uneven(widest)
  // 0.01 s written with few digits is 100 Hz, not 99.9999.
  const pace = 1 / step
  const round = Math.round(pace)
  return { start: at(0), rate: Math.abs(pace - round) < 1e-3 * pace && round > 0 ? round : pace, pace }
}
