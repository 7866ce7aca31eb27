import { classCounts, type Dataset, labelAt, labelsOf } from '../../data/dataset.ts'
import { groupsOf } from '../../data/groups.ts'
import { AAMI_CLASSES } from '../../data/heartbeats/classes.ts'
import { classScores, confusionMatrix } from '../../evaluation/confusion.ts'
import type { Measured, TrialContext } from '../experiment.ts'
import { predict, type Trained } from '../training.ts'
import { chooseThreshold } from './threshold.ts'

/** What is to be reached together. */
export interface Pair {
  sensitivity: number
  specificity: number
}

/** Sensitivity and specificity on the test part at the threshold that the validation part asks for. */
export async function binaryScores(trained: Trained, context: TrialContext, goal: Pair): Promise<Partial<Measured>> {
  const test = trained.parts.test as Dataset
  const validation = trained.parts.validation as Dataset
  const scoresOf = async (part: Dataset) => {
    const { probabilities } = await predict(context, trained, part)
    return Float32Array.from({ length: part.length }, (_, i) => probabilities[2 * i + 1])
  }
  const { threshold } = chooseThreshold(await scoresOf(validation), i => labelAt(validation, i) === 1, goal)
  const scores = await scoresOf(test)
  const labels = labelsOf(test)
  const confusion = confusionMatrix(
    labels,
    Array.from(scores, s => (s >= threshold ? 1 : 0)),
    2,
  )
  const [negative, positive] = [classScores(confusion, 0), classScores(confusion, 1)]
  const counts = classCounts(test)
  return {
    metrics: {
      sensitivity: positive.recall,
      specificity: positive.specificity,
      accuracy: (confusion[0][0] + confusion[1][1]) / test.length,
      weightedF1: (negative.f1 * negative.support + positive.f1 * positive.support) / test.length,
      positivePredictivity: positive.precision,
      majority: Math.max(...counts) / test.length,
      positives: counts[1] / test.length,
      ...(trained.evaluation.roc[1].auc !== null && { rocAuc: trained.evaluation.roc[1].auc }),
    },
    details: { threshold, confusion, roc: trained.evaluation.roc[1].points },
  }
}

/** Sensitivity and positive predictivity of each AAMI class, over all and by record. */
export async function aamiScores(trained: Trained, context: TrialContext): Promise<Partial<Measured>> {
  const test = trained.parts.test as Dataset
  const { probabilities, classes } = await predict(context, trained, test)
  const read = Array.from({ length: test.length }, (_, i) => {
    const row = probabilities.subarray(i * classes, (i + 1) * classes)
    return row.indexOf(Math.max(...row))
  })
  const metrics: Record<string, number> = {}
  const { confusion } = trained.evaluation
  AAMI_CLASSES.forEach((name, k) => {
    const { recall, precision, support, predicted } = classScores(confusion, k)
    if (support > 0) metrics[`Se ${name}`] = recall
    if (predicted > 0) metrics[`+P ${name}`] = precision
  })
  metrics.majority = Math.max(...classCounts(test)) / test.length
  const labels = labelsOf(test)
  const records = groupsOf(test)
  const perRecord =
    records &&
    [...new Set(records)].sort().map(record => {
      const own = Array.from(labels.keys()).filter(i => records[i] === record)
      const matrix = confusionMatrix(
        own.map(i => labels[i]),
        own.map(i => read[i]),
        classes,
      )
      const right = matrix.reduce((sum, row, k) => sum + row[k], 0)
      return { record, beats: own.length, accuracy: right / own.length, confusion: matrix }
    })
  return { metrics, details: { perRecord } }
}
