import type { ClassScores, Evaluation, Scores } from '../evaluation/types.ts'
import type { FileScores } from '../training/fileScores.ts'
import { count, figure, percent } from './format.ts'
import { list, table } from './table.ts'

/** Up to this many classes the whole confusion matrix is printed. */
const MATRIX_CLASSES = 12

/** How good a model is, for a terminal: figures, per-class table, confusion matrix, worst confusions. */
export function evaluationText(evaluation: Evaluation): string {
  const { confusion, classes } = evaluation
  return [
    headline(evaluation),
    classTable(evaluation),
    ...(classes.length <= MATRIX_CLASSES ? [matrix(confusion, classes)] : []),
    ...worstConfusions(evaluation),
  ].join('\n\n')
}

/** Windows are judged above; people ask what a recording is. */
export function filesText({ count: all, accuracy }: FileScores): string {
  return `${count(Math.round(accuracy * all))} of ${count(all)} files are read rightly as a whole (${percent(accuracy)}), by the mean of their windows`
}

function headline({ accuracy, accuracyInterval, loss, topK, count: examples, macro, calibration }: Evaluation): string {
  const { low, high, level } = accuracyInterval
  const wrong = Math.round((1 - accuracy) * examples)
  return list([
    [
      'accuracy',
      `${percent(accuracy)} (${count(wrong)} of ${count(examples)} wrong; ${percent(level, 0)} interval ${percent(low)} to ${percent(high)})`,
    ],
    ['loss', figure(loss)],
    ...Object.entries(topK)
      .filter(([k]) => k !== '1')
      .slice(0, 2)
      .map(([k, share]) => [`top ${k}`, percent(share)] as const),
    ['macro ROC-AUC', macro.rocAuc === null ? 'n/a' : macro.rocAuc.toFixed(4)],
    ['calibration', `off by ${percent(calibration.ece)} on average`],
  ])
}

/** Scores of every class and their averages. */
export function classTable({ perClass, macro, weighted, count: examples }: Evaluation): string {
  const cells = (name: string, scores: Scores, support: number) => [
    name,
    ...[scores.precision, scores.recall, scores.specificity, scores.f1].map(score => percent(score)),
    scores.rocAuc === null ? 'n/a' : scores.rocAuc.toFixed(4),
    count(support),
  ]
  return table(
    ['class', 'precision', 'recall', 'specificity', 'F1', 'ROC-AUC', 'examples'],
    [
      ...perClass.map((scores: ClassScores) => cells(scores.label, scores, scores.support)),
      cells('macro', macro, examples),
      cells('weighted', weighted, examples),
    ],
    { align: ['left', 'right', 'right', 'right', 'right', 'right', 'right'] },
  )
}

function matrix(confusion: readonly number[][], classes: readonly string[]): string {
  return table(
    ['true \\ read', ...classes],
    confusion.map((row, k) => [classes[k], ...row.map(n => (n === 0 ? '.' : count(n)))]),
    { align: ['left', ...classes.map(() => 'right' as const)] },
  )
}

function worstConfusions({ worstConfusions }: Evaluation): string[] {
  if (worstConfusions.length === 0) return []
  const words = worstConfusions
    .slice(0, 5)
    .map(({ label, predictedLabel, count: times }) => `${label} read as ${predictedLabel}: ${count(times)} times`)
  return [`Worst confusions: ${words.join('; ')}`]
}
