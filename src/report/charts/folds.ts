import * as Plot from '@observablehq/plot'
import { type ChartFrame, draw, wholeTicks } from './draw.ts'

/** One fold's accuracy: of the fold held out, and of what it learned from. */
export interface FoldAccuracy {
  fold: number
  validation: number
  training: number
}

/** Accuracy fold by fold, with their mean and a band of one standard deviation. */
export function foldsChart(folds: readonly FoldAccuracy[], mean: number, std: number, frame: ChartFrame): string {
  const values = folds.flatMap(({ validation, training }) => [validation, training])
  const low = 100 * Math.min(mean - std, ...values)
  const high = 100 * Math.max(mean + std, ...values)
  const room = 0.08 * (high - low) || 1
  const tip = (what: string, share: number, fold: number) =>
    `fold ${fold}, ${what} accuracy ${(100 * share).toFixed(2)} %`
  return draw(frame, {
    width: 430,
    height: 240,
    marginLeft: 48,
    marginRight: 16,
    marginTop: 26,
    marginBottom: 40,
    x: {
      label: 'fold',
      labelArrow: 'none',
      domain: [0.5, folds.length + 0.5],
      ticks: wholeTicks(1, folds.length),
      tickFormat: (d: number) => String(d),
      tickSize: 0,
      tickPadding: 8,
    },
    y: {
      label: 'accuracy (%)',
      labelArrow: 'none',
      ticks: 5,
      tickSize: 0,
      domain: [Math.max(0, low - room), Math.min(100, high + room)],
    },
    marks: [
      Plot.rect([0], {
        x1: 0.5,
        x2: folds.length + 0.5,
        y1: Math.max(0, 100 * (mean - std)),
        y2: Math.min(100, 100 * (mean + std)),
        fill: 'var(--accent)',
        fillOpacity: 0.1,
      }),
      Plot.gridY({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.ruleY([100 * mean], { stroke: 'var(--accent)', strokeWidth: 1.4, strokeDasharray: '4 3' }),
      Plot.dot(folds, {
        x: 'fold',
        y: d => 100 * d.training,
        stroke: 'var(--muted)',
        fill: 'var(--surface)',
        r: 3.5,
        title: d => tip('training', d.training, d.fold),
      }),
      Plot.dot(folds, {
        x: 'fold',
        y: d => 100 * d.validation,
        fill: 'var(--accent)',
        r: 5,
        title: d => tip('validation', d.validation, d.fold),
      }),
    ],
  })
}

/** A measure over the epochs, one line a fold. */
export function foldCurves(
  histories: readonly (readonly { epoch: number; value: number }[])[],
  { measure, percent = false, ...frame }: ChartFrame & { measure: string; percent?: boolean },
): string {
  const factor = percent ? 100 : 1
  const points = histories.flatMap((history, i) =>
    history
      .filter(({ value }) => Number.isFinite(value))
      .map(({ epoch, value }) => ({ fold: i + 1, epoch, value: factor * value })),
  )
  const last = Math.max(1, ...points.map(p => p.epoch))
  const values = points.map(p => p.value)
  const flat = Math.min(...values) === Math.max(...values)
  return draw(frame, {
    width: 430,
    height: 240,
    marginLeft: 48,
    marginRight: 16,
    marginTop: 26,
    marginBottom: 40,
    x: {
      label: 'epoch',
      labelArrow: 'none',
      domain: last === 1 ? [0.5, 1.5] : [1, last],
      ticks: wholeTicks(1, last),
      tickFormat: (d: number) => String(d),
      tickSize: 0,
      tickPadding: 8,
    },
    y: {
      label: measure + (percent ? ' (%)' : ''),
      labelArrow: 'none',
      nice: true,
      ticks: 5,
      tickSize: 0,
      ...(flat && { domain: [values[0] - 0.5, values[0] + 0.5] }),
    },
    marks: [
      Plot.gridY({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.line(points, {
        x: 'epoch',
        y: 'value',
        z: 'fold',
        stroke: 'var(--accent)',
        strokeOpacity: 0.6,
        strokeWidth: 1.6,
      }),
      Plot.dot(points, {
        x: 'epoch',
        y: 'value',
        r: last < 2 ? 3 : 6,
        fill: last < 2 ? 'var(--accent)' : 'transparent',
        title: d =>
          `fold ${d.fold}, epoch ${d.epoch}: ${measure} ${d.value.toFixed(percent ? 2 : 4)}${percent ? ' %' : ''}`,
      }),
    ],
  })
}
