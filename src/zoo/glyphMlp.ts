// glyph-mlp: 784-250-250-36, 268,036 parameters. Fatov 2024 on 36 digits and letters; published: 93 % with ReLU, at most
// 69 % without (glyph-mlp-linear), for widths of 250 to 260.
import { dense, flatten, sequential } from '../nn/index.ts'
import { type Network, type OptionNetwork, zooEntry } from './entry.ts'
import { fatov2024 } from './fatov2024.ts'
import { choice, whole } from './options.ts'
import { byId, house } from './recipe.ts'

export interface GlyphMlpSettings {
  /** Units of both hidden layers. */
  width?: number
  activation?: 'relu' | 'linear'
}

export const glyphMlpNetwork =
  ({ width = 250, activation = 'relu' }: GlyphMlpSettings = {}): Network =>
  ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        flatten(),
        dense(width, { activation }),
        dense(width, { activation }),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    )

/** Its width and activation as options, with other defaults for its linear twin. */
const options = (activation: 'relu' | 'linear') => ({
  width: whole(250, 'units of both hidden layers'),
  activation: choice(activation, 'of both hidden layers', ['relu', 'linear']),
})
const network: OptionNetwork<ReturnType<typeof options>> = ({ set, ...rest }) => glyphMlpNetwork(set)(rest)

export const glyphMlp = zooEntry({
  id: 'glyph-mlp',
  title: 'Dense layers of 250 and 250, for digits and letters',
  source: 'Fatov 2024; the smallest of its widths',
  inputShape: [28, 28, 1],
  classes: 36,
  parameters: { total: 268_036, trainable: 268_036 },
  options: options('relu'),
  network,
  recipes: byId(house(), fatov2024),
})

export const glyphMlpLinear = zooEntry({
  id: 'glyph-mlp-linear',
  title: 'glyph-mlp without activations: a linear model in three steps',
  source: 'Fatov 2024',
  inputShape: [28, 28, 1],
  classes: 36,
  parameters: { total: 268_036, trainable: 268_036 },
  options: options('linear'),
  network,
  recipes: byId(house(), fatov2024),
})
