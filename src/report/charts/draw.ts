import * as Plot from '@observablehq/plot'

let chartDocument: Document | undefined

/** Where no browser is, charts need a document to build their elements in (linkedom's, for instance). */
export function useDocument(document: Document): void {
  chartDocument = document
}

/** What every chart needs besides its data. */
export interface ChartFrame {
  /** Unique on the page: parts of the chart are named after it. */
  name: string
  /** What the chart shows, for people who cannot see it. */
  description: string
}

/**
 * Draws a plot as SVG text.
 * Text and size come from the page's style (`chartTheme`); the same input gives the same text.
 * @param finish last changes to the elements before they become text
 */
export function draw(frame: ChartFrame, options: Plot.PlotOptions, finish?: (svg: Element) => void): string {
  const svg = Plot.plot({ ...options, document: chartDocument ?? globalThis.document } as Plot.PlotOptions)
  svg.querySelector('style')?.remove()
  // Only the chart as a whole has a description: its parts are drawings.
  for (const part of svg.querySelectorAll('[aria-label]')) {
    if (part.closest('a') === null) part.removeAttribute('aria-label')
  }
  for (const name of ['font-size', 'font-family', 'fill']) svg.removeAttribute(name)
  svg.setAttribute('class', 'chart')
  svg.setAttribute('fill', 'currentColor')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', frame.description)
  finish?.(svg)
  // Plot counts its clip paths over the life of the process.
  let clips = 0
  const names = new Map<string, string>()
  return svg.outerHTML.replace(/plot-clip-\d+/g, id => {
    if (!names.has(id)) names.set(id, `${frame.name}-clip-${++clips}`)
    return names.get(id)!
  })
}

/** Size and margins of a chart that takes half a page. */
export const halfPage = { width: 430, height: 240, marginLeft: 48, marginRight: 16, marginTop: 26, marginBottom: 40 }

/** What every axis of a line chart has: no arrow at its name, no strokes at its ticks. */
const axis = { labelArrow: 'none', tickSize: 0 } as const

/** Along whole numbers, such as epochs or folds. */
export const wholeAxis = (label: string, domain: [number, number], ticks: number[]): Plot.ScaleOptions => ({
  ...axis,
  ...{ label, domain, ticks, tickPadding: 8, tickFormat: (d: number) => String(d) },
})

/** Along the epochs; one alone stands in the middle. */
export const epochAxis = (first: number, last: number, most?: number): Plot.ScaleOptions =>
  wholeAxis('epoch', first === last ? [first - 0.5, last + 0.5] : [first, last], wholeTicks(first, last, most))

/** Up the side of a line chart, with lines across at the same `ticks`: see {@link gridAcross}. */
export const measureAxis = (label: string, ticks = 5): Plot.ScaleOptions => ({ ...axis, label, ticks })

/** Faint lines across a chart. */
export const gridAcross = (ticks = 5): Plot.Markish => Plot.gridY({ ticks, stroke: 'var(--line)', strokeOpacity: 1 })

/** Whole numbers from `low` to `high` at a round step, at most about `most` of them. */
export function wholeTicks(low: number, high: number, most = 8): number[] {
  const span = Math.max(1, high - low + 1)
  let step = 1
  for (const candidate of [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]) {
    step = candidate
    if (span / candidate <= most) break
  }
  const ticks: number[] = []
  for (let t = Math.ceil(low / step) * step; t <= high; t += step) ticks.push(t)
  return ticks.length > 0 ? ticks : [low]
}
