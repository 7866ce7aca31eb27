/** Settings of {@link table}. */
export interface TableOptions {
  /** 'left' or 'right' a column; default: right for columns whose cells all look like numbers. */
  align?: readonly ('left' | 'right')[]
  /** Spaces before each line. */
  indent?: number
}

const NUMBER = /^[-+]?[\d.,]+( ?%| [kMGT]?B| s)?$|^n\/a$|^-?$/

/** A text table: the first row is the header, underlined; columns as wide as their widest cell. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const columns = header.map((_, c) => rows.map(row => row[c] ?? ''))
  const align = columns.map(
    (cells, c) => options.align?.[c] ?? (cells.length > 0 && cells.every(cell => NUMBER.test(cell)) ? 'right' : 'left'),
  )
  const widths = columns.map((cells, c) => Math.max(width(header[c]), ...cells.map(width)))
  const margin = ' '.repeat(options.indent ?? 0)
  const line = (cells: readonly string[]) =>
    (margin + widths.map((w, c) => pad(cells[c] ?? '', w, align[c])).join('  ')).trimEnd()
  return [line(header), line(widths.map(w => '-'.repeat(w))), ...rows.map(line)].join('\n')
}

/** Name and value in two columns. */
export function list(entries: readonly (readonly [string, string])[], indent = 0): string {
  const widest = Math.max(0, ...entries.map(([name]) => width(name)))
  const margin = ' '.repeat(indent)
  return entries.map(([name, value]) => `${margin}${pad(name, widest, 'left')}  ${value}`.trimEnd()).join('\n')
}

function pad(text: string, to: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, to - width(text)))
  return align === 'left' ? text + space : space + text
}

function width(text: string): number {
  return [...text].length
}
