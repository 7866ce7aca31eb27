import { InklingError } from '../../errors.ts'
import { DECIMAL_HINT, hasDecimalComma } from '../formats/decimalComma.ts'
import type { Scaling } from '../normalise.ts'
import { columnAt, isMissing, numberIn, type TextTable } from './readTable.ts'

/** How a column enters the model; its figures are those of the training rows. Plain data, for `config.json`. */
export type TableColumn = NumberColumn | CategoryColumn

/** (value - mean) / deviation; a missing value counts as the mean. */
export interface NumberColumn {
  name: string
  kind: 'number'
  mean: number
  deviation: number
  /** Training had missing values: one more input says 1 where the value is missing. */
  missing: boolean
}

/** One input a level, 1 for the row's; a missing value counts as `mode`, an unknown one as none. */
export interface CategoryColumn {
  name: string
  kind: 'category'
  levels: string[]
  mode: string
  missing: boolean
}

/** So many levels of a category get an input each, the most frequent first. */
const MOST_LEVELS = 50
const MOST_INPUTS = 20_000
/** One text in so many numbers looks like a mistake, */
const FEW_TEXTS = 10
/** where there are more values than a category of numbers has. */
const MOST_VALUES = 20

/**
 * Learns from the training rows how columns become inputs. What teaches nothing or gives the row away is left out and
 * said: columns of one value, numbers of the rows, texts that hardly occur twice.
 * @param training positions within `table.rows`
 * @throws InklingError for a column of numbers with decimal commas, and where no column is left
 */
export function fitColumns(
  table: TextTable,
  training: ArrayLike<number>,
  without: readonly string[],
): { columns: TableColumn[]; leftOut: { name: string; why: string }[]; doubts: string[] } {
  const columns: TableColumn[] = []
  const leftOut: { name: string; why: string }[] = []
  const doubts: string[] = []
  table.header.forEach((name, at) => {
    if (without.includes(name)) return
    const present = table.rows.filter(({ cells }) => !isMissing(cells[at]))
    // Whether a column holds numbers is a fact of the file; every figure is of the training rows.
    const texts = present.filter(({ cells }) => Number.isNaN(numberIn(cells[at])))
    refuseDecimalCommas(table, name, at, present.length, texts)
    const doubt = texts.length > 0 && doubtAbout(present, texts, at)
    if (doubt) doubts.push(`column "${name}" is taken for texts: ${doubt}`)
    const column = fitColumn(table, training, { name, at, numeric: texts.length === 0 })
    if (typeof column === 'string') leftOut.push({ name, why: column })
    else columns.push(column)
  })
  if (columns.length === 0)
    throw new InklingError(`${table.path} has no column to learn from`, {
      hint: `Left out: ${leftOut
        .slice(0, 5)
        .map(({ name, why }) => `${name} (${why})`)
        .join(', ')}. For a list of picture files leave --label away.`,
    })
  const inputs = widthOf(columns)
  if (inputs > MOST_INPUTS)
    throw new InklingError(`${table.path} would make ${inputs} inputs of its columns, more than ${MOST_INPUTS}`)
  return { columns, leftOut, doubts }
}

/** Numbers with commas would be texts: left out for being many, or a category where they are few. */
function refuseDecimalCommas(
  { path }: TextTable,
  name: string,
  at: number,
  present: number,
  texts: TextTable['rows'],
): void {
  const found = texts.filter(({ cells }) => hasDecimalComma(cells[at]))
  if (found.length <= present / 2) return
  const [{ line, cells }] = found
  throw badNumber(path, line, name, cells[at])
}

const badNumber = (path: string, line: number, name: string, cell: string) =>
  new InklingError(`${path}, line ${line}: column "${name}" holds "${cell}", not a number`, {
    hint: hasDecimalComma(cell) ? DECIMAL_HINT : undefined,
  })

/** What keeps a column from being one of numbers, where it is but for a few cells. */
function doubtAbout(present: TextTable['rows'], texts: TextTable['rows'], at: number): string | undefined {
  if (texts.length > present.length / FEW_TEXTS) return undefined
  // A category may well be 1, 2, 3 and "other".
  if (new Set(present.map(({ cells }) => cells[at])).size <= MOST_VALUES) return undefined
  const [{ line, cells }] = texts
  return `line ${line} holds "${cells[at]}", ${present.length - texts.length} of ${present.length} are numbers`
}

function fitColumn(
  table: TextTable,
  training: ArrayLike<number>,
  { name, at, numeric }: { name: string; at: number; numeric: boolean },
): TableColumn | string {
  const cells = Array.from(training, row => table.rows[row].cells[at])
  const present = cells.filter(cell => !isMissing(cell))
  const missing = present.length < cells.length
  if (present.length === 0) return 'it is empty'
  const counts = new Map<string, number>()
  for (const cell of present) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  if (counts.size === 1 && !missing) return 'it has one value only'
  if (numeric) {
    const values = present.map(numberIn)
    if (/^(|id|index|row|no|nr|unnamed.*|.*[_ ]id)$/i.test(name) && isRowNumber(values)) return 'it numbers the rows'
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) || 1
    return { name, kind: 'number', mean, deviation, missing }
  }
  if (counts.size > 10 && counts.size > present.length / 2) return 'its texts hardly occur twice'
  const levels = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([level]) => level)
  return { name, kind: 'category', levels: levels.slice(0, MOST_LEVELS), mode: levels[0], missing }
}

const isRowNumber = (values: readonly number[]) =>
  values.every(Number.isInteger) && new Set(values).size === values.length

/** Number of inputs that columns make. */
export function widthOf(columns: readonly TableColumn[]): number {
  return columns.reduce((n, c) => n + (c.kind === 'number' ? 1 : c.levels.length) + (c.missing ? 1 : 0), 0)
}

/**
 * The standardisation of {@link encodeRows} as one scale and shift an input, for programs that give values as they are:
 * numbers (a missing one as the column's mean), 0 or 1 for levels and for what says that a value is missing.
 */
export function columnScaling(columns: readonly TableColumn[]): Scaling {
  const scale: number[] = []
  const shift: number[] = []
  for (const column of columns) {
    const plain = (column.kind === 'category' ? column.levels.length : 0) + (column.missing ? 1 : 0)
    if (column.kind === 'number') {
      scale.push(1 / column.deviation)
      shift.push(-column.mean / column.deviation)
    }
    scale.push(...Array<number>(plain).fill(1))
    shift.push(...Array<number>(plain).fill(0))
  }
  return { scale, shift }
}

/**
 * The inputs [rows, {@link widthOf}] of a table's rows. Columns are found by name; others are ignored.
 * @throws InklingError for a column that is not there, or a text where numbers were learned
 */
export function encodeRows(table: TextTable, columns: readonly TableColumn[]): Float32Array {
  const places = columns.map(({ name }) => columnAt(table, name))
  const width = widthOf(columns)
  const out = new Float32Array(table.rows.length * width)
  table.rows.forEach(({ cells, line }, row) => {
    let to = row * width
    columns.forEach((column, c) => {
      const cell = cells[places[c]]
      const gone = isMissing(cell)
      if (column.kind === 'number') {
        const value = gone ? column.mean : numberIn(cell)
        if (Number.isNaN(value)) throw badNumber(table.path, line, column.name, cell)
        out[to++] = (value - column.mean) / column.deviation
      } else {
        const level = column.levels.indexOf(gone ? column.mode : cell)
        if (level >= 0) out[to + level] = 1
        to += column.levels.length
      }
      if (column.missing) out[to++] = gone ? 1 : 0
    })
  })
  return out
}
