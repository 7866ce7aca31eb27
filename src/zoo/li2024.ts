import type { Recipe } from './recipe.ts'

/** Per-channel mean and standard deviation of CIFAR-10's 50,000 training pictures, of values 0..1. */
const CIFAR_MEAN = [0.4914, 0.4822, 0.4465]
const CIFAR_DEVIATION = [0.247, 0.2435, 0.2616]

/** Standardises CIFAR-10's channels. */
export const cifarInput: Recipe['input'] = {
  scale: CIFAR_DEVIATION.map(d => 1 / 255 / d),
  shift: CIFAR_DEVIATION.map((d, c) => -CIFAR_MEAN[c] / d),
}

/** Pictures padded by 4, cut at random and flipped half the time. */
export const cifarAugment: Recipe['augment'] = { crop: 4, flip: 0.5 }

/** How the pictures of Li et al. 2024 were trained. */
export const li2024Pictures: Recipe = {
  id: 'li-2024',
  source:
    'Li et al. 2024: rate 1e-3, batch 256, 50 epochs, cut from a border of 4, flipped, standardised. ' +
    'The optimizer is not named: Adam. A tenth is held out here to choose by (not by `inkling reproduce`, which learns from all).',
  epochs: 50,
  batch: 256,
  optimizer: { kind: 'adam', rate: 1e-3 },
  schedule: { kind: 'constant' },
  loss: { kind: 'crossEntropy' },
  validation: 0.1,
  augment: cifarAugment,
  input: cifarInput,
}

/** How the heartbeats of Li et al. 2024 were trained. */
export const li2024Heartbeats: Recipe = {
  id: 'li-2024',
  source:
    'Li et al. 2024: rate 5e-3, batch 256, 50 epochs. The optimizer is not named: Adam. ' +
    'A tenth of the training part is held out here to choose by.',
  epochs: 50,
  batch: 256,
  optimizer: { kind: 'adam', rate: 5e-3 },
  schedule: { kind: 'constant' },
  loss: { kind: 'crossEntropy' },
  validation: 0.1,
}
