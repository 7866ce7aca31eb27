// table-mlp: 4-64-32-3, 2,499 parameters; table-linear: 4-3, 15 parameters. For tables; the sizes named are those of Fisher's irises.
import { dense, flatten, sequential } from '../nn/index.ts'
import { zooEntry } from './entry.ts'
import { byId, house } from './recipe.ts'

export const tableMlp = zooEntry({
  id: 'table-mlp',
  title: 'Dense layers of 64 and 32, for the columns of a table',
  source: 'Inkling',
  inputShape: [4],
  classes: 3,
  parameters: { total: 2_499, trainable: 2_499 },
  network: ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        flatten(),
        dense(64, { activation: 'relu' }),
        dense(32, { activation: 'relu' }),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    ),
  recipes: byId(house()),
})

export const tableLinear = zooEntry({
  id: 'table-linear',
  title: 'Softmax regression on the columns of a table: what table-mlp is compared with',
  source: 'Inkling',
  inputShape: [4],
  classes: 3,
  parameters: { total: 15, trainable: 15 },
  network: ({ inputShape, classes, name }) =>
    sequential(inputShape, [flatten(), dense(classes, { activation: 'softmax' })], { name }),
  recipes: byId(house()),
})
