// pocket-reader: 8,906 parameters, 2 MFLOP a digit. The network of the shipped small reader; see `models/pocket-reader.md`.
import { activation, batchNorm, conv2d, dense, globalAveragePool2d, maxPool2d, sequential } from '../nn/index.ts'
import { zooEntry } from './entry.ts'
import { byId, house, type Recipe } from './recipe.ts'

const recipe: Recipe = {
  id: 'reader',
  source:
    'Inkling: one cycle of AdamW with averaged weights on slightly moved and turned digits. So small a network has ' +
    'enough to do: stronger changes, smoothed labels and drawn digits cost it accuracy on validation digits.',
  epochs: 40,
  batch: 128,
  optimizer: { kind: 'adamw', rate: 1e-2, weightDecay: 0.005, averaging: 0.999 },
  schedule: { kind: 'oneCycle', warmup: 0.2 },
  loss: { kind: 'crossEntropy' },
  validation: 0.1,
  augment: { rotate: 10, zoom: 0.1, shiftX: 0.07, shiftY: 0.07 },
}

const convolution = (filters: number, padding: 'same' | 'valid' = 'same') => [
  conv2d(filters, 3, { padding, useBias: false, kernelInitializer: 'heNormal' }),
  batchNorm({ momentum: 0.95 }),
  activation('relu'),
]

export const pocketReader = zooEntry({
  id: 'pocket-reader',
  title: 'Five narrow convolutions: a digit reader of 38 kB',
  source: 'Inkling. `inkling/reader` runs it with a table of its own: change both together',
  inputShape: [28, 28, 1],
  classes: 10,
  parameters: { total: 8_906, trainable: 8_758 },
  network: ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        ...convolution(12),
        maxPool2d(2),
        ...convolution(16),
        ...convolution(16),
        maxPool2d(2),
        ...convolution(16),
        ...convolution(14, 'valid'),
        globalAveragePool2d(),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    ),
  recipes: byId(house(), recipe),
})
