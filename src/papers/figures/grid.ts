import { escapeHtml } from '../../report/html.ts'
import type { DrawnFigure } from '../experiment.ts'
import { standalone } from './svg.ts'

/** A table of shares, each cell the darker the larger. */
export interface ShareGrid {
  /** Of the first column, then of each share. */
  header: readonly string[]
  rows: readonly { name: string; count: number; shares: readonly (number | null)[] }[]
  description: string
}

const ROW = 19
const COLUMN = 58
const NAMES = 64
const COUNTS = 62

/** A row for each name, with how many examples it has and its shares in per cent; nothing where there is none. */
export function gridFigure({ header, rows, description }: ShareGrid): DrawnFigure {
  const [first, counted, ...columns] = header
  const width = NAMES + COUNTS + columns.length * COLUMN
  const at = (c: number) => NAMES + COUNTS + c * COLUMN
  const text = (x: number, y: number, words: string, anchor = 'end') =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}">${escapeHtml(words)}</text>`
  const parts = [
    text(8, 14, first, 'start'),
    text(at(0) - 10, 14, counted),
    ...columns.map((name, c) => text(at(c) + COLUMN - 10, 14, name)),
    ...rows.flatMap(({ name, count, shares }, r) => {
      const y = (r + 1) * ROW + 14
      return [
        text(8, y, name, 'start'),
        text(at(0) - 10, y, count.toLocaleString('en-US')),
        ...shares.flatMap((share, c) => (share === null ? [] : cell(at(c), y, share))),
      ]
    }),
  ]
  const height = (rows.length + 1) * ROW + 8
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" class="chart" fill="currentColor" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(description)}">${parts.join('')}</svg>`
  return { svg: standalone(svg), csv: [header, ...rows.map(r => [r.name, r.count, ...r.shares])] }
}

function cell(x: number, y: number, share: number): string[] {
  const shade = (0.06 + 0.34 * share).toFixed(2)
  return [
    `<rect x="${x + 2}" y="${y - 13}" width="${COLUMN - 4}" height="${ROW - 2}" rx="3" fill="var(--accent)" fill-opacity="${shade}"/>`,
    `<text x="${x + COLUMN - 10}" y="${y}" text-anchor="end" fill="var(--ink)">${(100 * share).toFixed(1)}</text>`,
  ]
}
