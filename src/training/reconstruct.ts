import type { Dataset } from '../data/dataset.ts'
import type { Backend } from '../engine/backend.ts'
import { checkFits, checkReads } from './batches.ts'
import { inputFormOf } from './input.ts'
import type { WeightedModel } from './predictDataset.ts'
import { createPredictor, PREDICT_BLOCK } from './predictor.ts'
import { writeWeights } from './state.ts'

/**
 * What an autoencoder gives back of every example.
 * @returns [examples, ...shape], in the units that the model reads
 */
export async function reconstruct(backend: Backend, weighted: WeightedModel, dataset: Dataset): Promise<Float32Array> {
  checkFits(dataset, weighted.model, { labels: false, target: 'input' })
  return await outputsOf(backend, weighted, dataset)
}

/**
 * What a model that is no classifier makes of every example.
 * @returns [examples, ...output]
 */
export async function outputsOf(
  backend: Backend,
  { model, weights, scaling }: WeightedModel,
  dataset: Dataset,
): Promise<Float32Array> {
  checkReads(dataset, model)
  const session = backend.createSession()
  try {
    const block = Math.min(PREDICT_BLOCK, dataset.length)
    const predictor = await createPredictor(session, model, inputFormOf(dataset, scaling), { block })
    writeWeights(session, model, weights)
    const { probabilities, logits } = await predictor.predict(dataset)
    return model.outputActivation === 'linear' ? logits : probabilities
  } finally {
    await session.close()
  }
}
