import type { SignalModel } from './propose.ts'
import type { SignalForm, SignalListing } from './types.ts'

/** How signals became examples. */
export interface SignalReport {
  form: SignalForm
  layout: SignalListing['layout']
  /** What a prediction is of: a file as a whole, or each window where stretches of files have labels. */
  unit: 'file' | 'window'
  /** What the examples are grouped by: `recording`, what --group names, or `piece` of time. */
  groupKind: string
  /** Names of the files below their folder. */
  files: readonly string[]
  /** Of every example of the storage: its file and its first sample. */
  fileOf: Int32Array
  startOf: Int32Array
  /** Stretches too short for a window. */
  short: readonly string[]
  model: SignalModel
  /** The line about the model among the notes. */
  modelReason?: string
}
