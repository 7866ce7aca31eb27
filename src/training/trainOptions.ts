import type { Fold } from '../data/folds.ts'
import type { LoadedDataset, LoadOptions } from '../data/loaded.ts'
import type { Normalisation } from '../data/normalise.ts'
import type { SignalOptions } from '../data/signals/types.ts'
import type { TableOptions } from '../data/table/report.ts'
import type { Backend } from '../engine/backend.ts'
import type { Model, OptimizerSpec } from '../nn/index.ts'
import type { OptionValue, Recipe } from '../zoo/index.ts'
import type { Callback, EarlyStoppingOptions } from './callbacks.ts'
import type { RunReport } from './runResult.ts'

/** What every {@link trainRun} takes. */
export interface CommonOptions extends Pick<LoadOptions, 'dataDir' | 'drawn' | 'mitdb' | 'glyphs' | 'images'> {
  /** Default: WebAssembly, all processors, 256-bit kernels where they pay. It is closed by who gave it. */
  backend?: Backend
  threads?: number
  /** Ends the training at the next batch, after a checkpoint: `trainRun` then throws {@link TrainingInterrupted}. */
  signal?: AbortSignal
  /** See the training on: `onBatch` and `onEpoch`. */
  callbacks?: readonly Callback[]
  /** The range test of the rate 'auto' goes on. */
  onRateTest?(done: number, steps: number): void
  /** What the user should know: where the run is, what was found, warnings. */
  onNote?(text: string): void
  /** Makes `report.html` from what is known at the end; without it none is written. */
  report?: RunReport
  /** Leaves the test part alone: a run that goes on without this judges it. Default false. */
  withoutTest?: boolean
  /** Version of the program, for the record. */
  version?: string
  /** Within an epoch, a checkpoint every so many seconds (default 30) or steps. */
  checkpointEvery?: { seconds?: number; steps?: number }
}

/** A new run. */
export interface NewRun extends CommonOptions {
  /** Options of a model of the zoo, by name: what is built otherwise than usual. */
  set?: Readonly<Record<string, OptionValue>>
  /** How values enter the model, where that is not the recipe's way: `standardise` by the training part. */
  normalise?: Normalisation
  /** A model's name in the zoo, or a description of one's own; absent: chosen by what the data are, with its recipe. */
  model?: string | Model
  /** A data set's name, a path, or data in memory. */
  data: string | LoadedDataset
  /** One of the model's recipes by name (default `house`, or what was chosen with the model), or a recipe itself. */
  recipe?: string | Recipe
  /**
   * Settings that replace the recipe's; `rate` and `rates` are the optimizer's. A rate of 'auto' is found by a range test
   * ({@link findLearningRate}).
   */
  changes?: Partial<Omit<Recipe, 'id' | 'source'>> & { rate?: number | 'auto'; rates?: OptimizerSpec['rates'] }
  /**
   * The label column of a CSV file, the column whose rows stay together, the seed of the split (default: the run's), and
   * how another run's columns became inputs, where its weights are gone on with.
   */
  table?: Pick<TableOptions, 'label' | 'group' | 'seed' | 'columns'>
  /** How recordings are cut into windows; default: by a look at them. */
  signals?: Omit<SignalOptions, 'known'>
  /** Weighs the loss by how rare a class is, so that small classes count as much as large ones. Default false. */
  classWeights?: boolean
  /** Of data in memory that came from a name or a path: which one it was. */
  request?: string
  /** Holds out this fold in place of a validation part, and no test part: one run of {@link trainFolds}. */
  fold?: Fold
  /** Convolutions without Winograd's transforms: up to three times the time for half the rounding errors. Default false. */
  exact?: boolean
  /** Folder of the run; default `runs/<date>-<model>-<n>`. */
  out?: string
  /** Start of all random numbers. Default 0. */
  seed?: number
  /** Whose weights are kept. Default 'best', which without validation is the last; 'last' for small tables. */
  keep?: 'best' | 'last'
  /** Ends the training when a figure no longer improves. */
  earlyStopping?: EarlyStoppingOptions
  /** A run or a weights file to go on from. */
  from?: string
  /** Goes on though test data are in the training data; the result then says so. */
  allowOverlap?: boolean
  resume?: undefined
}

/** A run that goes on where its last checkpoint was made, with its own settings. */
export interface ResumedRun extends CommonOptions {
  /** The run's folder. */
  resume: string
  /** For a run whose model is none of the zoo. */
  model?: Model
  /** For a run whose data were given in memory. */
  data?: LoadedDataset
}

export type TrainRunOptions = NewRun | ResumedRun
