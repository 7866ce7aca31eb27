import { type Dataset, labelsOf } from '../data/dataset.ts'
import type { Backend } from '../engine/backend.ts'
import { evaluateProbabilities } from '../evaluation/evaluate.ts'
import type { Evaluation } from '../evaluation/types.ts'
import type { Model } from '../nn/model.ts'
import { checkFits } from './batches.ts'
import { type InputScaling, inputFormOf } from './input.ts'
import { createPredictor, PREDICT_BLOCK, type Predictions } from './predictor.ts'
import { writeWeights } from './state.ts'

/** A model's description and the values it learned. */
export interface WeightedModel {
  model: Model
  weights: ReadonlyMap<string, Float32Array>
  /** How it wants its input values; default: bytes as 0..1, numbers as they are. */
  scaling?: InputScaling
}

export interface PredictOptions {
  /** Examples in a block; default {@link PREDICT_BLOCK}, less for less data. */
  block?: number
}

/** Predicts every example of a dataset, in blocks of a fixed size of which the last is padded. */
export async function predictDataset(
  backend: Backend,
  { model, weights, scaling }: WeightedModel,
  dataset: Dataset,
  { block = Math.min(PREDICT_BLOCK, dataset.length) }: PredictOptions = {},
): Promise<Predictions> {
  checkFits(dataset, model, { labels: false })
  const session = backend.createSession()
  try {
    const predictor = await createPredictor(session, model, inputFormOf(dataset, scaling), { block })
    writeWeights(session, model, weights)
    return await predictor.predict(dataset)
  } finally {
    await session.close()
  }
}

/** Judges a model on a labelled dataset. */
export async function evaluateDataset(
  backend: Backend,
  weighted: WeightedModel,
  dataset: Dataset,
  options: PredictOptions = {},
): Promise<{ evaluation: Evaluation; predictions: Predictions }> {
  checkFits(dataset, weighted.model, { labels: true })
  const predictions = await predictDataset(backend, weighted, dataset, options)
  return { evaluation: judge(weighted.model, predictions, dataset), predictions }
}

/** The scores of predictions against a dataset's labels. */
export function judge(model: Model, { probabilities, logits }: Predictions, dataset: Dataset): Evaluation {
  // Logits of a sigmoid are not those of a softmax: there the loss comes from the probabilities.
  const exact = model.outputActivation === 'sigmoid' ? undefined : logits
  return evaluateProbabilities(probabilities, labelsOf(dataset), dataset.classes, { logits: exact })
}
