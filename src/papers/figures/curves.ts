import type { Evaluation } from '../../evaluation/types.ts'
import { hardestCurves, rocChart } from '../../report/charts/roc.ts'
import { area } from '../../report/format.ts'
import type { Course, DrawnFigure, Finished, TrialContext } from '../experiment.ts'
import { withLegend } from './legend.ts'
import { linesFigure } from './lines.ts'
import { standalone } from './svg.ts'
import { hasAccuracy } from './training.ts'

/** ROC curves of every class against the rest. */
export function rocFigure({ roc }: Pick<Evaluation, 'roc'>, what: string): DrawnFigure {
  const svg = rocChart(roc, { name: 'roc', description: `${what}: ROC curve of every class` })
  const rows = roc.flatMap(({ label, points }) => points.map(([x, y]) => [label, x, y]))
  const hardest = hardestCurves(roc)
  const shown = withLegend(svg, [
    ...hardest.map((r, i) => ({
      name: `${r.label}: area ${area(r.auc)}`,
      colour: `var(--series-${i + 1})`,
      mark: 'line' as const,
    })),
    ...(roc.length > hardest.length
      ? [{ name: 'the other classes', colour: 'var(--faint)', mark: 'line' as const }]
      : []),
  ])
  return { svg: standalone(shown), csv: [['class', 'false positive rate', 'true positive rate'], ...rows] }
}

const named = ({ variant, recipe }: Finished) => (recipe === 'paper' ? variant : `${variant} ${recipe}`)

/** Accuracy and loss by epoch of several trials in one picture each: those of the first seed. */
export async function historiesFigures(
  finished: readonly Finished[],
  keep: NonNullable<TrialContext['figure']>,
  { stem = 'all', nameOf = named }: { stem?: string; nameOf?: (f: Finished) => string } = {},
): Promise<void> {
  const shown = finished.filter(f => f.seed === 0 && f.history?.length)
  if (shown.length === 0) return
  const of = (measure: 'accuracy' | 'loss') => (e: Course) => {
    const validated = measure === 'accuracy' ? e.validationAccuracy : e.validationLoss
    return validated ?? e[measure]
  }
  for (const measure of ['accuracy', 'loss'] as const) {
    const value = of(measure)
    if (measure === 'accuracy' && !shown.every(f => hasAccuracy(f.history ?? []))) continue
    const series = shown.map(f => ({
      name: nameOf(f),
      points: (f.history ?? []).map(e => [e.epoch, (measure === 'accuracy' ? 100 : 1) * (value(e) as number)] as const),
    }))
    const validated = shown[0].history?.[0].validationLoss !== undefined
    const y = `${validated ? 'validation' : 'training'} ${measure}${measure === 'accuracy' ? ' (%)' : ''}`
    const figure = linesFigure(series, { name: `${stem}-${measure}`, description: `${y} by epoch`, x: 'epoch', y })
    await keep(`${stem}-${measure}`, figure)
  }
}
