import type { EpochRecord } from './history.ts'
import type { BestEpoch } from './state.ts'

/** What a training gave. */
export interface FitResult {
  /** The kept weights by parameter name: of the best or the last epoch, averaged where the optimizer averages. */
  weights: Map<string, Float32Array>
  history: EpochRecord[]
  /** The best epoch by the monitored figure, whether or not its weights are the kept ones. */
  best?: BestEpoch
  /** The epoch whose weights are kept; undefined when they are from within an epoch. */
  keptEpoch?: number
  /** Why it ended before the last epoch (early stopping). */
  ended?: string
  /** Ended by the signal: a checkpoint holds where. */
  interrupted: boolean
  steps: number
  /** Wall time, resumed parts included. */
  seconds: number
  /** Training examples a second, validation and checkpoints not counted. */
  examplesPerSecond: number
}
