import type { Calibration } from './types.ts'

/**
 * Compares stated confidence with hit rate in `bins` equally wide bins (i / bins, (i + 1) / bins].
 * Expected calibration error as in Guo et al., "On Calibration of Modern Neural Networks" (2017).
 * @param confidences highest probability of each example
 * @param correct 1 where the example was read correctly
 */
export function calibrate(confidences: ArrayLike<number>, correct: ArrayLike<number>, bins = 15): Calibration {
  const counts = new Float64Array(bins)
  const sums = new Float64Array(bins)
  const hits = new Float64Array(bins)
  let total = 0
  for (let i = 0; i < confidences.length; i++) {
    const bin = Math.max(0, Math.min(bins - 1, Math.ceil(confidences[i] * bins) - 1))
    counts[bin]++
    sums[bin] += confidences[i]
    hits[bin] += correct[i]
    total += confidences[i]
  }
  const n = Math.max(1, confidences.length)
  let gap = 0
  for (let b = 0; b < bins; b++) gap += Math.abs(sums[b] - hits[b])
  return {
    ece: gap / n,
    meanConfidence: total / n,
    bins: Array.from(counts, (count, b) => ({
      from: b / bins,
      to: (b + 1) / bins,
      count,
      confidence: count === 0 ? null : sums[b] / count,
      accuracy: count === 0 ? null : hits[b] / count,
    })),
  }
}
