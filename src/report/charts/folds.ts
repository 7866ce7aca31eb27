import * as Plot from '@observablehq/plot'
import { type ChartFrame, draw, epochAxis, gridAcross, halfPage, measureAxis, wholeAxis, wholeTicks } from './draw.ts'

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
    ...halfPage,
    x: wholeAxis('fold', [0.5, folds.length + 0.5], wholeTicks(1, folds.length)),
    y: { ...measureAxis('accuracy (%)'), domain: [Math.max(0, low - room), Math.min(100, high + room)] },
    marks: [
      Plot.rect([0], {
        x1: 0.5,
        x2: folds.length + 0.5,
        y1: Math.max(0, 100 * (mean - std)),
        y2: Math.min(100, 100 * (mean + std)),
        fill: 'var(--accent)',
        fillOpacity: 0.1,
      }),
      gridAcross(),
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
    ...halfPage,
    x: epochAxis(1, last),
    y: {
      ...measureAxis(measure + (percent ? ' (%)' : '')),
      nice: true,
      ...(flat && { domain: [values[0] - 0.5, values[0] + 0.5] }),
    },
    marks: [
      gridAcross(),
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
