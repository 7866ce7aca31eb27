import type { CascadeStage } from '../evaluation/cascade.ts'
import type { Evaluation } from '../evaluation/types.ts'
import type { RateTest } from '../training/rateCurve.ts'

/** One line of a run's metrics: what an epoch brought. */
export interface EpochRecord {
  /** From 1. */
  epoch: number
  /** Mean over the epoch's training batches, measured while it learned. */
  loss: number
  accuracy?: number | null
  validationLoss?: number | null
  validationAccuracy?: number | null
  learningRate: number
  seconds: number
  examplesPerSecond: number
}

export interface ReportLayer {
  name: string
  type: string
  /** Of one example, without the batch. */
  outputShape: readonly number[]
  parameters: number
}

/** Examples with what the model made of them; `chooseExamples` says which are worth showing. */
export interface ReportExamples {
  /** Of one picture: [height, width] or [height, width, 1 or 3 channels]; of one signal: [samples, channels]. */
  shape: readonly number[]
  /** One picture after the other, as the network saw them, 0..255. */
  pictures?: Uint8Array
  /** In their place one signal after the other. */
  signals?: Float32Array
  items: readonly ReportExample[]
}

export interface ReportExample {
  /** Position in the test data. */
  index: number
  /** Its file, where it has one. */
  name?: string
  /** Class ids. */
  label: number
  prediction: number
  /** One per class. */
  probabilities: ArrayLike<number>
}

/** All that `report.html` shows, as plain values. */
export interface ReportInput {
  title: string
  /**
   * The run's settings. Everything but the first four is listed as it is, nested objects with dotted names.
   */
  run: {
    id?: string
    /** ISO 8601. */
    startedAt?: string
    /** Training time. */
    seconds?: number
    /** The epoch whose weights were kept. */
    bestEpoch?: number
    [setting: string]: unknown
  }
  model: {
    name: string
    layers: readonly ReportLayer[]
    parameters: { total: number; trainable: number }
  }
  data: {
    name: string
    /** Which part the evaluation is of. Default: the test part. */
    part?: 'test' | 'validation' | 'train'
    trainCount: number
    /** Examples of an epoch, where they are not those of the training part. */
    epochCount?: number
    validationCount: number
    testCount: number
    classes: readonly string[]
    /** Training examples per class. */
    trainDistribution: readonly number[]
    /** Where the data came from, for people. */
    source: string
    /** Shown on top, loudly: overlap of training and test data, drawn stand-in digits, ... */
    warnings: readonly string[]
  }
  history: readonly EpochRecord[]
  /** How the learning rate was found, where it was by a range test. */
  rateTest?: RateTest
  evaluation: Evaluation
  /** Of a cascade: the examples before and after its specialists. */
  cascade?: readonly CascadeStage[]
  examples?: ReportExamples
  /** Versions, threads, machine: listed as it is. */
  environment: Record<string, unknown>
}
