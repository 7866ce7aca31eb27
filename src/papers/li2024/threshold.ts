/** How often the positive class is found, and the other one left alone, at a threshold. */
export interface AtThreshold {
  threshold: number
  sensitivity: number
  specificity: number
}

/**
 * The threshold at which the smaller of (sensitivity - its goal) and (specificity - its goal) is largest; to be chosen on
 * validation examples and judged on others.
 * @param scores of the positive class
 */
export function chooseThreshold(
  scores: ArrayLike<number>,
  positive: (i: number) => boolean,
  goal: { sensitivity: number; specificity: number },
): AtThreshold {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a])
  const positives = order.filter(positive).length
  const negatives = order.length - positives
  let best: AtThreshold = { threshold: 0.5, sensitivity: 0, specificity: 0 }
  let margin = Number.NEGATIVE_INFINITY
  let found = 0
  order.forEach((example, rank) => {
    if (positive(example)) found++
    // Equal scores fall on one side.
    if (rank + 1 < order.length && scores[order[rank + 1]] === scores[example]) return
    const sensitivity = found / Math.max(1, positives)
    const specificity = 1 - (rank + 1 - found) / Math.max(1, negatives)
    const now = Math.min(sensitivity - goal.sensitivity, specificity - goal.specificity)
    if (now > margin) {
      margin = now
      best = { threshold: scores[example], sensitivity, specificity }
    }
  })
  return best
}
