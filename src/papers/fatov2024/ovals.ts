/** 0 and O, which differ by little. */
export const OVALS = ['0', 'O']

/** Of digits and letters: how often a 0 is read as an O and the other way round. */
export function ovalMetrics(confusion: readonly (readonly number[])[], classes: readonly string[]) {
  const [zero, oh] = OVALS.map(label => classes.indexOf(label))
  const share = (truth: number, read: number) =>
    confusion[truth][read] /
    Math.max(
      1,
      confusion[truth].reduce((a, b) => a + b, 0),
    )
  return { zeroReadAsO: share(zero, oh), oReadAsZero: share(oh, zero) }
}

/** Below it a float32 is 0: a probability of 0 may have been any smaller one. */
const SMALLEST = 1e-45

/**
 * The share of the Os that is read as 0 once the answer leans towards 0, by a factor of its probability, so far that no more
 * than `most` of the zeros are read as O: what a low figure of the one kind costs of the other.
 *
 * @param probabilities [examples, classes]
 */
export function leaningToZero(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  classes: readonly string[],
  most: number,
): number {
  const [zero, oh] = OVALS.map(label => classes.indexOf(label))
  const rows = (truth: number) =>
    Array.from(labels, (label, i) => (label === truth ? i : -1))
      .filter(i => i >= 0)
      .map(i => probabilities.subarray(i * classes.length, (i + 1) * classes.length))
  // The factor of p(0) from which a picture is read as 0.
  const factor = (row: Float32Array) =>
    Math.max(...row.map((p, k) => (k === zero ? 0 : p))) / Math.max(row[zero], SMALLEST)
  const zeros = rows(zero)
  const asOh = zeros
    .filter(row => row.every((p, k) => k === zero || k === oh || p <= row[oh]))
    .map(factor)
    .sort((a, b) => b - a)
  const lean = Math.max(1, asOh[Math.floor(most * zeros.length)] ?? 0)
  const ohs = rows(oh)
  return ohs.filter(row => factor(row) <= lean).length / Math.max(1, ohs.length)
}
