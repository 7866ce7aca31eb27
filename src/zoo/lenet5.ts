// lenet5: 61,706 parameters. LeCun et al. 1998, as it is usually written today: every map of the second convolution sees
// all six of the first (the original saw some), plain average pooling, softmax output. The original reports 99.05 %.
// glyph-lenet5: the same for 36 digits and letters, 63,916 parameters; Fatov 2024 published 93 %.
import { conv2d, dense, flatten, sequential } from '../nn/index.ts'
import { type OptionNetwork, zooEntry } from './entry.ts'
import { fatov2024Cnn } from './fatov2024.ts'
import { pool2d, pooling } from './pooling.ts'
import { byId, house } from './recipe.ts'

const options = { pooling: pooling('average') }

const network: OptionNetwork<typeof options> = ({ inputShape, classes, name, set }) =>
  sequential(
    inputShape,
    [
      conv2d(6, 5, { padding: 'same', activation: 'tanh' }),
      pool2d(set.pooling),
      conv2d(16, 5, { activation: 'tanh' }),
      pool2d(set.pooling),
      flatten(),
      dense(120, { activation: 'tanh' }),
      dense(84, { activation: 'tanh' }),
      dense(classes, { activation: 'softmax' }),
    ],
    { name },
  )

export const lenet5 = zooEntry({
  id: 'lenet5',
  title: 'LeNet-5: two convolutions, average pools, three dense layers, tanh',
  source: 'LeCun et al. 1998 in its common form; the first convolution pads 28x28 to the 32x32 of the original',
  inputShape: [28, 28, 1],
  classes: 10,
  parameters: { total: 61_706, trainable: 61_706 },
  options,
  network,
  recipes: byId(house({ epochs: 10 })),
})

export const glyphLenet5 = zooEntry({
  id: 'glyph-lenet5',
  title: 'LeNet-5 for digits and letters',
  source: 'LeCun et al. 1998; Fatov 2024',
  inputShape: [28, 28, 1],
  classes: 36,
  parameters: { total: 63_916, trainable: 63_916 },
  options,
  network,
  recipes: byId(house(), fatov2024Cnn),
})
