import { InklingError } from '../errors.ts'
import { plural } from '../words.ts'
import { type BatchProgress, type EpochRecord, improves, type Monitor } from './history.ts'

/** What a callback may do to the training that calls it. */
export interface TrainingControl {
  /** Ends the training after this epoch; `reason` is for people. */
  stop(reason: string): void
}

/**
 * Looks on while a model learns. A callback with a memory gives it as plain JSON by `state` and takes it back by
 * `restore`: it goes into checkpoints, so that a resumed training ends as one never stopped.
 */
export interface Callback {
  /** Unique among the callbacks of a training that have a state. */
  readonly name?: string
  /** What it watches: a validation figure is refused before a training without validation begins. */
  readonly monitor?: Monitor
  onBatch?(progress: BatchProgress): void
  /** After validation, before the checkpoint. */
  onEpoch?(record: EpochRecord, control: TrainingControl): void | Promise<void>
  state?(): unknown
  restore?(state: unknown): void
}

/** Settings of {@link earlyStopping}. */
export interface EarlyStoppingOptions {
  /** Default: the validation loss. */
  monitor?: Monitor
  /** Epochs in a row without an improvement after which the training ends. Default 5. */
  patience?: number
  /** An improvement is more than this. Default 0. */
  minDelta?: number
}

/**
 * Ends a training when the monitored number has not improved for `patience` epochs (Keras' EarlyStopping).
 * To get the weights of the best epoch too, fit with `keep: 'best'`.
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const { monitor = 'validationLoss', patience = 5, minDelta = 0 } = options
  if (!(patience >= 0)) throw new InklingError(`patience must be 0 or more epochs, got ${patience}`, { exitCode: 2 })
  let memory: { best?: number; epoch: number; waited: number } = { epoch: 0, waited: 0 }
  return {
    name: 'earlyStopping',
    monitor,
    onEpoch(record, control) {
      const value = record[monitor]
      if (value === undefined) throw missingMonitor('earlyStopping', monitor)
      if (improves(monitor, value, memory.best, minDelta)) {
        memory = { best: value, epoch: record.epoch, waited: 0 }
        return
      }
      memory.waited++
      if (memory.waited >= Math.max(1, patience))
        control.stop(
          `no better ${monitor} than ${memory.best} of epoch ${memory.epoch} for ${plural(memory.waited, 'epoch')}`,
        )
    },
    state: () => memory,
    restore(state) {
      memory = { ...(state as typeof memory) }
    },
  }
}

/** The error of whatever watches a validation figure when there is no validation. */
export function missingMonitor(who: string, monitor: Monitor): InklingError {
  return new InklingError(`${who} watches ${monitor}, but this training has no validation data`, {
    exitCode: 2,
    setting: 'validation',
    hint: 'Give validationData or validationSplit, or watch loss or accuracy.',
  })
}

/** The error of whatever watches an accuracy where nothing is classified. */
export function nothingClassified(who: string, monitor: Monitor): InklingError {
  return new InklingError(`${who} watches ${monitor}, but an autoencoder classifies nothing`, {
    exitCode: 2,
    hint: 'Watch loss or validationLoss.',
  })
}

/** The states of all callbacks, for a checkpoint. */
export function callbackStates(callbacks: readonly Callback[]): Record<string, unknown> {
  const states: Record<string, unknown> = {}
  for (const callback of callbacks) {
    const { name } = callback
    if (!callback.state) continue
    if (!name) throw new InklingError('a callback with a state needs a name', { exitCode: 2 })
    if (name in states) throw new InklingError(`two callbacks are named "${name}"`, { exitCode: 2 })
    states[name] = callback.state()
  }
  return states
}

/** Gives callbacks back what {@link callbackStates} took. */
export function restoreCallbacks(callbacks: readonly Callback[], states: Record<string, unknown>): void {
  for (const callback of callbacks)
    if (callback.name && callback.name in states) callback.restore?.(states[callback.name])
}
