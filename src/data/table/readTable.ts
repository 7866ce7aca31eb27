import { getHeapStatistics } from 'node:v8'
import { InklingError } from '../../errors.ts'
import { type CsvRow, rowsOf } from '../csvRows.ts'
import { readDataFile } from '../files.ts'

/** A CSV file with a header, as text. */
export interface TextTable {
  path: string
  header: readonly string[]
  rows: readonly Readonly<CsvRow>[]
  /** Of the unpacked bytes. */
  sha256: string
}

/** Cells become strings: a file of 99 MB in 8 columns took 2 GB. */
const HEAP_PER_BYTE = 20

/** What people write where a value is missing. */
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?'])

/** True for a cell that says that its value is missing. */
export const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase())

/** The number that a cell holds, NaN for none, and for one that 32 bits do not hold: `1e-3`, ` -2.5`. */
export function numberIn(cell: string): number {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN
  return Number.isFinite(Math.fround(value)) ? value : Number.NaN
}

/**
 * Reads a CSV file whose first line names the columns; commas, semicolons or tabs, whichever the header has most of.
 * @throws InklingError naming the line of a row that does not fit the header
 */
export async function readTable(path: string): Promise<TextTable> {
  const { bytes, sha256 } = await readDataFile(path)
  refuseTooLarge(path, bytes.length)
  const [{ cells: header }, ...rest] = rowsOf(bytes, path)
  if (header.every(cell => cell !== '' && !Number.isNaN(numberIn(cell))))
    throw new InklingError(`${path} has no header: its first line holds numbers`, {
      hint: 'Put a line with the names of the columns on top.',
    })
  const twice = header.find((name, i) => header.indexOf(name) !== i)
  if (twice !== undefined) throw new InklingError(`${path} has two columns called "${twice}"`)
  for (const { cells, line } of rest)
    if (cells.length !== header.length)
      throw new InklingError(`${path}, line ${line}: ${cells.length} cells, the header has ${header.length}`)
  if (rest.length === 0) throw new InklingError(`${path} has a header and no rows`)
  return { path, header, rows: rest, sha256 }
}

/** Refuses what would end the program for want of memory, which nobody can catch. */
export function refuseTooLarge(path: string, bytes: number, heap = getHeapStatistics().heap_size_limit): void {
  const needed = bytes * HEAP_PER_BYTE
  if (needed <= heap) return
  const sizes = `its ${Math.round(bytes / 1e6)} MB may take ${(needed / 1e9).toFixed(1)} GB, Node may use ${(heap / 1e9).toFixed(1)} GB`
  throw new InklingError(`${path} is too large to be read as a table: ${sizes}`, {
    hint: `Pixels (label,pixel0,...) are read without --label, in less. Else take fewer rows, or set NODE_OPTIONS=--max-old-space-size=${Math.ceil(needed / 2 ** 20)}.`,
  })
}

/** Position of a column. @throws InklingError (exit code 2) that names the columns there are */
export function columnAt({ path, header }: Pick<TextTable, 'path' | 'header'>, name: string, option?: string): number {
  const at = header.indexOf(name)
  if (at >= 0) return at
  const shown = header.slice(0, 20).join(', ')
  throw new InklingError(`${path} has no column "${name}"${option ? ` (${option})` : ''}`, {
    exitCode: option ? 2 : 1,
    hint: `It has ${shown}${header.length > 20 ? `, ... (${header.length} columns)` : ''}.`,
  })
}
