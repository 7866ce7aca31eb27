import { escapeHtml } from '../../report/html.ts'

/** What a mark of a chart stands for. */
export interface LegendEntry {
  name: string
  /** As CSS has it. */
  colour: string
  mark: 'line' | 'bar' | 'tick'
}

const LINE = 20
const MARK = 18
/** Of a letter, about: a file has no page to measure on. */
const LETTER = 7

/** A chart with what its marks stand for below it, in as many lines as its width asks for. */
export function withLegend(svg: string, entries: readonly LegendEntry[]): string {
  const [, width, height] = /^<svg[^>]*\sviewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []
  if (width === undefined) throw new Error('a chart without a viewBox')
  let [x, line] = [8, 0]
  const parts = entries.map(({ name, colour, mark }) => {
    const wide = MARK + 6 + name.length * LETTER
    if (x > 8 && x + wide > Number(width)) [x, line] = [8, line + 1]
    const y = Number(height) + 12 + line * LINE
    const part = `${markAt(mark, x, y, colour)}<text x="${x + MARK + 6}" y="${y + 4}" text-anchor="start">${escapeHtml(name)}</text>`
    x += wide + 14
    return part
  })
  const tall = Number(height) + (line + 1) * LINE + 6
  return svg
    .replace(/^<svg[^>]*>/, tag =>
      tag.replace(/(\sviewBox="0 0 [\d.]+ )[\d.]+"/, `$1${tall}"`).replace(/\sheight="[\d.]+"/, ` height="${tall}"`),
    )
    .replace(/<\/svg>\s*$/, `<g>${parts.join('')}</g></svg>`)
}

function markAt(mark: LegendEntry['mark'], x: number, y: number, colour: string): string {
  if (mark === 'line') return `<path d="M${x} ${y}h${MARK}" stroke="${colour}" stroke-width="2" fill="none"/>`
  if (mark === 'tick') return `<path d="M${x + MARK / 2} ${y - 7}v14" stroke="${colour}" stroke-width="2" fill="none"/>`
  return `<rect x="${x}" y="${y - 5}" width="${MARK}" height="10" rx="2" fill="${colour}" fill-opacity="0.35"/>`
}
