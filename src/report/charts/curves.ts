import * as Plot from '@observablehq/plot'
import { type ChartFrame, draw, epochAxis, gridAcross, halfPage, measureAxis } from './draw.ts'

/** One measure over the epochs. */
export interface CurvePoint {
  epoch: number
  training: number | null
  validation: number | null
}

export interface CurveOptions extends ChartFrame {
  /** What is measured: 'loss'. */
  measure: string
  /** Shares are drawn as percentages. */
  percent?: boolean
  /** The epoch to mark as the one kept. */
  kept?: number
}

/** A measure over the epochs: training thin, validation strong. */
export function curveChart(points: readonly CurvePoint[], options: CurveOptions): string {
  const factor = options.percent ? 100 : 1
  const of = (series: 'training' | 'validation') =>
    points
      .filter(p => Number.isFinite(p[series]))
      .map(p => ({ epoch: p.epoch, value: (p[series] as number) * factor, series }))
  const training = of('training')
  const validation = of('validation')
  const all = [...training, ...validation]
  const first = Math.min(...points.map(p => p.epoch))
  const last = Math.max(...points.map(p => p.epoch))
  const unit = options.percent ? ' %' : ''
  const tip = (d: (typeof all)[number]) =>
    `epoch ${d.epoch}, ${d.series} ${options.measure} ${d.value.toFixed(options.percent ? 2 : 4)}${unit}`
  const few = last - first < 40
  const curve = (data: typeof all, colour: string, width: number): Plot.Markish[] => [
    Plot.line(data, { x: 'epoch', y: 'value', stroke: colour, strokeWidth: width }),
    few || data.length === 1 ? Plot.dot(data, { x: 'epoch', y: 'value', fill: colour, r: width + 0.8 }) : null,
  ]
  return draw(options, {
    ...halfPage,
    x: epochAxis(first, last),
    y: {
      ...measureAxis(options.measure + (options.percent ? ' (%)' : '')),
      nice: true,
      ...range(all.map(d => d.value)),
    },
    marks: [
      gridAcross(),
      options.kept !== undefined && last > first
        ? Plot.ruleX([options.kept], { stroke: 'var(--faint)', strokeDasharray: '3 3' })
        : null,
      ...curve(training, 'var(--muted)', 1.3),
      ...curve(validation, 'var(--accent)', 2.2),
      Plot.dot(all, { x: 'epoch', y: 'value', r: few ? 8 : 4, fill: 'transparent', title: tip }),
    ],
  })
}

/** Equal values would make an axis without a length. */
function range(values: readonly number[]): { domain?: [number, number] } {
  const low = Math.min(...values)
  const high = Math.max(...values)
  if (values.length > 0 && high > low) return {}
  const middle = values.length > 0 ? low : 0
  const half = Math.abs(middle) * 0.1 || 0.5
  return { domain: [middle - half, middle + half] }
}
