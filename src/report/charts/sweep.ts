import * as Plot from '@observablehq/plot'
import { percent, plural } from '../format.ts'
import { type ChartFrame, draw, epochAxis, gridAcross, halfPage, measureAxis } from './draw.ts'

/** A trial as the charts show it. */
export interface SweepTrial {
  id: string
  /** 'lr 0.001, batch 32'. */
  name: string
  values: Readonly<Record<string, string | number | boolean>>
  state: string
  /** Validation accuracy after each epoch. */
  course: readonly number[]
  /** Of its best epoch; null where there is none. */
  accuracy: number | null
  best: boolean
}

const tip = (t: SweepTrial) =>
  `trial ${t.id} (${t.name}): ${percent(t.accuracy)} after ${plural(t.course.length, 'epoch')}, ${t.state}`
const colour = (t: SweepTrial) => (t.best ? 'var(--accent)' : t.state === 'finished' ? 'var(--ink)' : 'var(--muted)')

/** Up to a point around values that are all the same: an axis needs a length. */
function accuracyAxis(values: readonly number[], ticks?: number): Plot.ScaleOptions {
  const axis = { ...measureAxis('validation accuracy (%)', ticks), nice: true }
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? { ...axis, domain: [Math.max(0, low - 1), Math.min(100, high + 1)] } : axis
}

/** Validation accuracy over the epochs, a line a trial; rungs are dashed. */
export function courseChart(trials: readonly SweepTrial[], rungs: readonly number[], frame: ChartFrame): string {
  // Without rungs trials may have epochs of their own.
  const last = Math.max(1, ...(rungs.length > 1 ? rungs : trials.map(t => t.course.length)))
  // The best is drawn over all others.
  const ordered = [...trials].sort((a, b) => Number(a.best) - Number(b.best))
  const ends = ordered.flatMap(t => (t.course.length > 0 ? [{ t, x: t.course.length, y: 100 * t.course.at(-1)! }] : []))
  return draw(frame, {
    width: 620,
    height: 300,
    marginLeft: 52,
    marginRight: 16,
    marginTop: 26,
    marginBottom: 40,
    x: epochAxis(1, last, 12),
    y: accuracyAxis(
      ordered.flatMap(t => t.course.map(a => 100 * a)),
      6,
    ),
    marks: [
      gridAcross(6),
      Plot.ruleX(rungs.slice(0, -1), { stroke: 'var(--faint)', strokeDasharray: '3 3' }),
      ...ordered.map(t =>
        Plot.line(
          t.course.map((a, i) => [i + 1, 100 * a]),
          { stroke: colour(t), strokeWidth: t.best ? 2.6 : 1.2, strokeOpacity: t.best ? 1 : 0.45 },
        ),
      ),
      Plot.dot(ends, { x: 'x', y: 'y', r: d => (d.t.best ? 4 : 2.4), fill: d => colour(d.t) }),
      Plot.dot(ends, { x: 'x', y: 'y', r: 8, fill: 'transparent', title: d => tip(d.t) }),
    ],
  })
}

/** The best accuracy of every trial against the values of one axis; stopped ones are faint. */
export function axisChart(trials: readonly SweepTrial[], axis: string, frame: ChartFrame): string {
  const shown = trials.filter(t => t.accuracy !== null)
  const raw = shown.map(t => t.values[axis])
  const numbers = raw.map(Number)
  const isNumeric = numbers.every(Number.isFinite) && raw.every(v => typeof v !== 'boolean' && v !== '')
  const values: (string | number)[] = isNumeric ? numbers : raw.map(String)
  const distinct = [...new Set(values)].sort((a, b) => (isNumeric ? Number(a) - Number(b) : 0))
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
  // Few values stand side by side; many are an axis of numbers, by logarithm where they span more than a decade.
  const asBand = !isNumeric || distinct.length <= 8
  const dots = shown.map((t, i) => ({ t, x: asBand ? String(values[i]) : values[i], y: 100 * (t.accuracy as number) }))
  return draw(frame, {
    ...halfPage,
    marginBottom: 42,
    x: asBand
      ? {
          type: 'point',
          domain: distinct.map(String),
          label: axis,
          labelArrow: 'none',
          tickSize: 0,
          tickPadding: 8,
          padding: 0.5,
        }
      : {
          ...{ type: low > 0 && high / low > 10 ? 'log' : 'linear', label: axis, labelArrow: 'none', ticks: 5 },
          ...{ tickSize: 0, tickPadding: 8, tickFormat: (d: number) => String(Number(d.toPrecision(3))) },
        },
    y: accuracyAxis(dots.map(d => d.y)),
    marks: [
      gridAcross(),
      Plot.dot(dots, {
        ...{ x: 'x', y: 'y', r: d => (d.t.best ? 5 : 3.4), fill: d => colour(d.t) },
        fillOpacity: d => (d.t.best ? 1 : d.t.state === 'finished' ? 0.75 : 0.35),
        title: d => tip(d.t),
      }),
    ],
  })
}
