import { classWeights } from '../data/balance.ts'
import type { Dataset } from '../data/dataset.ts'
import { scalingFor } from '../data/normalise.ts'
import { InklingError } from '../errors.ts'
import { createOptimizer, type Model } from '../nn/index.ts'
import { findRecipe, type Recipe, type ZooEntry } from '../zoo/index.ts'
import { checkParts } from './parts.ts'
import { findLearningRate } from './rateTest.ts'
import type { RunConfig } from './runConfig.ts'
import { checkPlainEpochs, type FitSettings } from './settings.ts'
import type { NewRun } from './trainOptions.ts'

/** The recipe of a new run, with what the user changed. @throws InklingError (exit code 2) when it makes no sense */
export function recipeOf({ recipe = 'house', changes = {} }: NewRun, entry: ZooEntry | undefined): Recipe {
  if (typeof recipe === 'string' && !entry)
    throw new InklingError('a model of your own has no recipes by name: give the recipe itself', { exitCode: 2 })
  const found = typeof recipe === 'string' ? findRecipe(entry!, recipe) : recipe
  const { rate, rates, ...rest } = changes
  const changed: Recipe = { ...found, ...(JSON.parse(JSON.stringify(rest)) as typeof rest) }
  if (rate !== undefined && rate !== 'auto') changed.optimizer = { ...changed.optimizer, rate }
  if (rates !== undefined) changed.optimizer = { ...changed.optimizer, rates }
  for (const what of ['epochs', 'batch'] as const)
    if (!(Number.isInteger(changed[what]) && changed[what] > 0))
      throw new InklingError(`${what} must be a whole number above 0, got ${changed[what]}`, { exitCode: 2 })
  checkParts(changed.accumulate ?? 1, changed.batch)
  checkPlainEpochs(changed)
  if (!(changed.validation >= 0 && changed.validation < 1))
    throw new InklingError(`the validation share must be from 0 to below 1, got ${changed.validation}`, { exitCode: 2 })
  createOptimizer(changed.optimizer) // throws when its numbers make no sense
  return changed
}

/** The recipe with its loss weighted by the classes of the training part; the numbers go into `config.json`. */
export function withClassWeights(recipe: Recipe, train: Dataset): Recipe {
  if (recipe.loss.kind !== 'crossEntropy')
    throw new InklingError(`class weights are for the cross-entropy, the loss here is ${recipe.loss.kind}`, {
      exitCode: 2,
    })
  return { ...recipe, loss: { ...recipe.loss, classWeights: Array.from(classWeights(train)) } }
}

/**
 * How values enter the model, unless the recipe says it: weights that go on learning get them as they did before, signals are
 * standardised per channel by their training part.
 */
export function withScaling(
  recipe: Recipe,
  { continued, signals }: { continued?: { scaling?: Recipe['input'] }; signals?: Dataset },
): Recipe {
  const input = recipe.input ?? continued?.scaling ?? (signals && scalingFor('standardise', signals))
  return input ? { ...recipe, input } : recipe
}

/** What a range test changes in a run's settings; it is said in one line. */
export async function withFoundRate(
  { recipe }: RunConfig,
  model: Model,
  train: Dataset,
  settings: FitSettings,
  { signal, onRateTest: onStep, onNote }: NewRun,
): Promise<Pick<RunConfig, 'recipe' | 'learningRate'>> {
  const test = await findLearningRate(model, train, { ...settings, signal, onStep })
  onNote?.(
    `learning rate ${test.rate}, by a range test of ${test.losses.length} batches (the recipe's: ${recipe.optimizer.rate})`,
  )
  const optimizer = { ...recipe.optimizer, rate: test.rate }
  return { recipe: { ...recipe, optimizer }, learningRate: { auto: true, ...test } }
}
