// glyph-cnn: 131,748 parameters; published: 96 %. glyph-cnn-max pools the largest value in place of the mean.
// glyph-sub-cnn: the same for O and 0 alone, 25,090 parameters; published: 90 %. Fatov 2024.
import { averagePool2d, conv2d, dense, dropout, flatten, maxPool2d, sequential } from '../nn/index.ts'
import { type Network, zooEntry } from './entry.ts'
import { fatov2024Cnn } from './fatov2024.ts'
import { byId, house } from './recipe.ts'

const network =
  (pool: 'average' | 'max'): Network =>
  ({ inputShape, classes, name }) => {
    const level = (filters: number) => [
      conv2d(filters, 3, { padding: 'same', activation: 'relu' }),
      pool === 'average' ? averagePool2d(2) : maxPool2d(2),
    ]
    const layers = [...level(32), ...level(64), dropout(0.5), flatten(), dense(classes, { activation: 'softmax' })]
    return sequential(inputShape, layers, { name })
  }

const recipes = byId(house(), fatov2024Cnn)

export const glyphCnn = zooEntry({
  id: 'glyph-cnn',
  title: 'Two convolutions with average pools, for digits and letters',
  source: 'Fatov 2024; 32 and 64 channels chosen here',
  inputShape: [28, 28, 1],
  classes: 36,
  parameters: { total: 131_748, trainable: 131_748 },
  network: network('average'),
  recipes,
})

export const glyphCnnMax = zooEntry({
  id: 'glyph-cnn-max',
  title: 'glyph-cnn with max pools',
  source: 'Fatov 2024; 32 and 64 channels chosen here',
  inputShape: [28, 28, 1],
  classes: 36,
  parameters: { total: 131_748, trainable: 131_748 },
  network: network('max'),
  recipes,
})

export const glyphSubCnn = zooEntry({
  id: 'glyph-sub-cnn',
  title: 'glyph-cnn for two classes: the letter O and the digit 0',
  source: 'Fatov 2024',
  inputShape: [28, 28, 1],
  classes: 2,
  parameters: { total: 25_090, trainable: 25_090 },
  network: network('average'),
  recipes,
})
