// glyph-linear: 28,260 parameters. Fatov 2024 on 36 digits and letters; published: 77 % with Adam, 75 % with SGD.
import { activation, dense, flatten, sequential } from '../nn/index.ts'
import { zooEntry } from './entry.ts'
import { fatov2024 } from './fatov2024.ts'
import { byId, house, type Recipe } from './recipe.ts'

/** SGD with the five rates that the source tries: 0.001 e^i. */
const sgds = [1, 2, 3, 4, 5].map(
  (i): Recipe => ({
    ...fatov2024,
    id: `fatov-2024-sgd-${i}`,
    source: `${fatov2024.source}; SGD without momentum in place of Adam, rate 0.001 e^${i}`,
    optimizer: { kind: 'sgd', rate: 0.001 * Math.exp(i) },
  }),
)

export const glyphLinear = zooEntry({
  id: 'glyph-linear',
  title: 'One linear layer and a sigmoid, for digits and letters',
  source: 'Fatov 2024. Its loss takes the sigmoids, values of 0 to 1, for logits: that holds it to its 77 %',
  inputShape: [28, 28, 1],
  classes: 36,
  parameters: { total: 28_260, trainable: 28_260 },
  network: ({ inputShape, classes, name }) =>
    sequential(inputShape, [flatten(), dense(classes, { activation: 'sigmoid' }), activation('softmax')], { name }),
  recipes: byId(house(), fatov2024, ...sgds),
})
