import { InklingError } from '../errors.ts'
import { calibrate } from './calibration.ts'
import { classScores, confusionMatrix, worstConfusions } from './confusion.ts'
import { crossEntropy, crossEntropyFromLogits } from './loss.ts'
import { rocCurve, thin } from './roc.ts'
import { wilsonInterval } from './statistics.ts'
import type { ClassScores, Evaluation, RocCurve, Scores } from './types.ts'

export interface EvaluateOptions {
  /** [n, classes]: takes the loss from these instead of from the probabilities, without clipping. */
  logits?: Float32Array
  /** Bins of the reliability diagram. Default 15. */
  calibrationBins?: number
  /** Most points kept of each ROC curve. Default 80. */
  rocPoints?: number
  /** Most entries in `worstConfusions`. Default 10. */
  worst?: number
}

/**
 * Judges class probabilities against true labels.
 *
 * The predicted class is the most probable one, the first of equals. Scores that divide 0 by 0 are 0.
 * Macro averages leave out classes that neither occur nor are predicted; a class's ROC area is null when
 * it has no examples (or nothing else has), and averages of the area leave such classes out.
 *
 * @param probabilities [n, classes], each row adding up to 1
 * @param labels n class ids
 * @throws InklingError when lengths disagree, a label is outside the classes or a probability is not one
 */
export function evaluateProbabilities(
  probabilities: Float32Array,
  labels: Int32Array,
  classes: readonly string[],
  options: EvaluateOptions = {},
): Evaluation {
  const { logits, calibrationBins = 15, rocPoints = 80, worst = 10 } = options
  check(probabilities, labels, classes, logits)
  const n = labels.length
  const width = classes.length

  const predictions = new Int32Array(n)
  const confidences = new Float32Array(n)
  const correct = new Uint8Array(n)
  const ranks = new Float64Array(width) // ranks[r]: examples whose true class is the r-th most probable
  let hits = 0
  for (let i = 0; i < n; i++) {
    const row = i * width
    const truth = labels[i]
    const own = probabilities[row + truth]
    let best = 0
    let rank = 0
    for (let k = 0; k < width; k++) {
      const p = probabilities[row + k]
      if (p > probabilities[row + best]) best = k
      if (p > own || (p === own && k < truth)) rank++
    }
    predictions[i] = best
    confidences[i] = probabilities[row + best]
    correct[i] = best === truth ? 1 : 0
    hits += correct[i]
    ranks[rank]++
  }

  const topK: Evaluation['topK'] = {}
  let within = 0
  for (let k = 1; k <= Math.min(5, width); k++) {
    within += ranks[k - 1]
    topK[k] = within / n
  }

  const confusion = confusionMatrix(labels, predictions, width)
  const roc: RocCurve[] = []
  const perClass: ClassScores[] = []
  const seen: boolean[] = []
  const scores = new Float32Array(n)
  for (let k = 0; k < width; k++) {
    for (let i = 0; i < n; i++) scores[i] = probabilities[i * width + k]
    const curve = rocCurve(scores, i => labels[i] === k)
    roc.push({ label: classes[k], auc: curve.auc, points: thin(curve.points, rocPoints) })
    const { predicted, support, ...rest } = classScores(confusion, k)
    perClass.push({ label: classes[k], ...rest, support, rocAuc: curve.auc })
    seen.push(support + predicted > 0)
  }

  return {
    count: n,
    classes: [...classes],
    loss: logits ? crossEntropyFromLogits(logits, labels, width) : crossEntropy(probabilities, labels, width),
    accuracy: hits / n,
    accuracyInterval: wilsonInterval(hits, n),
    topK,
    macro: average(perClass, k => (seen[k] ? 1 : 0)),
    weighted: average(perClass, k => perClass[k].support),
    perClass,
    confusion,
    worstConfusions: worstConfusions(confusion, classes, worst),
    roc,
    calibration: calibrate(confidences, correct, calibrationBins),
  }
}

function average(perClass: readonly ClassScores[], weight: (k: number) => number): Scores {
  const mean = (score: (c: ClassScores) => number | null): number | null => {
    let sum = 0
    let total = 0
    perClass.forEach((c, k) => {
      const value = score(c)
      if (value === null) return
      sum += weight(k) * value
      total += weight(k)
    })
    return total === 0 ? null : sum / total
  }
  return {
    precision: mean(c => c.precision) ?? 0,
    recall: mean(c => c.recall) ?? 0,
    specificity: mean(c => c.specificity) ?? 0,
    f1: mean(c => c.f1) ?? 0,
    rocAuc: mean(c => c.rocAuc),
  }
}

function check(
  probabilities: Float32Array,
  labels: Int32Array,
  classes: readonly string[],
  logits: Float32Array | undefined,
): void {
  const n = labels.length
  const width = classes.length
  if (n === 0) throw new InklingError('there is nothing to evaluate: got 0 labelled examples')
  for (const [what, values] of [['probabilities', probabilities] as const, ['logits', logits] as const]) {
    if (values && values.length !== n * width) {
      throw new InklingError(`got ${values.length} ${what}, expected ${n * width} (${n} examples x ${width} classes)`, {
        exitCode: 2,
      })
    }
  }
  for (let i = 0; i < n; i++) {
    if (!(labels[i] >= 0 && labels[i] < width)) {
      throw new InklingError(`label ${labels[i]} of example ${i} is outside the ${width} classes (0 to ${width - 1})`)
    }
  }
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]
    if (p >= 0 && p <= 1.0001) continue // a float32 softmax may round a little above 1
    throw new InklingError(
      `probability ${p} of class "${classes[i % width]}" in example ${Math.floor(i / width)} is not between 0 and 1`,
      {
        hint: Number.isNaN(p)
          ? 'The model gives NaN: train it again with a lower learning rate.'
          : 'Apply softmax to the outputs first.',
      },
    )
  }
}
