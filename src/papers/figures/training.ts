import type { Evaluation } from '../../evaluation/types.ts'
import { confusionChart } from '../../report/charts/index.ts'
import type { Course, DrawnFigure, Finished, TrialContext, UsualFigure } from '../experiment.ts'
import { linesFigure } from './lines.ts'
import { standalone } from './svg.ts'

/** An autoencoder has no answers to be right or wrong; one that was stored before this was known has zeros. */
export const hasAccuracy = (history: readonly Course[]): boolean => history.some(e => e.accuracy)

/** The usual figures of a finished trial, from what is stored of it. */
export async function usualFigures(
  what: string,
  { history = [], details = {} }: Finished,
  keep: NonNullable<TrialContext['figure']>,
  which: readonly UsualFigure[] = ['curves', 'confusion'],
): Promise<void> {
  const { confusion, classes, watched = 'validation' } = details as Partial<Evaluation> & { watched?: string }
  if (which.includes('confusion') && confusion && classes)
    await keep('confusion', confusionFigure({ confusion, classes }, what))
  if (!which.includes('curves') || history.length === 0) return
  for (const measure of ['accuracy', 'loss'] as const) {
    if (measure === 'accuracy' && !hasAccuracy(history)) continue
    const validated = measure === 'accuracy' ? ('validationAccuracy' as const) : ('validationLoss' as const)
    const percent = measure === 'accuracy'
    const lineOf = (name: string, value: (e: Course) => number | undefined) => ({
      name,
      points: history.flatMap(e => {
        const v = value(e)
        return v === undefined ? [] : [[e.epoch, percent ? 100 * v : v] as const]
      }),
    })
    const lines = [lineOf('training', e => e[measure]), lineOf(watched, e => e[validated])]
    await keep(
      measure,
      linesFigure(
        lines.filter(line => line.points.length > 0),
        {
          name: measure,
          description: `${what}: ${measure} by epoch`,
          ...{ x: 'epoch', y: percent ? `${measure} (%)` : measure },
        },
      ),
    )
  }
}

/** A confusion matrix, truth by row. */
function confusionFigure({ confusion, classes }: Pick<Evaluation, 'confusion' | 'classes'>, what: string): DrawnFigure {
  const svg = confusionChart(confusion, classes, { name: 'confusion', description: `${what}: confusion matrix` })
  const csv = [['truly \\ read as', ...classes], ...confusion.map((row, k) => [classes[k], ...row])]
  return { svg: standalone(svg), csv }
}
