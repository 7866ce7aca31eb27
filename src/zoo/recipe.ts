import type { AugmentSettings } from '../engine/ops/augmentPicture.ts'
import type { InputForm, LossSpec, OptimizerSpec } from '../nn/index.ts'
import type { Schedule } from '../nn/schedules.ts'

/** How a model is trained, as plain data: goes into `config.json` as it is. */
export interface Recipe {
  /** What `--recipe` takes, such as `xu-2022`. */
  id: string
  /** Where the settings come from, and which were chosen here because the source is silent. */
  source: string
  epochs: number
  batch: number
  /** Parts that a batch is computed in, for one that doesn't fit into the memory: still one update a batch. Default 1. */
  accumulate?: number
  optimizer: OptimizerSpec
  schedule: Schedule
  loss: LossSpec
  /** Share of the training examples held out for validation, 0 to 1. */
  validation: number
  /** How it is held out: with every class's share kept (default), or at random. */
  split?: 'stratified' | 'random'
  /** Draw this many examples of the training set by the seed, where it has more. */
  examples?: number
  /** Keep at most so many examples of each class in the training part, drawn by the seed. */
  cap?: number
  /** Repeat examples of rarer classes in the training part until each class has as many as the largest. */
  oversample?: boolean
  /** Add this many drawn digits to the training part (not to the validation part): other hands, other pens. */
  drawn?: number
  /** Random changes of the pictures while training. */
  augment?: AugmentSettings
  /** The last epochs, so many of them, in which they are moved by whole pixels and mirrored alone. Default 0. */
  plainEpochs?: number
  /** What a picture's bytes become; default 0..1. */
  input?: Pick<InputForm, 'scale' | 'shift' | 'clip'>
}

/** The house recipe: Adam 1e-3, batch 128, no augmentation, a tenth held out. */
export const house = (changes: Partial<Recipe> = {}): Recipe => ({
  id: 'house',
  source: 'Inkling: the same plain settings for every model',
  epochs: 5,
  batch: 128,
  optimizer: { kind: 'adam', rate: 1e-3 },
  schedule: { kind: 'constant' },
  loss: { kind: 'crossEntropy' },
  validation: 0.1,
  ...changes,
})

/** Recipes by their id. */
export const byId = (...recipes: Recipe[]): Record<string, Recipe> => Object.fromEntries(recipes.map(r => [r.id, r]))
