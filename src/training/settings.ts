import type { Dataset } from '../data/dataset.ts'
import type { Backend } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import type { InputForm } from '../nn/inputForm.ts'
import { crossEntropy, type Loss } from '../nn/losses.ts'
import { adam, type Optimizer } from '../nn/optimizers.ts'
import { constant, type Schedule } from '../nn/schedules.ts'
import { plural } from '../words.ts'
import { type Callback, missingMonitor, nothingClassified } from './callbacks.ts'
import type { CheckpointSink } from './checkpoint.ts'
import type { BatchProgress, EpochRecord, Monitor } from './history.ts'
import type { InputScaling } from './input.ts'
import { checkParts } from './parts.ts'
import type { TrainingState } from './state.ts'

/** How a model is trained. */
export interface FitSettings {
  backend: Backend
  epochs: number
  /** Default 128. */
  batchSize?: number
  /**
   * Computes each batch in so many parts, one after the other, for batches that don't fit into the memory: one update by
   * the gradient of the whole batch. Batch normalisation sees each part by itself. Default 1.
   */
  accumulate?: number
  /** Start of all random numbers: first weights, order, dropout, augmentation. Default 0. */
  seed?: number
  /** Default: Adam, 1e-3. */
  optimizer?: Optimizer
  /** Default: softmax cross-entropy. */
  loss?: Loss
  /** Default: the optimizer's rate throughout. */
  schedule?: Schedule
  /** How values enter the model; default: bytes as 0..1, numbers as they are. */
  scaling?: InputScaling
  /** Random changes of pictures (bytes only). */
  augment?: InputForm['augment']
  /**
   * The last epochs, so many of them, in which pictures are moved by whole pixels (`crop`) and mirrored alone: turning,
   * zooming, shifting and bending resample them, and a network comes to expect the softer greys of resampled pictures.
   * Default 0.
   */
  plainEpochs?: number
  /** Whether each epoch has an order of its own. Default true. */
  shuffle?: boolean
  /** Judged after every epoch. */
  validation?: Dataset
  /** Whose best epoch counts. Default: validationAccuracy where there is validation. */
  monitor?: Monitor
  /** Whether the weights of the best or of the last epoch are kept. Default 'last'. */
  keep?: 'best' | 'last'
  callbacks?: readonly Callback[]
  onBatch?(progress: BatchProgress): void
  onEpoch?(record: EpochRecord, position: { epochs: number; best?: number }): void | Promise<void>
  /** Ends the training at the next batch, after a checkpoint. */
  signal?: AbortSignal
  checkpoint?: CheckpointSink
  /** The state to go on from, with the same settings and data. */
  resume?: TrainingState
  /** Without Winograd's convolutions: slower, with smaller rounding errors. Default: as the backend was made. */
  exact?: boolean
  /** First weights; default: the model's own, drawn by `seed`. */
  weights?: ReadonlyMap<string, Float32Array>
}

/** {@link FitSettings} with all defaults filled in. */
export type ResolvedSettings = FitSettings &
  Required<
    Pick<
      FitSettings,
      | 'accumulate'
      | 'batchSize'
      | 'seed'
      | 'optimizer'
      | 'loss'
      | 'schedule'
      | 'shuffle'
      | 'keep'
      | 'callbacks'
      | 'plainEpochs'
    >
  >

/** @throws InklingError (exit code 2) unless the last `plainEpochs` are some of the epochs, of a training that augments */
export function checkPlainEpochs({
  plainEpochs = 0,
  epochs,
  augment,
}: Pick<FitSettings, 'plainEpochs' | 'epochs'> & { augment?: object }): void {
  if (!(Number.isInteger(plainEpochs) && plainEpochs >= 0 && plainEpochs <= epochs))
    throw new InklingError(
      `plainEpochs must be a whole number from 0 to the ${plural(epochs, 'epoch')}, got ${plainEpochs}`,
      {
        exitCode: 2,
        setting: 'plainEpochs',
      },
    )
  if (plainEpochs > 0 && !augment)
    throw new InklingError('plainEpochs are the last epochs of a training with augmentation, and there is none here', {
      exitCode: 2,
      setting: 'augment',
      hint: 'Say with augment what shall change before them, such as { rotate: 10, elastic: 3 }.',
    })
}

/** Fills in defaults. @throws InklingError (exit code 2) when a setting makes no sense */
export function resolveSettings(given: FitSettings): ResolvedSettings {
  const settings: ResolvedSettings = {
    ...given,
    batchSize: given.batchSize ?? 128,
    accumulate: given.accumulate ?? 1,
    plainEpochs: given.plainEpochs ?? 0,
    seed: given.seed ?? 0,
    optimizer: given.optimizer ?? adam(),
    loss: given.loss ?? crossEntropy(),
    schedule: given.schedule ?? constant(),
    shuffle: given.shuffle ?? true,
    keep: given.keep ?? 'last',
    callbacks: given.callbacks ?? [],
    monitor: given.monitor ?? (given.validation && (classifies(given.loss) ? 'validationAccuracy' : 'validationLoss')),
  }
  for (const what of ['epochs', 'batchSize'] as const)
    if (!(Number.isInteger(settings[what]) && settings[what] > 0))
      throw new InklingError(`${what} must be a whole number above 0, got ${settings[what]}`, { exitCode: 2 })
  checkParts(settings.accumulate, settings.batchSize)
  checkPlainEpochs(settings)
  if (!Number.isSafeInteger(settings.seed))
    throw new InklingError(`the seed must be a whole number, got ${settings.seed}`, { exitCode: 2 })
  for (const [who, monitor] of watchers(settings)) {
    if (!settings.validation && monitor?.startsWith('validation')) throw missingMonitor(who, monitor)
    if (!classifies(settings.loss) && monitor && /accuracy/i.test(monitor)) throw nothingClassified(who, monitor)
  }
  return settings
}

/** Whether a loss is about classes; an autoencoder's compares with the input. */
export const classifies = (loss: Loss | undefined): boolean => loss?.target !== 'input'

/** Who compares epochs, and by which figure. */
function watchers({ monitor, schedule, callbacks }: ResolvedSettings): [who: string, monitor: Monitor | undefined][] {
  return [
    ['the choice of the best epoch', monitor],
    ...callbacks.map(({ name = 'a callback', monitor }) => [name, monitor] as [string, Monitor | undefined]),
    [
      'the schedule reduceOnPlateau',
      schedule.kind === 'reduceOnPlateau' ? (schedule.monitor ?? 'validationLoss') : undefined,
    ],
  ]
}
