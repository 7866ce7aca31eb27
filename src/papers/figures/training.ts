import type { Evaluation } from '../../evaluation/types.ts'
import { confusionChart, curveChart } from '../../report/charts/index.ts'
import type { DrawnFigure, TrialContext } from '../experiment.ts'
import type { Trained } from '../training.ts'
import { standalone } from './svg.ts'

type Keep = NonNullable<TrialContext['figure']>

/** Loss and accuracy by epoch, and the confusion matrix. */
export type UsualFigure = 'curves' | 'confusion'

/** The figures of every training. */
export async function trainingFigures(
  { history, evaluation, result }: Trained,
  keep: Keep,
  which: readonly UsualFigure[] = ['curves', 'confusion'],
): Promise<void> {
  if (which.includes('confusion')) await keep('confusion', confusionFigure(evaluation, result.model))
  if (!which.includes('curves')) return
  const header = ['epoch', 'training', 'validation']
  for (const measure of ['accuracy', 'loss'] as const) {
    const of = measure === 'accuracy' ? ('validationAccuracy' as const) : ('validationLoss' as const)
    const points = history.map(e => ({ epoch: e.epoch, training: e[measure], validation: e[of] ?? null }))
    const svg = curveChart(points, {
      name: measure,
      description: `${result.model}: ${measure} by epoch`,
      measure,
      percent: measure === 'accuracy',
    })
    const csv = [header, ...points.map(p => [p.epoch, p.training, p.validation])]
    await keep(measure, { svg: standalone(svg), csv })
  }
}

/** A confusion matrix, truth by row. */
export function confusionFigure(
  { confusion, classes }: Pick<Evaluation, 'confusion' | 'classes'>,
  what: string,
): DrawnFigure {
  const svg = confusionChart(confusion, classes, { name: 'confusion', description: `${what}: confusion matrix` })
  const csv = [['truly \\ read as', ...classes], ...confusion.map((row, k) => [classes[k], ...row])]
  return { svg: standalone(svg), csv }
}
