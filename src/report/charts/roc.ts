import * as Plot from '@observablehq/plot'
import type { RocCurve } from '../../evaluation/types.ts'
import { area } from '../format.ts'
import { type ChartFrame, draw, gridAcross } from './draw.ts'

/** The curves drawn in colour: those of the classes hardest to tell from the rest, hardest first. */
export function hardestCurves(roc: readonly RocCurve[], most = 3): RocCurve[] {
  return roc
    .filter(r => r.auc !== null)
    .sort((a, b) => a.auc! - b.auc!)
    .slice(0, most)
}

/** How much of both axes to show, 1 for all: good models live in the upper left corner. */
export function rocZoom(roc: readonly RocCurve[]): number {
  // How far each curve stays from the corner, at its nearest corner point.
  const bends = roc.flatMap(r => (r.auc === null ? [] : Math.min(...r.points.map(([x, y]) => Math.max(x, 1 - y)))))
  const widest = Math.max(0, ...bends)
  return [0.01, 0.02, 0.05, 0.1, 0.2].find(zoom => widest < zoom / 3) ?? 1
}

/** ROC curves of every class against the rest, the hardest in colour. */
export function rocChart(roc: readonly RocCurve[], options: ChartFrame): string {
  const zoom = rocZoom(roc)
  const hardest = hardestCurves(roc)
  const curves = roc.filter(r => r.auc !== null)
  const rows = (list: readonly RocCurve[]) =>
    list.flatMap(r => r.points.map(([x, y]) => ({ x: x * 100, y: y * 100, curve: r, key: roc.indexOf(r) })))
  const line = { x: 'x', y: 'y', z: 'key', clip: true } as const
  const axis = { labelArrow: 'none', ticks: 5, tickSize: 0 } as const
  return draw(options, {
    width: 350,
    height: 340,
    marginLeft: 52,
    marginRight: 14,
    marginTop: 28,
    marginBottom: 42,
    x: { ...axis, label: 'others wrongly read as the class (%)', domain: [0, 100 * zoom], tickPadding: 8 },
    y: { ...axis, label: 'of the class, found (%)', domain: [100 - 100 * zoom, 100] },
    marks: [
      Plot.gridX({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
      gridAcross(),
      Plot.line(
        [
          [0, 0],
          [100, 100],
        ],
        { stroke: 'var(--faint)', strokeDasharray: '4 4', clip: true },
      ),
      Plot.line(rows(curves.filter(r => !hardest.includes(r))), { ...line, stroke: 'var(--faint)', strokeWidth: 1.4 }),
      ...[...hardest].reverse().map(r => {
        const colour = `var(--series-${hardest.indexOf(r) + 1})`
        return Plot.line(rows([r]), { ...line, stroke: colour, strokeWidth: 2 })
      }),
      Plot.line(rows(curves), {
        ...line,
        stroke: 'transparent',
        strokeWidth: 9,
        title: (d: { curve: RocCurve }) => `${d.curve.label}: area ${area(d.curve.auc)}`,
      }),
    ],
  })
}
