import { type Dataset, labelsOf, rowOf } from '../data/dataset.ts'
import type { SignalReport } from '../data/signals/report.ts'
import type { Predictions } from './predictor.ts'

/** How well whole files are read, by the mean of their windows' probabilities. */
export interface FileScores {
  count: number
  accuracy: number
}

/** Scores of the files of a part; undefined where a file holds several classes, as a long signal does. */
export function fileScores(
  part: Dataset,
  { probabilities, classes }: Predictions,
  { fileOf }: Pick<SignalReport, 'fileOf'>,
): FileScores | undefined {
  const labels = labelsOf(part)
  const sums = new Map<number, { label: number; sum: Float64Array }>()
  for (let i = 0; i < part.length; i++) {
    const file = fileOf[rowOf(part, i)]
    const known = sums.get(file) ?? { label: labels[i], sum: new Float64Array(classes) }
    if (known.label !== labels[i]) return undefined
    for (let k = 0; k < classes; k++) known.sum[k] += probabilities[i * classes + k]
    sums.set(file, known)
  }
  let right = 0
  for (const { label, sum } of sums.values()) if (sum.indexOf(Math.max(...sum)) === label) right++
  return { count: sums.size, accuracy: right / sums.size }
}
