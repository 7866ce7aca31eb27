import type { Recipe } from './recipe.ts'

/** Shared by the models of the comparison: five epochs on all 60,000 digits. */
export const mnistReport: Recipe = {
  id: 'mnist-report',
  source:
    'mnist-report: Adam, 5 epochs, all 60,000 digits. Batch 64 and rate 1e-3 chosen here; the last epoch is reported.',
  epochs: 5,
  batch: 64,
  optimizer: { kind: 'adam', rate: 1e-3 },
  schedule: { kind: 'constant' },
  loss: { kind: 'crossEntropy' },
  validation: 0,
}
