/** What one epoch brought: a line of a run's metrics. */
export interface EpochRecord {
  /** From 1. */
  epoch: number
  /** Mean loss over the epoch's training examples, each measured while the model learned. */
  loss: number
  /** Absent, as that of the validation, where nothing is classified: an autoencoder. */
  accuracy?: number
  validationLoss?: number
  validationAccuracy?: number
  /** Learning rate at the epoch's last step. */
  learningRate: number
  /** Wall time of the epoch, validation included. */
  seconds: number
  /** Training examples a second, validation not counted. */
  examplesPerSecond: number
}

/** Where a training stands, after each batch. */
export interface BatchProgress {
  /** From 1. */
  epoch: number
  epochs: number
  /** Batches of this epoch that are done, and their number. */
  batch: number
  batches: number
  /** Steps of the whole training that are done. */
  step: number
  /** Means over the epoch's batches so far. */
  loss: number
  accuracy?: number
  learningRate: number
  examplesPerSecond: number
  /** Wall time of this training so far, and an estimate of what is left (validation included). */
  seconds: number
  secondsLeft: number
}

/** A number of an epoch's record by which epochs are compared. */
export type Monitor = 'loss' | 'accuracy' | 'validationLoss' | 'validationAccuracy'

/** Whether `value` is better than `best` by more than `minDelta`: higher for accuracies, lower for losses. */
export function improves(monitor: Monitor, value: number, best: number | undefined, minDelta = 0): boolean {
  if (!Number.isFinite(value)) return false
  if (best === undefined) return true
  return monitor.endsWith('ccuracy') ? value > best + minDelta : value < best - minDelta
}

/** Whether an epoch is better than the best so far. Accuracies come in steps: of equal ones the lower loss is better. */
export function isBetter(monitor: Monitor, record: EpochRecord, best: EpochRecord | undefined): boolean {
  const value = record[monitor]
  if (value === undefined || !best) return value !== undefined && Number.isFinite(value)
  if (value !== best[monitor]) return improves(monitor, value, best[monitor])
  const loss = monitor.startsWith('validation') ? 'validationLoss' : 'loss'
  return improves(loss, record[loss] as number, best[loss])
}
