import { type Dataset, labelsOf } from '../data/dataset.ts'
import { crossEntropy, crossEntropyFromLogits } from '../evaluation/loss.ts'
import type { Model } from '../nn/model.ts'
import type { Predictions } from './predictor.ts'

/** Mean cross-entropy and share read rightly. */
export interface PartScores {
  loss: number
  accuracy: number
}

/** Loss and accuracy alone: the curves of a full evaluation cost more than the prediction. */
export function scoresOf(model: Model, { probabilities, logits, classes }: Predictions, dataset: Dataset): PartScores {
  const labels = labelsOf(dataset)
  let hits = 0
  for (let i = 0; i < labels.length; i++) {
    let best = 0
    for (let k = 1; k < classes; k++) if (probabilities[i * classes + k] > probabilities[i * classes + best]) best = k
    if (best === labels[i]) hits++
  }
  const loss =
    model.outputActivation === 'sigmoid'
      ? crossEntropy(probabilities, labels, classes)
      : crossEntropyFromLogits(logits, labels, classes)
  return { loss, accuracy: hits / labels.length }
}
