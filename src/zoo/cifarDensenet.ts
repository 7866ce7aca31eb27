// cifar-densenet: 706,314 parameters, 5,376 of them not trainable; cifar-densenet-12: 102,634. Li et al. 2024 on CIFAR-10;
// published: 85.35 %.
import {
  activation,
  averagePool2d,
  batchNorm,
  conv2d,
  dense,
  globalAveragePool2d,
  type Layer,
  parallel,
  sequential,
} from '../nn/index.ts'
import { type Network, zooEntry } from './entry.ts'
import { li2024Pictures } from './li2024.ts'
import { byId, house } from './recipe.ts'

const LAYERS = 6

const normalised = (filters: number, size: number): Layer[] => [
  batchNorm(),
  activation('relu'),
  conv2d(filters, size, { padding: 'same', useBias: false }),
]

/** Six layers, each giving `growth` maps beside all that came before (Huang et al. 2017); then half of them at half the size. */
const blockAndTransition = (channels: number, growth: number): Layer[] => [
  ...Array.from({ length: LAYERS }, () => parallel([[], normalised(growth, 3)])),
  ...normalised((channels + LAYERS * growth) / 2, 1),
  averagePool2d(2),
]

const network =
  (first: number, growth: number): Network =>
  ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        conv2d(first, 3, { padding: 'same', useBias: false }),
        ...blockAndTransition(first, growth),
        ...blockAndTransition((first + LAYERS * growth) / 2, growth),
        globalAveragePool2d(),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    )

export const cifarDensenet = zooEntry({
  id: 'cifar-densenet',
  title: 'Two dense blocks of six layers, for small colour pictures',
  source: 'Li et al. 2024; growth 32, 64 channels before, and BN-ReLU-convolution chosen here (Huang et al. 2017)',
  inputShape: [32, 32, 3],
  classes: 10,
  parameters: { total: 706_314, trainable: 700_938 },
  network: network(64, 32),
  recipes: byId(house(), li2024Pictures),
})

export const cifarDensenet12 = zooEntry({
  id: 'cifar-densenet-12',
  title: 'cifar-densenet with growth 12: a seventh of the parameters',
  source: 'Li et al. 2024; growth 12 and 24 channels before, the small setting of Huang et al. 2017',
  inputShape: [32, 32, 3],
  classes: 10,
  parameters: { total: 102_634, trainable: 100_618 },
  network: network(24, 12),
  recipes: byId(house(), li2024Pictures),
})
