import type { Confusion, Scores } from './types.ts'

/**
 * Counts how often each true class was read as each class.
 * @returns rows true, columns predicted, `classes` x `classes`
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let i = 0; i < labels.length; i++) matrix[labels[i]][predictions[i]]++
  return matrix
}

/** Precision, recall, specificity, F1 and counts of one class from a confusion matrix; 0 / 0 counts as 0. */
export function classScores(
  confusion: readonly (readonly number[])[],
  k: number,
): Omit<Scores, 'rocAuc'> & { support: number; predicted: number } {
  let total = 0
  let support = 0
  let predicted = 0
  for (let i = 0; i < confusion.length; i++) {
    for (let j = 0; j < confusion.length; j++) total += confusion[i][j]
    support += confusion[k][i]
    predicted += confusion[i][k]
  }
  const hits = confusion[k][k]
  return {
    precision: ratio(hits, predicted),
    recall: ratio(hits, support),
    specificity: ratio(total - support - predicted + hits, total - support),
    f1: ratio(2 * hits, support + predicted),
    support,
    predicted,
  }
}

/** The `limit` most frequent cells off the diagonal, most frequent first, ties in row order. */
export function worstConfusions(
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
  limit = 10,
): Confusion[] {
  const cells: Confusion[] = []
  confusion.forEach((row, truth) => {
    const support = row.reduce((sum, count) => sum + count, 0)
    row.forEach((count, predicted) => {
      if (truth === predicted || count === 0) return
      const share = count / support
      cells.push({ truth, predicted, label: classes[truth], predictedLabel: classes[predicted], count, share })
    })
  })
  return cells.sort((a, b) => b.count - a.count).slice(0, limit)
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
