import * as Plot from '@observablehq/plot'
import type { ReliabilityBin } from '../../evaluation/types.ts'
import { count, percent } from '../format.ts'
import { type ChartFrame, draw, gridAcross } from './draw.ts'

/** Bins with fewer examples than this are drawn hollow: their heights are mostly chance. */
const FEW = 20

/** Reliability diagram: how often the model is right where it claims a given confidence. */
export function reliabilityChart(bins: readonly ReliabilityBin[], options: ChartFrame): string {
  const rows = bins
    .filter(b => b.count > 0)
    .map(b => ({
      x1: b.from * 100,
      x2: b.to * 100,
      right: b.accuracy! * 100,
      claimed: b.confidence! * 100,
      few: b.count < FEW,
      text: `claims ${percent(b.confidence, 1)}, right ${percent(b.accuracy, 1)} (${count(b.count)} examples)`,
    }))
  const axis = { labelArrow: 'none', domain: [0, 100], ticks: 5, tickSize: 0 } as const
  const bar = { x1: 'x1', x2: 'x2', y1: 0, y2: 'right', insetLeft: 1, insetRight: 1, rx: 2 } as const
  return draw(options, {
    width: 350,
    height: 340,
    marginLeft: 52,
    marginRight: 14,
    marginTop: 28,
    marginBottom: 42,
    x: { ...axis, label: 'confidence claimed (%)', tickPadding: 8 },
    y: { ...axis, label: 'right (%)' },
    marks: [
      gridAcross(),
      Plot.rect(
        rows.filter(r => !r.few),
        { ...bar, fill: 'var(--accent)', fillOpacity: 0.35, title: 'text' },
      ),
      Plot.rect(
        rows.filter(r => r.few),
        {
          ...bar,
          fill: 'var(--accent)',
          fillOpacity: 0.06,
          stroke: 'var(--accent)',
          strokeOpacity: 0.45,
          strokeDasharray: '3 3',
          title: 'text',
        },
      ),
      Plot.line(
        [
          [0, 0],
          [100, 100],
        ],
        { stroke: 'var(--muted)', strokeDasharray: '4 4' },
      ),
      Plot.dot(rows, {
        x: 'claimed',
        y: 'right',
        r: 3.5,
        fill: 'var(--accent)',
        stroke: 'var(--surface)',
        fillOpacity: (r: { few: boolean }) => (r.few ? 0.45 : 1),
        title: 'text',
      }),
    ],
    opacity: { type: 'identity' },
  })
}
