// mnist-linear: 784-10, 7,850 parameters: softmax regression. LeCun et al. 1995 report 8.4 % error for a linear classifier
// (12 % without deslanting), and Fatov 2024 cites it. Measured with recipe `house`: 7.5 % error on the test digits.
import { dense, flatten, sequential } from '../nn/index.ts'
import { zooEntry } from './entry.ts'
import { byId, house } from './recipe.ts'

export const mnistLinear = zooEntry({
  id: 'mnist-linear',
  title: 'Softmax regression on pixels: the least a network must beat',
  source: 'LeCun et al. 1995, as Fatov 2024 cites it; trained by cross-entropy here',
  inputShape: [28, 28, 1],
  classes: 10,
  parameters: { total: 7_850, trainable: 7_850 },
  network: ({ inputShape, classes, name }) =>
    sequential(inputShape, [flatten(), dense(classes, { activation: 'softmax' })], { name }),
  recipes: byId(house({ epochs: 10 })),
})
