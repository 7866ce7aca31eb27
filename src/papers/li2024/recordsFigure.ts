import { AAMI_CLASSES } from '../../data/heartbeats/classes.ts'
import { classScores } from '../../evaluation/confusion.ts'
import type { DrawnFigure } from '../experiment.ts'
import { gridFigure } from '../figures/grid.ts'

/** What is stored of a record of the test part. */
export interface RecordScores {
  record: string
  beats: number
  accuracy: number
  confusion: number[][]
}

/** Sensitivity and positive predictivity (per cent) of each AAMI class but Q, which has 7 beats, record by record. */
export function recordsFigure(records: readonly RecordScores[], what: string): DrawnFigure {
  const shown = AAMI_CLASSES.slice(0, 4)
  return gridFigure({
    header: ['record', 'beats', 'right', ...shown.flatMap(name => [`Se ${name}`, `+P ${name}`])],
    rows: records.map(({ record, beats, accuracy, confusion }) => ({
      name: record,
      count: beats,
      shares: [
        accuracy,
        ...shown.flatMap((_, k) => {
          const { recall, precision, support, predicted } = classScores(confusion, k)
          return [support > 0 ? recall : null, predicted > 0 ? precision : null]
        }),
      ],
    })),
    description: `${what}: sensitivity and positive predictivity of each class, record by record`,
  })
}
