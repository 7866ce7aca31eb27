import { parse } from 'csv-parse/sync'
import { InklingError } from '../errors.ts'
import { delimiterOf } from './formats/delimiter.ts'
import { decodeText } from './formats/text.ts'

/** A row of a CSV file. */
export interface CsvRow {
  /** Without the blanks around them. */
  cells: string[]
  /** From 1, as editors count. */
  line: number
}

/**
 * The rows of a CSV file, of any lengths, without empty lines; commas, semicolons or tabs, whichever the first line has
 * most of.
 * @param path names the file in errors
 * @throws InklingError for what is no UTF-8, no CSV, or empty
 */
export function rowsOf(bytes: Uint8Array, path: string): CsvRow[] {
  const text = decodeText(bytes, path)
  const delimiter = delimiterOf(text)
  const options = { info: true, relax_column_count: true, skip_empty_lines: true, trim: true, delimiter }
  let list: { record: string[]; info: { lines: number } }[]
  try {
    // With `info` each row comes with the number of its line.
    list = parse(text, options) as unknown as typeof list
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new InklingError(`${path} is no CSV: ${message}`, { cause: error })
  }
  if (list.length === 0) throw new InklingError(`${path} is empty`)
  return list.map(({ record, info }) => ({ cells: record, line: info.lines }))
}
