import type { Recipe } from './recipe.ts'

/** Shared by the nets for digits and letters: 28 of the 90 % that are not for testing are held out. */
export const fatov2024: Recipe = {
  id: 'fatov-2024',
  source: 'Fatov 2024: Adam 1e-3, batch 512, 50 epochs, 62/28/10 % for training, validation and test',
  epochs: 50,
  batch: 512,
  optimizer: { kind: 'adam', rate: 1e-3 },
  schedule: { kind: 'constant' },
  loss: { kind: 'crossEntropy' },
  validation: 28 / 90,
}

/** Values from -1 to 1, which it found best for CNNs. */
export const fatov2024Cnn: Recipe = {
  ...fatov2024,
  source: `${fatov2024.source}; pixels from -1 to 1`,
  input: { scale: [2 / 255], shift: [-1] },
}
