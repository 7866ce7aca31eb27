import type { LoadedDataset } from '../../src/data/loaded.ts'
import type { Recipe } from '../../src/zoo/index.ts'
import { bands, roundedBackend, toyNet } from './toy.ts'

export const toyRecipe: Recipe = {
  id: 'toy',
  source: 'made for tests',
  epochs: 4,
  batch: 16,
  optimizer: { kind: 'adam', rate: 0.02 },
  schedule: { kind: 'reduceOnPlateau', patience: 1, factor: 0.5, minDelta: 0.2 },
  loss: { kind: 'crossEntropy' },
  validation: 0.2,
}

/** Bands in memory as a data set with a test part. */
export function toyData(): LoadedDataset {
  return { name: 'bands', train: bands(120, 1), test: bands(40, 2), source: 'made', files: [], drawn: false }
}

/** Settings of a run that takes a moment. */
export const toyRun = {
  model: toyNet(),
  data: toyData(),
  recipe: toyRecipe,
  seed: 3,
  backend: roundedBackend(),
  checkpointEvery: { steps: 2 },
}
