// glyph-cnn: 131,748 parameters; published: 96 %. glyph-cnn-max pools the largest value in place of the mean.
// glyph-sub-cnn: the same for O and 0 alone, 25,090 parameters; published: 90 %. Fatov 2024.
import { conv2d, dense, dropout, flatten, sequential } from '../nn/index.ts'
import { type OptionNetwork, zooEntry } from './entry.ts'
import { fatov2024Cnn } from './fatov2024.ts'
import { share, whole } from './options.ts'
import { pool2d, pooling } from './pooling.ts'
import { byId, house } from './recipe.ts'

const options = (pool: 'average' | 'max') => ({
  width: whole(32, 'filters of the first convolution; the second has twice as many', [1, 512]),
  pooling: pooling(pool),
  dropout: share(0.5, 'dropped before the last layer'),
})

const network: OptionNetwork<ReturnType<typeof options>> = ({ inputShape, classes, name, set }) => {
  const level = (filters: number) => [conv2d(filters, 3, { padding: 'same', activation: 'relu' }), pool2d(set.pooling)]
  const layers = [...level(set.width), ...level(2 * set.width), dropout(set.dropout), flatten()]
  return sequential(inputShape, [...layers, dense(classes, { activation: 'softmax' })], { name })
}

const recipes = byId(house(), fatov2024Cnn)

export const glyphCnn = zooEntry({
  id: 'glyph-cnn',
  title: 'Two convolutions with average pools, for digits and letters',
  source: 'Fatov 2024; 32 and 64 channels chosen here',
  inputShape: [28, 28, 1],
  classes: 36,
  parameters: { total: 131_748, trainable: 131_748 },
  options: options('average'),
  network,
  recipes,
})

export const glyphCnnMax = zooEntry({
  id: 'glyph-cnn-max',
  title: 'glyph-cnn with max pools',
  source: 'Fatov 2024; 32 and 64 channels chosen here',
  inputShape: [28, 28, 1],
  classes: 36,
  parameters: { total: 131_748, trainable: 131_748 },
  options: options('max'),
  network,
  recipes,
})

export const glyphSubCnn = zooEntry({
  id: 'glyph-sub-cnn',
  title: 'glyph-cnn for two classes: the letter O and the digit 0',
  source: 'Fatov 2024',
  inputShape: [28, 28, 1],
  classes: 2,
  parameters: { total: 25_090, trainable: 25_090 },
  options: options('average'),
  network,
  recipes,
})
