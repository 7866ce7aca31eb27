import type { Callback } from '../training/callbacks.ts'
import type { EpochRecord } from '../training/history.ts'
import { count, duration, figure, loss, percent } from './format.ts'
import type { Progress } from './progress.ts'

/** Shows a training on a {@link Progress}: the live line within an epoch, one line that stays for each epoch. */
export function trainingProgress(progress: Progress): Callback {
  let epochs = 0
  return {
    onBatch(moment) {
      epochs = moment.epochs
      progress.update({
        label: `epoch ${moment.epoch}/${moment.epochs}`,
        done: moment.batch,
        total: moment.batches,
        fields: [
          `loss ${loss(moment.loss)}`,
          ...accuracyOf(moment.accuracy),
          `${count(moment.examplesPerSecond)} examples/s`,
        ],
        secondsLeft: moment.secondsLeft,
      })
    },
    onEpoch(record) {
      progress.line(epochLine(record, epochs))
    },
  }
}

/** 'epoch  3/20  loss 0.0312  accuracy 99.01 %  validation loss 0.0401  accuracy 98.80 %  12,345 examples/s  4.2 s'. */
export function epochLine(record: EpochRecord, epochs: number): string {
  const width = String(epochs).length
  return [
    `epoch ${String(record.epoch).padStart(width)}/${epochs}`,
    `loss ${loss(record.loss)}`,
    ...accuracyOf(record.accuracy),
    ...(record.validationLoss === undefined
      ? []
      : [`validation loss ${loss(record.validationLoss)}`, ...accuracyOf(record.validationAccuracy)]),
    `rate ${figure(record.learningRate)}`,
    `${count(record.examplesPerSecond)} examples/s`,
    duration(record.seconds),
  ].join('  ')
}

const accuracyOf = (share: number | undefined) => (share === undefined ? [] : [`accuracy ${percent(share)}`])
