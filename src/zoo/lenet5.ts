// lenet5: 61,706 parameters. LeCun et al. 1998, as it is usually written today: every map of the second convolution sees
// all six of the first (the original saw some), plain average pooling, softmax output. The original reports 99.05 %.
import { averagePool2d, conv2d, dense, flatten, sequential } from '../nn/index.ts'
import { zooEntry } from './entry.ts'
import { byId, house } from './recipe.ts'

export const lenet5 = zooEntry({
  id: 'lenet5',
  title: 'LeNet-5: two convolutions, average pools, three dense layers, tanh',
  source: 'LeCun et al. 1998 in its common form; the first convolution pads 28x28 to the 32x32 of the original',
  inputShape: [28, 28, 1],
  classes: 10,
  parameters: { total: 61_706, trainable: 61_706 },
  network: ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        conv2d(6, 5, { padding: 'same', activation: 'tanh' }),
        averagePool2d(2),
        conv2d(16, 5, { activation: 'tanh' }),
        averagePool2d(2),
        flatten(),
        dense(120, { activation: 'tanh' }),
        dense(84, { activation: 'tanh' }),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    ),
  recipes: byId(house({ epochs: 10 })),
})
