// signal-cnn: 128x3 to 3 classes, 36,963 parameters, 448 of them not trainable; signal-lstm: 20,259. For signals of any length and number
// of channels; the sizes named are those of three axes of acceleration.
import type { Shape } from '../engine/graph.ts'
import {
  activation,
  batchNorm,
  bidirectional,
  conv2d,
  dense,
  dropout,
  globalAveragePool2d,
  type Layer,
  lstm,
  maxPool2d,
  reshape,
  sequential,
} from '../nn/index.ts'
import { zooEntry } from './entry.ts'
import { byId, house } from './recipe.ts'
import { asSteps } from './rows.ts'

/** Longer windows are taken in strides first, so that a second of sound costs no more than ten of a heartbeat. */
const STEPS = { convolution: 512, recurrent: 128 } as const

/** For windows by name; `inkling train ./signals` chooses the epochs by their number. */
const signals = house({
  id: 'signals',
  source: 'Inkling: windows are few and overlap; small batches at a falling rate',
  epochs: 30,
  batch: 32,
  schedule: { kind: 'cosine' },
})

/** Steps over which the mean is taken. */
const LAST = 40

/** Samples that are taken together so that at most `most` steps are left. */
const strideFor = (length: number, most: number) => Math.ceil(length / most)

/** A signal as maps of height 1, over whose width a 2-D convolution runs as a 1-D one. */
const asMaps = (shape: Shape): Layer => reshape([1, shape[0], -1])

const block = (filters: number, size: number, stride = 1): Layer[] => [
  conv2d(filters, [1, size], { padding: 'same', strides: [1, stride], useBias: false, kernelInitializer: 'heNormal' }),
  batchNorm(),
  activation('relu'),
]

/** Blocks that see more and more of the time: halved between them until at most `LAST` steps are left. */
function blocks(steps: number): Layer[] {
  const widths = [64, 128]
  const layers: Layer[] = []
  for (let left = steps, i = 0; i < widths.length || left > LAST; i++) {
    if (left > LAST / 8) {
      layers.push(maxPool2d([1, 2]))
      left = Math.floor(left / 2)
    }
    layers.push(...block(widths[Math.min(i, widths.length - 1)], i === 0 ? 5 : 3))
  }
  return layers
}

export const signalCnn = zooEntry({
  id: 'signal-cnn',
  title: 'Three or more 1-D convolutions over a window of a signal, and their mean over time',
  source:
    'Wang, Yan and Oates 2017 (fully convolutional network), narrower, with pooling and, for long windows, deeper',
  inputShape: [128, 3],
  classes: 3,
  parameters: { total: 36_963, trainable: 36_515 },
  network: ({ inputShape, classes, name }) => {
    const stride = strideFor(inputShape[0], STEPS.convolution)
    const steps = Math.ceil(inputShape[0] / stride)
    const layers = [
      asMaps(inputShape),
      // A stride must not jump over samples that no window saw.
      ...block(32, Math.max(9, 2 * stride + 1), stride),
      ...blocks(steps),
      globalAveragePool2d(),
      dropout(0.2),
      dense(classes, { activation: 'softmax' }),
    ]
    return sequential(inputShape, layers, { name })
  },
  recipes: byId(house({ epochs: 30 }), signals),
})

export const signalLstm = zooEntry({
  id: 'signal-lstm',
  title: 'An LSTM both ways over a window of a signal, and the mean of its states',
  source: 'Inkling; Graves and Schmidhuber 2005 for both ways',
  inputShape: [128, 3],
  classes: 3,
  parameters: { total: 20_259, trainable: 20_259 },
  network: ({ inputShape, classes, name }) => {
    const stride = strideFor(inputShape[0], STEPS.recurrent)
    const steps = Math.ceil(inputShape[0] / stride)
    const layers = [
      ...(stride === 1
        ? asSteps(inputShape)
        : [
            asMaps(inputShape),
            conv2d(32, [1, 2 * stride], { padding: 'same', strides: [1, stride], activation: 'relu' }),
            reshape([steps, 32]),
          ]),
      bidirectional(lstm(48, { returnSequences: true })),
      reshape([1, steps, 96]),
      globalAveragePool2d(),
      dropout(0.2),
      dense(classes, { activation: 'softmax' }),
    ]
    return sequential(inputShape, layers, { name })
  },
  recipes: byId(house({ epochs: 30 }), signals),
})
