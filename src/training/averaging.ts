import { InklingError } from '../errors.ts'
import type { Predictions } from './predictor.ts'

/**
 * The mean of several predictions of the same examples: of several models, or of one on several variants. Its logits are
 * the logarithms of the mean probabilities.
 */
export function averagePredictions(list: readonly Predictions[]): Predictions {
  const [first] = list
  const { length } = first.probabilities
  if (list.some(p => p.classes !== first.classes || p.probabilities.length !== length))
    throw new InklingError('only predictions of the same examples and classes can be averaged')
  if (list.length === 1) return first
  const probabilities = new Float32Array(length)
  const logits = new Float32Array(length)
  for (let i = 0; i < length; i++) {
    let sum = 0
    for (const { probabilities: p } of list) sum += p[i]
    probabilities[i] = sum / list.length
    // Below the smallest float32 probability it counts as that.
    logits[i] = Math.log(Math.max(sum / list.length, 1e-45))
  }
  return { probabilities, logits, classes: first.classes }
}
