// mnist-autoencoder: 784-128-32-128-784, 209,968 parameters at a code of 32 values. mnist-conv-autoencoder: 28x28 to
// 7x7 maps, a code of 32 values and back, 111,521. Dutta 2022 compresses digits with both and prints no figure.

import type { Shape } from '../engine/graph.ts'
import { slice } from '../engine/ops/index.ts'
import {
  activation,
  conv2d,
  conv2dTranspose,
  dense,
  flatten,
  type Layer,
  type LayerOptions,
  layer,
  reshape,
  sequential,
} from '../nn/index.ts'
import { type Network, zooEntry } from './entry.ts'
import { byId, house, type Recipe } from './recipe.ts'

export interface AutoencoderSettings {
  /** Numbers that a picture becomes: the compression is the number of pixels by this. */
  code: number
}
const CODE = 32

const last = (): Layer => activation('sigmoid')
const code = (units: number): Layer => dense(units, { name: 'code' })

const product = (shape: Shape) => shape.reduce((n, d) => n * d)

const denseBack = (shape: Shape): Layer[] => [
  dense(128, { activation: 'relu' }),
  dense(product(shape)),
  reshape([...shape]),
  last(),
]

/** Dense layers to the code and back; the output is a picture of values 0..1. The layer `code` holds the code. */
export const denseAutoencoder =
  ({ code: units }: AutoencoderSettings): Network =>
  ({ inputShape, name }) =>
    sequential(inputShape, [flatten(), dense(128, { activation: 'relu' }), code(units), ...denseBack(inputShape)], {
      name,
    })

/** The way back alone: its weights are the last ones of the whole network. */
export const denseDecoder =
  ({ code: units }: AutoencoderSettings): Network =>
  ({ inputShape, name }) =>
    sequential([units], denseBack(inputShape), { name })

function convBack([height, width, channels]: Shape): Layer[] {
  const inner = [Math.ceil(height / 4), Math.ceil(width / 4), 32]
  const up = (filters: number, relu: boolean) =>
    conv2dTranspose(filters, 3, { strides: 2, padding: 'same', activation: relu ? 'relu' : 'linear' })
  return [
    dense(product(inner), { activation: 'relu' }),
    reshape(inner),
    up(16, true),
    up(channels, false),
    ...cut(inner[0] * 4, inner[1] * 4, height, width),
    last(),
  ]
}

/** Convolutions of stride 2 to the code, transposed ones back. */
export const convAutoencoder =
  ({ code: units }: AutoencoderSettings): Network =>
  ({ inputShape, name }) => {
    const down = (filters: number) => conv2d(filters, 3, { strides: 2, padding: 'same', activation: 'relu' })
    return sequential(inputShape, [down(16), down(32), flatten(), code(units), ...convBack(inputShape)], { name })
  }

/** The way back alone, as {@link denseDecoder}. */
export const convDecoder =
  ({ code: units }: AutoencoderSettings): Network =>
  ({ inputShape, name }) =>
    sequential([units], convBack(inputShape), { name })

/** Sizes that are no multiple of 4 come back too large. */
const cut = (madeHeight: number, madeWidth: number, height: number, width: number, options?: LayerOptions): Layer[] =>
  madeHeight === height && madeWidth === width
    ? []
    : [layer('cut', x => slice(slice(x, 1, 0, height), 2, 0, width), options)]

/** Binary cross-entropy of every pixel against the input itself. */
const recipe = (changes: Partial<Recipe> = {}): Recipe =>
  house({
    source: 'Inkling: the same plain settings for every model; the picture itself is the target',
    epochs: 20,
    loss: { kind: 'binaryCrossEntropy', target: 'input' },
    ...changes,
  })

export const mnistAutoencoder = zooEntry({
  id: 'mnist-autoencoder',
  title: 'Dense autoencoder: 784 pixels through 32 numbers and back',
  source: 'Dutta 2022; 128 hidden units and a code of 32 chosen here',
  inputShape: [28, 28, 1],
  classes: 0,
  parameters: { total: 209_968, trainable: 209_968 },
  network: denseAutoencoder({ code: CODE }),
  recipes: byId(recipe()),
})

export const mnistConvAutoencoder = zooEntry({
  id: 'mnist-conv-autoencoder',
  title: 'Convolutional autoencoder: 784 pixels through 32 numbers and back',
  source: 'Dutta 2022, "CNN and autoencoder"; all sizes chosen here',
  inputShape: [28, 28, 1],
  classes: 0,
  parameters: { total: 111_521, trainable: 111_521 },
  network: convAutoencoder({ code: CODE }),
  recipes: byId(recipe()),
})
