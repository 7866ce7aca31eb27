// cifar-cnn: 1,147,466 parameters. Li et al. 2024, its baseline on CIFAR-10; published: 81.5 %.
import { conv2d, dense, dropout, flatten, maxPool2d, sequential } from '../nn/index.ts'
import { zooEntry } from './entry.ts'
import { li2024Pictures } from './li2024.ts'
import { byId, house } from './recipe.ts'

const block = (filters: number) => [conv2d(filters, 3, { padding: 'same', activation: 'relu' }), maxPool2d(2)]

export const cifarCnn = zooEntry({
  id: 'cifar-cnn',
  title: 'Three convolutions with pools and two dense layers, for small colour pictures',
  source: 'Li et al. 2024; 32 and 64 channels before its 128 chosen here',
  inputShape: [32, 32, 3],
  classes: 10,
  parameters: { total: 1_147_466, trainable: 1_147_466 },
  network: ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        ...block(32),
        ...block(64),
        ...block(128),
        flatten(),
        dense(512, { activation: 'relu' }),
        dropout(0.5),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    ),
  recipes: byId(house(), li2024Pictures),
})
