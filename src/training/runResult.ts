import type { Dataset } from '../data/dataset.ts'
import type { Backend } from '../engine/backend.ts'
import type { CascadeStage } from '../evaluation/cascade.ts'
import type { Evaluation } from '../evaluation/types.ts'
import type { LayerRow } from '../nn/context.ts'
import type { Model } from '../nn/model.ts'
import type { FileScores } from './fileScores.ts'
import type { FitResult } from './fitResult.ts'
import type { EpochRecord } from './history.ts'
import type { PartScores } from './partScores.ts'
import type { Predictions } from './predictor.ts'
import type { RateTest } from './rateCurve.ts'
import type { RunConfig } from './runConfig.ts'
import type { RunData } from './runData.ts'
import type { Task } from './task.ts'

/** What a simpler classifier reaches on the parts of a run. */
export interface Baseline {
  /** `linear`: softmax regression; `majority`: always the most frequent class. */
  name: 'linear' | 'majority'
  train: PartScores
  validation: PartScores | null
  test: PartScores | null
}

/** What {@link trainRun} gives: plain JSON, for `--json`. */
export interface RunResult {
  /** Its folder. */
  run: string
  /** Scores of the kept weights on each part; null where there is none. */
  train: PartScores
  validation: PartScores | null
  test: PartScores | null
  /** Number of parameters. */
  parameters: number
  /** Training time, validation included. */
  seconds: number
  examplesPerSecond: number
  /** Of the bytes of `weights.safetensors`. */
  weightsSha256: string
  model: string
  data: string
  /** What the examples are. */
  task: Task
  /** Names of the classes. */
  classes: string[]
  epochs: number
  /** The rate that a range test found, where that was asked for. */
  learningRate?: { auto: true; rate: number }
  /** Of a table or signals: what simpler classifiers reach. */
  baselines?: Baseline[]
  /** Of signals whose files are one class each: how well whole files of the judged part are read. */
  files?: FileScores
  /** Of a cascade: the judged part before and after its specialists. */
  cascade?: CascadeStage[]
  /** The epoch whose weights were kept. */
  keptEpoch: number | null
  /** Why it ended early. */
  ended?: string
  warnings: string[]
}

/** `evaluation.json`: the scores on the test part, or on the validation part where there is no test part. */
export interface RunEvaluation extends Evaluation {
  part: 'test' | 'validation' | 'train'
  /** Name of the dataset. */
  data: string
  weightsSha256: string
  scores: Pick<RunResult, 'train' | 'validation' | 'test'>
  baselines?: Baseline[]
  /** Of signals: how well whole files are read. */
  files?: FileScores
  /** Of a cascade: the examples before and after its specialists. */
  cascade?: CascadeStage[]
  /** What whoever reads these figures must know. */
  warnings: string[]
}

/** What a report is made from; the shape of the report room's input, without the example pictures. */
export interface RunFacts {
  title: string
  run: { id: string; startedAt: string; seconds: number; bestEpoch?: number; [setting: string]: unknown }
  model: { name: string; layers: LayerRow[]; parameters: { total: number; trainable: number } }
  data: {
    name: string
    /** Which part the evaluation is of. */
    part: RunEvaluation['part']
    trainCount: number
    /** Examples of an epoch, where classes were evened out. */
    epochCount?: number
    validationCount: number
    testCount: number
    classes: readonly string[]
    trainDistribution: number[]
    source: string
    warnings: string[]
  }
  history: EpochRecord[]
  /** How the rate was found, where that was asked for. */
  rateTest?: RateTest
  evaluation: Evaluation
  /** Of a cascade: the judged part before and after its specialists. */
  cascade?: CascadeStage[]
  environment: Record<string, unknown>
}

/** Makes the report's HTML; `judged` is the dataset that `facts.evaluation` is about, with its predictions. */
export type RunReport = (
  facts: RunFacts,
  judged: { dataset: Dataset; predictions: Predictions; nameOf?: (position: number) => string },
) => string | Promise<string>

/** A run whose training has ended. */
export interface Finished {
  folder: string
  config: RunConfig
  model: Model
  data: RunData
  backend: Backend
  fitted: FitResult
}
