import { type Dataset, gather, strideOf } from '../data/dataset.ts'
import { createRandom } from '../random.ts'
import { pictureBudget, pictureShape } from './pictures.ts'
import { isSignalShape, traceBudget } from './traces.ts'
import type { ReportExamples } from './types.ts'

/** So many mistakes are kept for their confidence alone. */
const SUREST = 20

export interface ChooseOptions {
  /** Examples read rightly, spread over the classes. Default 30. */
  right?: number
  /** Most mistakes kept of one cell of the confusion matrix, the surest 20 of all apart. Default 16. */
  perCell?: number
  /** Most examples altogether. Default 400. */
  limit?: number
}

/**
 * Positions of the examples worth showing: some read rightly from every class (the same on every call), then
 * mistakes: those the model was surest of, and some of every kind of confusion.
 * @param probabilities [labels.length, classes]
 */
export function chooseExamples(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  options: ChooseOptions = {},
): number[] {
  const { right = 30, perCell = 16, limit = 400 } = options
  const rightly: number[][] = Array.from({ length: classes }, () => [])
  const mistakes: { at: number; cell: number; confidence: number }[] = []
  for (let i = 0; i < labels.length; i++) {
    const read = mostProbable(probabilities, i * classes, classes)
    if (read === labels[i]) rightly[read].push(i)
    else mistakes.push({ at: i, cell: labels[i] * classes + read, confidence: probabilities[i * classes + read] })
  }
  const random = createRandom(1)
  for (const list of rightly) random.shuffle(list)
  const chosen: number[] = []
  for (let round = 0; chosen.length < right && rightly.some(list => round < list.length); round++) {
    for (const list of rightly) if (round < list.length && chosen.length < right) chosen.push(list[round])
  }
  // The surest mistakes of all, then turn by turn the surest left of every cell, so that no cell starves.
  mistakes.sort((a, b) => b.confidence - a.confidence || a.at - b.at)
  const taken = new Map<number, number>()
  const turns = mistakes.map((mistake, i) => {
    const turn = taken.get(mistake.cell) ?? 0
    taken.set(mistake.cell, turn + 1)
    return { ...mistake, turn: i < SUREST ? -1 : turn, kept: turn < perCell || i < SUREST }
  })
  const inTurn = turns.filter(m => m.kept).sort((a, b) => a.turn - b.turn)
  chosen.push(...inTurn.map(m => m.at))
  return chosen.slice(0, limit)
}

/**
 * The examples of a labelled dataset that a report shows, with their pictures or signals; undefined where its examples are
 * neither or have no labels.
 * @param probabilities [dataset.length, classes], in the dataset's order
 */
export function collectExamples(
  dataset: Dataset,
  probabilities: ArrayLike<number>,
  { nameOf, ...options }: ChooseOptions & { nameOf?: (position: number) => string } = {},
): ReportExamples | undefined {
  const { features } = dataset
  const isSignal = features instanceof Float32Array && isSignalShape(dataset.shape)
  const shape = isSignal ? null : pictureShape(dataset.shape)
  if ((!shape && !isSignal) || !dataset.labels) return undefined
  const classes = dataset.classes.length
  const labels = Int32Array.from({ length: dataset.length }, (_, i) => {
    return dataset.labels![dataset.indices ? dataset.indices[i] : i]
  })
  const limit = shape ? pictureBudget(shape) : traceBudget(dataset.shape[1])
  const positions = chooseExamples(probabilities, labels, classes, { limit, ...options })
  const size = positions.length * strideOf(dataset.shape)
  const values = features instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size)
  gather(dataset, positions, values)
  const toByte = (v: number) => Math.round(255 * Math.max(0, Math.min(1, v)))
  return {
    shape: dataset.shape,
    ...(isSignal
      ? { signals: values as Float32Array }
      : { pictures: values instanceof Uint8Array ? values : Uint8Array.from(values, toByte) }),
    items: positions.map(index => ({
      index,
      name: nameOf?.(index),
      label: labels[index],
      prediction: mostProbable(probabilities, index * classes, classes),
      probabilities: Array.from({ length: classes }, (_, k) => probabilities[index * classes + k]),
    })),
  }
}

function mostProbable(probabilities: ArrayLike<number>, from: number, classes: number): number {
  let best = 0
  for (let k = 1; k < classes; k++) if (probabilities[from + k] > probabilities[from + best]) best = k
  return best
}
