/** Rows as CSV text (RFC 4180, with line feeds alone); nothing for null. */
export function csvText(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map(row => `${row.map(cell).join(',')}\n`).join('')
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)))
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
