import { type Dataset, labelsOf, subset } from '../data/dataset.ts'
import { InklingError } from '../errors.ts'
import { contextClasses, restrictClasses } from '../evaluation/context.ts'
import { evaluateProbabilities } from '../evaluation/evaluate.ts'
import type { Evaluation } from '../evaluation/types.ts'
import type { Ensemble } from './ensemble.ts'
import { answersOf, type Prediction, type PredictorSettings } from './trainable.ts'

/** Answers where only the classes of a context may stand, with those classes. */
export async function predictInContext(
  ensemble: Ensemble,
  datasets: readonly Dataset[],
  settings: readonly PredictorSettings[],
  context: string,
): Promise<{ classes: string[]; predictions: Prediction[] }> {
  if (context === 'free')
    return { classes: [...ensemble.classes], predictions: await ensemble.predict(datasets, settings) }
  const kept = contextClasses(context, ensemble.classes)
  const names = kept.map(k => ensemble.classes[k])
  const { probabilities, classes } = await ensemble.probabilities(datasets, settings)
  const restricted = restrictClasses(probabilities, classes, kept)
  // Of the classes left; `class` stays the number among all of them.
  const answers = answersOf({ probabilities: restricted, logits: restricted, classes: kept.length }, names)
  return { classes: names, predictions: answers.map(answer => ({ ...answer, class: kept[answer.class] })) }
}

/** Scores on the examples of a context's classes, read as one of these. */
export async function evaluateInContext(
  ensemble: Ensemble,
  datasets: readonly Dataset[],
  settings: readonly PredictorSettings[],
  context: string,
): Promise<Evaluation> {
  const kept = contextClasses(context, ensemble.classes)
  const labels = labelsOf(datasets[0])
  const positions = Uint32Array.from(labels.keys()).filter(i => kept.includes(labels[i]))
  if (positions.length === 0) throw new InklingError(`${datasets[0].name} has no examples of the context ${context}`)
  const parts = datasets.map(dataset => subset(dataset, positions))
  const { probabilities, classes } = await ensemble.probabilities(parts, settings)
  return evaluateProbabilities(
    restrictClasses(probabilities, classes, kept),
    Int32Array.from(positions, i => kept.indexOf(labels[i])),
    kept.map(k => ensemble.classes[k]),
  )
}
