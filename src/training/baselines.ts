import { classCounts, type Dataset, labelsOf } from '../data/dataset.ts'
import { createOptimizer, lossOf } from '../nn/index.ts'
import { findModel, type Recipe } from '../zoo/index.ts'
import { fitModel } from './fit.ts'
import { TrainingInterrupted } from './interrupted.ts'
import { type PartScores, scoresOf } from './partScores.ts'
import { predictDataset } from './predictDataset.ts'
import type { Baseline, Finished } from './runResult.ts'

/** Of Adam: a convex loss bears a high rate, and needs it to be near its end after as many steps. */
const LINEAR_RATE = 0.03

/**
 * Trains softmax regression on the same inputs for as many steps as the run, and counts the majority: for tables and signals. A
 * network must beat both to be worth it.
 */
export async function simpleBaselines(
  { folder, data, config, backend }: Finished,
  signal: AbortSignal | undefined,
): Promise<Baseline[]> {
  const recipe = config.recipe as unknown as Recipe
  const { shape, classes } = data.train
  const model = findModel('table-linear').build({ inputShape: shape, classes: classes.length })
  const fitted = await fitModel(model, data.shown ?? data.train, {
    ...{ backend, epochs: recipe.epochs, batchSize: recipe.batch, seed: config.seed, signal },
    ...{
      optimizer: createOptimizer({ kind: 'adam', rate: LINEAR_RATE }),
      schedule: recipe.schedule,
      loss: lossOf(recipe.loss),
    },
    scaling: recipe.input,
    validation: data.validation,
  })
  if (fitted.interrupted) throw new TrainingInterrupted(folder)
  const linear = async (part: Dataset) =>
    scoresOf(
      model,
      await predictDataset(backend, { model, weights: fitted.weights, scaling: recipe.input }, part),
      part,
    )
  const counts = classCounts(data.train)
  const majority = (part: Dataset) => majorityScores(counts, part)
  const judged = async (name: Baseline['name'], judge: (part: Dataset) => PartScores | Promise<PartScores>) => ({
    name,
    train: await judge(data.train),
    validation: data.validation ? await judge(data.validation) : null,
    test: data.test ? await judge(data.test) : null,
  })
  return [await judged('linear', linear), await judged('majority', majority)]
}

/** Always the most frequent class of the training part; its loss is that of the training shares (of n + 1, none is 0). */
export function majorityScores(counts: readonly number[], part: Dataset): PartScores {
  const all = counts.reduce((sum, n) => sum + n + 1, 0)
  const best = counts.indexOf(Math.max(...counts))
  let [hits, loss] = [0, 0]
  for (const label of labelsOf(part)) {
    if (label === best) hits++
    loss -= Math.log((counts[label] + 1) / all)
  }
  return { loss: loss / part.length, accuracy: hits / part.length }
}
