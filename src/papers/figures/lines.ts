import * as Plot from '@observablehq/plot'
import { draw, gridAcross } from '../../report/charts/draw.ts'
import { groupColour } from '../../report/charts/scatter.ts'
import type { DrawnFigure } from '../experiment.ts'
import { standalone } from './svg.ts'

/** A line of a chart. */
export interface Series {
  name: string
  points: readonly (readonly [x: number, y: number])[]
}

export interface LinesOptions {
  name: string
  description: string
  x: string
  y: string
  /** A logarithmic axis below. */
  logX?: boolean
  /** Points alone, named at each. */
  dots?: boolean
}

/** Least and largest; a little around them where they are the same. */
function extent(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return high > low ? [low, high] : [low - (Math.abs(low) * 0.1 || 0.5), high + (Math.abs(high) * 0.1 || 0.5)]
}

/** Names of lines, moved up, or down where they would leave the chart, until they are a line of text apart. */
function apart<T extends { y: number }>(names: T[], [low, high]: readonly [number, number]): T[] {
  const gap = (high - low) * Math.min(14 / 200, 1 / Math.max(1, names.length - 1))
  const sorted = [...names].sort((a, b) => a.y - b.y)
  for (let i = 1; i < sorted.length; i++)
    if (sorted[i].y < sorted[i - 1].y + gap) sorted[i] = { ...sorted[i], y: sorted[i - 1].y + gap }
  for (let i = sorted.length - 1, most = high; i >= 0; i--, most = sorted[i + 1].y - gap)
    if (sorted[i].y > most) sorted[i] = { ...sorted[i], y: most }
  return sorted
}

/** Lines with their names to the right, and the values behind them. */
export function linesFigure(series: readonly Series[], options: LinesOptions): DrawnFigure {
  const rows = series.flatMap(({ name, points }, group) =>
    points.map(([x, y]) => ({ name, x, y, colour: groupColour(group) })),
  )
  // Names of shorter lines stand at the right too, where no other line runs through them.
  const end = Math.max(...rows.map(r => r.x))
  const domain = extent(rows.map(r => r.y))
  const names = apart(
    series.flatMap((s, group) => {
      const last = s.points[s.points.length - 1]
      return last ? [{ name: s.name, x: end, y: last[1], colour: groupColour(group) }] : []
    }),
    domain,
  )
  const places = [...new Set(rows.map(r => r.x))].sort((a, b) => a - b)
  const widest = Math.max(...series.map(s => s.name.length))
  const svg = draw(
    { name: options.name, description: options.description },
    {
      width: 460 + 7 * widest,
      height: 280,
      marginLeft: 52,
      marginRight: 20 + 7 * widest,
      marginTop: 28,
      marginBottom: 42,
      x: {
        label: options.x,
        labelArrow: 'none',
        // In the middle: the right margin holds the names.
        labelAnchor: 'center',
        type: options.logX ? 'log' : 'linear',
        ticks: places.length <= 8 ? places : 6,
        tickSize: 0,
        tickPadding: 8,
        tickFormat: (d: number) => String(Number.isInteger(d) ? d : Number(d.toPrecision(3))),
      },
      // The names may stand beyond the values: they don't stretch the axis.
      y: {
        label: options.y,
        labelArrow: 'none',
        ticks: 5,
        tickSize: 0,
        nice: true,
        domain,
      },
      color: { type: 'identity' },
      marks: [
        gridAcross(),
        options.dots ? null : Plot.line(rows, { x: 'x', y: 'y', z: 'name', stroke: 'colour', strokeWidth: 1.8 }),
        options.dots || rows.length <= 80
          ? Plot.dot(rows, { x: 'x', y: 'y', fill: 'colour', r: options.dots ? 4 : 2.4 })
          : null,
        Plot.text(names, { x: 'x', y: 'y', text: 'name', fill: 'colour', dx: 8, textAnchor: 'start' }),
      ],
    },
  )
  const csv = [['series', options.x, options.y], ...series.flatMap(s => s.points.map(([x, y]) => [s.name, x, y]))]
  return { svg: standalone(svg), csv }
}
