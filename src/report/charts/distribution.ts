import * as Plot from '@observablehq/plot'
import { count, percent, shorten } from '../format.ts'
import { type ChartFrame, draw } from './draw.ts'

export interface ClassShare {
  label: string
  train: number
  test: number
}

/** Examples per class: bars for the training data, a tick where the test data's share lies. */
export function distributionChart(classes: readonly ClassShare[], options: ChartFrame): string {
  const sum = (of: 'train' | 'test') =>
    Math.max(
      1,
      classes.reduce((s, c) => s + c[of], 0),
    )
  const trained = sum('train')
  const tested = sum('test')
  const rows = classes.map((c, k) => ({
    k,
    train: (c.train / trained) * 100,
    test: (c.test / tested) * 100,
    text: `${c.label}: ${count(c.train)} to train on (${percent(c.train / trained, 1)}), ${count(c.test)} to test (${percent(c.test / tested, 1)})`,
  }))
  const longest = Math.max(...classes.map(c => [...shorten(c.label)].length))
  const marginLeft = 16 + longest * 7.5
  return draw(options, {
    width: 350,
    height: 68 + Math.max(15, Math.min(28, 272 / classes.length)) * classes.length,
    marginLeft,
    marginRight: 14,
    marginTop: 28,
    marginBottom: 40,
    x: { label: 'share of the data (%)', labelArrow: 'none', ticks: 5, tickSize: 0, tickPadding: 8, nice: true },
    y: {
      domain: rows.map(r => r.k),
      label: null,
      tickSize: 0,
      padding: 0.28,
      tickFormat: (k: number) => shorten(classes[k].label),
    },
    marks: [
      Plot.gridX({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.barX(rows, { y: 'k', x: 'train', fill: 'var(--accent)', fillOpacity: 0.35, rx: 2, title: 'text' }),
      Plot.tickX(rows, { y: 'k', x: 'test', stroke: 'var(--ink)', strokeWidth: 2, title: 'text' }),
    ],
  })
}
