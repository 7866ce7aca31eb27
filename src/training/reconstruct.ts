import { type Dataset, strideOf } from '../data/dataset.ts'
import type { Backend } from '../engine/backend.ts'
import { checkFits } from './batches.ts'
import { inputFormOf } from './input.ts'
import type { WeightedModel } from './predictDataset.ts'
import { createPredictor, PREDICT_BLOCK } from './predictor.ts'
import { writeWeights } from './state.ts'

/**
 * What an autoencoder gives back of every example.
 * @returns [examples, ...shape], in the units that the model reads
 */
export async function reconstruct(
  backend: Backend,
  { model, weights, scaling }: WeightedModel,
  dataset: Dataset,
): Promise<Float32Array> {
  checkFits(dataset, model, { labels: false, target: 'input' })
  const session = backend.createSession()
  try {
    const block = Math.min(PREDICT_BLOCK, dataset.length)
    const predictor = await createPredictor(session, model, inputFormOf(dataset, scaling), { block })
    writeWeights(session, model, weights)
    const { probabilities, logits } = await predictor.predict(dataset)
    const values = model.outputActivation === 'linear' ? logits : probabilities
    return values.subarray(0, dataset.length * strideOf(dataset.shape))
  } finally {
    await session.close()
  }
}
