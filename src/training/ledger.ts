import type { BatchProgress, EpochRecord } from './history.ts'
import { isBetter, type Monitor } from './history.ts'
import { createMeter, type Meter } from './meter.ts'
import type { BestEpoch, TrainingPosition } from './state.ts'

/** The shape of a training: what its ledger must know to count. */
export interface Course {
  epochs: number
  /** Of an epoch. */
  batches: number
  examples: number
  /** Whether every epoch ends with a validation. */
  validated: boolean
  /** Whether there are labels to be right about. */
  classifies: boolean
}

/** The books of a training: where it is, what it measured, what it remembers of its epochs. */
export class Ledger {
  readonly #course: Course
  readonly meter: Meter
  /** Steps done. */
  step = 0
  /** The epoch under way, from 1, and how many of its batches are done. */
  epoch = 1
  batch = 0
  history: EpochRecord[] = []
  best: BestEpoch | undefined
  /** Why the training ends before its last epoch. */
  ended: string | undefined
  #lossSum = 0
  #correct = 0

  constructor(course: Course, from?: TrainingPosition) {
    this.#course = course
    this.meter = createMeter(from?.tally)
    if (!from) return
    this.step = from.step
    this.epoch = from.epoch
    this.batch = from.batch
    this.history = from.history.map(record => ({ ...record }))
    this.best = from.best
    this.ended = from.ended
    this.#lossSum = from.lossSum
    this.#correct = from.correct
  }

  get over(): boolean {
    return this.epoch > this.#course.epochs || this.ended !== undefined
  }

  /** A step is done: its mean loss, and how many of its examples were read rightly. */
  count(loss: number, correct: number, examples: number): void {
    this.step++
    this.batch++
    this.#lossSum += loss * examples
    this.#correct += correct
    this.meter.count(examples)
  }

  progress(learningRate: number): BatchProgress {
    const { epochs, batches, examples, validated } = this.#course
    const { seconds, epochExamples, epochTrainingSeconds } = this.meter.tally()
    const epochsLeft = epochs - this.epoch + 1
    return {
      epoch: this.epoch,
      epochs,
      batch: this.batch,
      batches,
      step: this.step,
      loss: this.#lossSum / epochExamples,
      ...this.#accuracy(epochExamples),
      learningRate,
      examplesPerSecond: epochExamples / Math.max(1e-9, epochTrainingSeconds),
      seconds,
      secondsLeft: this.meter.left(epochsLeft * examples - epochExamples, validated ? epochsLeft : 0),
    }
  }

  #accuracy(examples: number): { accuracy?: number } {
    return this.#course.classifies ? { accuracy: this.#correct / examples } : {}
  }

  /** Enters the epoch that ended. */
  record(learningRate: number, judged: { loss: number; accuracy?: number } | undefined): EpochRecord {
    const { epochExamples, epochSeconds, epochTrainingSeconds } = this.meter.tally()
    const record: EpochRecord = {
      epoch: this.epoch,
      loss: this.#lossSum / epochExamples,
      ...this.#accuracy(epochExamples),
      ...(judged && { validationLoss: judged.loss }),
      ...(judged?.accuracy !== undefined && { validationAccuracy: judged.accuracy }),
      learningRate,
      seconds: epochSeconds,
      examplesPerSecond: epochExamples / Math.max(1e-9, epochTrainingSeconds),
    }
    this.history.push(record)
    return record
  }

  /** Whether an epoch is the best so far; it is then noted as such. */
  noteBest(monitor: Monitor | undefined, record: EpochRecord): boolean {
    if (!monitor || !isBetter(monitor, record, this.history[(this.best?.epoch ?? 0) - 1])) return false
    this.best = { epoch: record.epoch, monitor, value: record[monitor] as number }
    return true
  }

  nextEpoch(): void {
    this.epoch++
    this.batch = 0
    this.#lossSum = 0
    this.#correct = 0
    this.meter.newEpoch()
  }

  /** A copy of everything, for a checkpoint. */
  position(schedule: unknown, callbacks: Record<string, unknown>): TrainingPosition {
    return structuredClone({
      step: this.step,
      epoch: this.epoch,
      batch: this.batch,
      lossSum: this.#lossSum,
      correct: this.#correct,
      tally: this.meter.tally(),
      history: this.history,
      best: this.best,
      schedule,
      callbacks,
      ended: this.ended,
    })
  }
}
