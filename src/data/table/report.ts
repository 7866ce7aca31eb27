import type { Fold } from '../folds.ts'
import type { TableColumn } from './columns.ts'

/** Settings of `loadTable`. */
export interface TableOptions {
  /** The column that holds the classes. */
  label: string
  /** A column whose rows of one value (a patient, a writer) stay on one side of every split. */
  group?: string
  /** Of the split. Default 0. */
  seed?: number
  /** Share of the test part. Default 0.2. */
  testShare?: number
  /** Share of the rest that the epoch is chosen by. Default 0.1. */
  validation?: number
  /** In place of test and validation part: this fold of all rows is the validation part, the others train. */
  fold?: Fold
  /** How columns become inputs, where another table taught it and the rows are split all the same. */
  columns?: TableColumn[]
  /** What another table taught: the rows are made into examples by that, and nothing is split. */
  known?: { columns: readonly TableColumn[]; classes: readonly string[] }
}

/** How a table became examples. */
export interface TableReport {
  label: string
  group?: string
  columns: TableColumn[]
  leftOut: { name: string; why: string }[]
  /** Columns that hold numbers but for a few cells. */
  doubts: string[]
}
