// cifar-resnet: 2,782,218 parameters, 4,480 of them not trainable. Li et al. 2024 on CIFAR-10; published: 89.8 %.
import { activation, batchNorm, conv2d, dense, globalAveragePool2d, type Layer, sequential } from '../nn/index.ts'
import { type Network, zooEntry } from './entry.ts'
import { li2024Pictures } from './li2024.ts'
import { byId, house } from './recipe.ts'
import { residualBlock } from './residualBlock.ts'

const network =
  (stem: () => Layer[]): Network =>
  ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        ...stem(),
        residualBlock(64),
        residualBlock(64),
        residualBlock(128, { strides: 2, widens: true }),
        residualBlock(128),
        residualBlock(256, { strides: 2, widens: true }),
        residualBlock(256),
        globalAveragePool2d(),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    )

export const cifarResnet = zooEntry({
  id: 'cifar-resnet',
  title: 'Six residual blocks on three levels, for small colour pictures',
  source:
    'Li et al. 2024, whose first block has its ReLU before its normalisation; shortcuts that change shape have one',
  inputShape: [32, 32, 3],
  classes: 10,
  parameters: { total: 2_782_218, trainable: 2_777_738 },
  network: network(() => [conv2d(64, 3, { padding: 'same', activation: 'relu' }), batchNorm()]),
  recipes: byId(house(), li2024Pictures),
})

/** The usual order beside the printed one; a bias before a normalisation would do nothing. */
export const cifarResnetNormFirst = zooEntry({
  id: 'cifar-resnet-norm-first',
  title: 'cifar-resnet with the usual order in its first block: convolution, normalisation, ReLU',
  source: 'Li et al. 2024 but for the order (He et al. 2016)',
  inputShape: [32, 32, 3],
  classes: 10,
  parameters: { total: 2_782_154, trainable: 2_777_674 },
  network: network(() => [conv2d(64, 3, { padding: 'same', useBias: false }), batchNorm(), activation('relu')]),
  recipes: byId(house(), li2024Pictures),
})
