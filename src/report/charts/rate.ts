import * as Plot from '@observablehq/plot'
import { type RateTest, ratesOf, smoothed } from '../../training/rateCurve.ts'
import { type ChartFrame, draw, gridAcross, halfPage, measureAxis } from './draw.ts'

/** The loss against the rate of a range test: batches as dots, the smoothed loss as a line, the suggestion marked. */
export function rateChart(test: RateTest, frame: ChartFrame): string {
  const rates = ratesOf(test)
  const curve = smoothed(test.losses)
  const points = test.losses.map((loss, i) => ({ rate: rates[i], loss, smooth: curve[i] }))
  // What ran away would press the valley flat.
  const start = curve[0]
  const low = Math.min(...curve)
  const top = start + 0.35 * (start - low)
  const shown = points.filter(p => p.loss <= top)
  const chosen = points.reduce((best, p) => (distance(p.rate, test) < distance(best.rate, test) ? p : best))
  return draw(frame, {
    ...halfPage,
    x: {
      type: 'log',
      label: 'learning rate',
      labelArrow: 'none',
      domain: [test.from, test.to],
      ticks: powers(test.from, test.to),
      tickFormat: (rate: number) => (rate >= 0.001 ? String(rate) : rate.toExponential(0)),
      tickSize: 0,
      tickPadding: 8,
    },
    y: { ...measureAxis('loss'), nice: true, domain: [Math.min(low, ...shown.map(p => p.loss)), top] },
    marks: [
      gridAcross(),
      Plot.ruleX([test.rate], { stroke: 'var(--faint)', strokeDasharray: '3 3' }),
      Plot.dot(shown, { x: 'rate', y: 'loss', fill: 'var(--muted)', fillOpacity: 0.55, r: 1.6 }),
      Plot.line(points, { x: 'rate', y: 'smooth', stroke: 'var(--accent)', strokeWidth: 2.2, clip: true }),
      Plot.dot([chosen], {
        x: test.rate,
        y: 'smooth',
        fill: 'var(--mistake)',
        stroke: 'var(--surface)',
        strokeWidth: 2,
        r: 5.5,
      }),
      Plot.dot(shown, {
        x: 'rate',
        y: 'loss',
        r: 6,
        fill: 'transparent',
        title: p => `rate ${p.rate.toPrecision(2)}: loss ${p.loss.toFixed(4)}, smoothed ${p.smooth.toFixed(4)}`,
      }),
    ],
  })
}

const distance = (rate: number, test: RateTest) => Math.abs(Math.log(rate / test.rate))

/** Every second power of ten in a range. */
function powers(from: number, to: number): number[] {
  const first = Math.ceil(Math.log10(from) - 1e-9)
  const last = Math.floor(Math.log10(to) + 1e-9)
  return Array.from({ length: Math.max(0, (last - first) / 2 + 1) }, (_, i) => Number(`1e${first + 2 * i}`))
}
