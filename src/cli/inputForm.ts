import type { Dataset } from '../data/dataset.ts'

/** What is predicted: one dataset of all inputs, and what each example is called. */
export interface Inputs {
  dataset: Dataset
  names: string[]
  /** Names of pictures in which no ink was found. */
  blank: ReadonlySet<string>
  /** Files that were left out, and why. */
  unreadable?: readonly { file: string; reason: string }[]
  /** Of signals: which examples are answered together, and where they lie. */
  windows?: InputWindows
  /** What the user should know. */
  notes?: readonly string[]
}

/** The model that reads them. */
export interface Reads {
  inputShape: readonly number[]
  classes: readonly string[]
}

/** How a signal is asked about, where that is not as the run learned. */
export interface SignalQuestion {
  /** Each window by itself, though files were learned as a whole. */
  windows?: boolean
  /** The rate of CSV files without a column of times. */
  sampledAt?: number
}

/** Where the windows of the inputs lie. */
export interface InputWindows {
  /** One of `names` for every example: the answers of one name are averaged. */
  nameOf: Int32Array
  /** Of windows that are answered one by one: first sample, and its time in seconds where the rate is known. */
  starts?: { start: number; seconds?: number }[]
}
