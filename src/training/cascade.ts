import { type Dataset, labelsOf } from '../data/dataset.ts'
import type { Backend } from '../engine/backend.ts'
import { type CascadeStage, type CascadeViews, chooseThresholds, compareStages } from '../evaluation/cascade.ts'
import { CascadeModel, NEVER } from '../nn/cascade.ts'
import type { Model } from '../nn/model.ts'
import { predictDataset, type WeightedModel } from './predictDataset.ts'

/** What main network and specialists of a cascade make of examples, each by itself. */
export async function cascadeViews(
  backend: Backend,
  { model, weights, scaling }: WeightedModel & { model: CascadeModel },
  dataset: Dataset,
): Promise<CascadeViews> {
  // The parts read the cascade's own parameters: the rest of its weights is not theirs.
  const see = async (part: Model, classes: readonly string[]) => {
    const own = new Map(part.parameters().map(({ name }) => [name, weights.get(name) as Float32Array]))
    const { probabilities } = await predictDataset(
      backend,
      { model: part, weights: own, scaling },
      { ...dataset, classes, labels: undefined },
    )
    return probabilities
  }
  const specialists: { classes: readonly number[]; probabilities: Float32Array }[] = []
  for (const { classes, model: part } of model.specialists)
    specialists.push({
      classes,
      probabilities: await see(
        part,
        classes.map(k => dataset.classes[k]),
      ),
    })
  return { main: await see(model.main, dataset.classes), classes: dataset.classes.length, specialists }
}

/** The weights with thresholds chosen on the validation part; those of models that are no cascade stay as they are. */
export async function withThresholds(
  backend: Backend,
  { model, weights, scaling }: WeightedModel,
  validation: Dataset | undefined,
): Promise<Map<string, Float32Array>> {
  const chosen = new Map(weights)
  if (!(model instanceof CascadeModel) || !validation) return chosen
  const views = await cascadeViews(backend, { model, weights, scaling }, validation)
  const thresholds = chooseThresholds(views, labelsOf(validation), NEVER)
  for (const [s, { threshold }] of model.specialists.entries()) chosen.set(threshold, Float32Array.of(thresholds[s]))
  return chosen
}

/** A cascade's examples before and after its specialists, by both rules; undefined for other models. */
export async function cascadeStages(
  backend: Backend,
  { model, weights, scaling }: WeightedModel,
  dataset: Dataset,
): Promise<CascadeStage[] | undefined> {
  if (!(model instanceof CascadeModel)) return undefined
  const views = await cascadeViews(backend, { model, weights, scaling }, dataset)
  const thresholds = model.specialists.map(({ threshold }) =>
    Number((weights.get(threshold) as Float32Array)[0].toPrecision(6)),
  )
  return compareStages(views, labelsOf(dataset), dataset.classes, { rule: model.rule, thresholds })
}
