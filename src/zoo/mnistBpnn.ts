// mnist-bpnn: 784-300-10, 238,510 parameters. Dutta 2022, the back-propagation net beside its CNN; nets of this shape
// reach about 98 %.
import { dense, flatten, sequential } from '../nn/index.ts'
import { type Network, zooEntry } from './entry.ts'
import { whole } from './options.ts'
import { byId, house, type Recipe } from './recipe.ts'

const paper: Recipe = {
  id: 'dutta-2022',
  source:
    'Dutta 2022: rate 1e-3 with decay 1e-4, batch 32, 60 epochs. Adam as for its CNN; a tenth is held out here to choose by.',
  epochs: 60,
  batch: 32,
  optimizer: { kind: 'adam', rate: 1e-3 },
  schedule: { kind: 'inverseTime', decay: 1e-4 },
  loss: { kind: 'crossEntropy' },
  validation: 0.1,
}

/** One hidden layer of any width. */
export const bpnnNetwork =
  ({ hidden = 300 }: { hidden?: number } = {}): Network =>
  ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [flatten(), dense(hidden, { activation: 'sigmoid' }), dense(classes, { activation: 'softmax' })],
      { name },
    )

export const mnistBpnn = zooEntry({
  id: 'mnist-bpnn',
  title: 'One hidden layer of 300 sigmoids',
  source: 'Dutta 2022',
  inputShape: [28, 28, 1],
  classes: 10,
  parameters: { total: 238_510, trainable: 238_510 },
  options: { width: whole(300, 'hidden units') },
  network: ({ set, ...rest }) => bpnnNetwork({ hidden: set.width })(rest),
  recipes: byId(house({ epochs: 20 }), paper),
})
