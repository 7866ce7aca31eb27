// mnist-hybrid: 315,530 parameters. A CNN that reads and an LSTM that goes down the rows of its maps: the hybrid that
// mnist-report names as a next step.
import { conv2d, dense, lstm, maxPool2d, sequential } from '../nn/index.ts'
import { zooEntry } from './entry.ts'
import { byId, house } from './recipe.ts'
import { mapRows } from './rows.ts'

export const mnistHybrid = zooEntry({
  id: 'mnist-hybrid',
  title: 'Two convolutions, then an LSTM over the rows of their maps',
  source: 'a next step of mnist-report; all sizes chosen here',
  inputShape: [28, 28, 1],
  classes: 10,
  parameters: { total: 315_530, trainable: 315_530 },
  network: ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        conv2d(32, 3, { padding: 'same', activation: 'relu' }),
        maxPool2d(2),
        conv2d(64, 3, { padding: 'same', activation: 'relu' }),
        maxPool2d(2),
        mapRows(),
        lstm(128),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    ),
  recipes: byId(house()),
})
