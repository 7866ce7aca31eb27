// compare-rnn: 21,386 parameters. "CNN, RNN and MLP side by side" on MNIST; published: 96.4 % after 5 epochs.
import { dense, sequential, simpleRnn } from '../nn/index.ts'
import { zooEntry } from './entry.ts'
import { mnistReport } from './mnistReport.ts'
import { byId, house } from './recipe.ts'
import { asSteps } from './rows.ts'

export const compareRnn = zooEntry({
  id: 'compare-rnn',
  title: 'A recurrent layer over the rows of a picture: the RNN of a comparison with CNN and MLP',
  source: 'mnist-report; 128 units chosen here',
  inputShape: [28, 28, 1],
  classes: 10,
  parameters: { total: 21_386, trainable: 21_386 },
  network: ({ inputShape, classes, name }) =>
    sequential(inputShape, [...asSteps(inputShape), simpleRnn(128), dense(classes, { activation: 'softmax' })], {
      name,
    }),
  recipes: byId(house(), mnistReport),
})
