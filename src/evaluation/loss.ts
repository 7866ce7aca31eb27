/** Probabilities below this count as this, as in Keras: a float32 softmax may round to 0. */
export const MINIMUM_PROBABILITY = 1e-7

/**
 * Mean cross-entropy in nats from probabilities, clipped to [1e-7, 1].
 * @param probabilities [n, classes]
 */
export function crossEntropy(probabilities: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  let sum = 0
  for (let i = 0; i < labels.length; i++) {
    sum -= Math.log(Math.min(1, Math.max(MINIMUM_PROBABILITY, probabilities[i * classes + labels[i]])))
  }
  return sum / labels.length + 0 // + 0: a perfect reader's loss is 0, not -0
}

/**
 * Mean cross-entropy in nats from logits, by log-sum-exp: exact where probabilities would round to 0.
 * @param logits [n, classes]
 */
export function crossEntropyFromLogits(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  let sum = 0
  for (let i = 0; i < labels.length; i++) {
    const row = i * classes
    let top = Number.NEGATIVE_INFINITY
    for (let k = 0; k < classes; k++) top = Math.max(top, logits[row + k])
    let total = 0
    for (let k = 0; k < classes; k++) total += Math.exp(logits[row + k] - top)
    sum += Math.log(total) + top - logits[row + labels[i]]
  }
  return sum / labels.length
}
