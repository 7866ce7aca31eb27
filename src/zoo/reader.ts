// reader: 310,954 parameters, 38 MFLOP a digit. The network of the shipped reader; `models/reader.md` says how good it is.
import { activation, batchNorm, conv2d, dense, dropout, flatten, maxPool2d, sequential } from '../nn/index.ts'
import { zooEntry } from './entry.ts'
import { byId, house, type Recipe } from './recipe.ts'

const recipe: Recipe = {
  id: 'reader',
  source:
    'Inkling: one cycle of AdamW with averaged weights on moved, turned and slightly bent digits, a few of them drawn by ' +
    'the program for the sake of other hands. Every setting was chosen by validation digits.',
  epochs: 20,
  batch: 128,
  optimizer: { kind: 'adamw', rate: 4e-3, weightDecay: 0.02, averaging: 0.999 },
  schedule: { kind: 'oneCycle', warmup: 0.2 },
  loss: { kind: 'crossEntropy' },
  validation: 0.1,
  drawn: 3000,
  augment: { rotate: 10, zoom: 0.1, shiftX: 0.08, shiftY: 0.08, elastic: 1.5, elasticCells: 4 },
}

const convolution = (filters: number, size: number, padding: 'same' | 'valid') => [
  conv2d(filters, size, { padding, useBias: false, kernelInitializer: 'heNormal' }),
  batchNorm({ momentum: 0.95 }),
  activation('relu'),
]

export const reader = zooEntry({
  id: 'reader',
  title: 'Five convolutions with batch normalisation: the shipped reader',
  source: 'Inkling. `inkling/reader` runs it with a table of its own: change both together',
  inputShape: [28, 28, 1],
  classes: 10,
  parameters: { total: 310_954, trainable: 310_122 },
  network: ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        ...convolution(32, 5, 'same'),
        maxPool2d(2),
        ...convolution(64, 3, 'same'),
        ...convolution(64, 3, 'same'),
        maxPool2d(2),
        ...convolution(128, 3, 'same'),
        ...convolution(128, 3, 'valid'),
        flatten(),
        dropout(0.3),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    ),
  recipes: byId(house(), recipe),
})
