// inception-v1 (GoogLeNet): 13,378,280 parameters, 6,998,552 of them in the network that predicts and 6,379,728 in the
// two auxiliary heads that only training uses. Szegedy et al. 2015, table 1; the figures are those of the authors' field
// (BVLC's Caffe model). xu-2022 says "5 M". mnist-inception: 28x28, three modules, no heads,
// 60,442.
import {
  activation,
  averagePool2d,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  functional,
  globalAveragePool2d,
  input,
  type Layer,
  localResponseNorm,
  maxPool2d,
  parallel,
  type SymbolicTensor,
  sequential,
} from '../nn/index.ts'
import { type Network, zooEntry } from './entry.ts'
import { byId, house } from './recipe.ts'

/** Filters of a module: 1x1; 1x1 and 3x3; 1x1 and 5x5; 1x1 behind the pool. */
type ModuleWidths = readonly [number, number, number, number, number, number]
type Convolution = (filters: number, size: number) => Layer[]

/** Four ways side by side: filters of three sizes and a pool (figure 2b of the source). */
function inceptionModule(name: string, widths: ModuleWidths, convolution: Convolution): Layer {
  const [one, threeBefore, three, fiveBefore, five, pool] = widths
  return parallel(
    [
      convolution(one, 1),
      [...convolution(threeBefore, 1), ...convolution(three, 3)],
      [...convolution(fiveBefore, 1), ...convolution(five, 5)],
      [maxPool2d(3, { strides: 1, padding: 'same' }), ...convolution(pool, 1)],
    ],
    { name },
  )
}

const plain: Convolution = (filters, size) => [
  conv2d(filters, size, { padding: 'same', activation: 'relu', kernelInitializer: 'heNormal' }),
]
const halve = () => maxPool2d(3, { strides: 2, padding: 'same' })
/** The heads take 5x5 windows; smaller pictures have none. */
const HEAD_WINDOW = 5

export interface InceptionSettings {
  /** How much is kept of each count of filters and hidden units in the source: 1 for all; never less than one of them. */
  share: number
}

/** Inception-v1 at any width. */
export function inceptionV1({ share }: InceptionSettings = { share: 1 }): Network {
  const scaled = (count: number) => Math.max(1, Math.round(share * count))
  const convolution: Convolution = (filters, size) => plain(scaled(filters), size)
  const through = (x: SymbolicTensor, ...layers: Layer[]) => layers.reduce((value, layer) => layer(value), x)
  const module = (id: string, ...widths: ModuleWidths) => inceptionModule(`inception_${id}`, widths, convolution)
  return ({ inputShape, classes, name }) => {
    const head = (x: SymbolicTensor, id: number) =>
      through(
        x,
        averagePool2d(HEAD_WINDOW, { strides: 3 }),
        conv2d(scaled(128), 1, { activation: 'relu', name: `head${id}_conv2d` }),
        flatten(),
        dense(scaled(1024), { activation: 'relu', name: `head${id}_hidden` }),
        dropout(0.7),
        dense(classes, { activation: 'softmax', name: `head${id}_classes` }),
      )
    const x = input(inputShape)
    const stem = through(
      x,
      conv2d(scaled(64), 7, { strides: 2, padding: 'same', activation: 'relu' }),
      halve(),
      localResponseNorm(),
      ...convolution(64, 1),
      ...convolution(192, 3),
      localResponseNorm(),
      halve(),
    )
    const three = through(stem, module('3a', 64, 96, 128, 16, 32, 32), module('3b', 128, 128, 192, 32, 96, 64), halve())
    const first = module('4a', 192, 96, 208, 16, 48, 64)(three)
    const second = through(
      first,
      module('4b', 160, 112, 224, 24, 64, 64),
      module('4c', 128, 128, 256, 24, 64, 64),
      module('4d', 112, 144, 288, 32, 64, 64),
    )
    const output = through(
      second,
      module('4e', 256, 160, 320, 32, 128, 128),
      halve(),
      module('5a', 256, 160, 320, 32, 128, 128),
      module('5b', 384, 192, 384, 48, 128, 128),
      globalAveragePool2d(),
      dropout(0.4),
      dense(classes, { activation: 'softmax' }),
    )
    const room = Math.min(first.shape[0], first.shape[1]) >= HEAD_WINDOW
    const auxiliary = room ? [first, second].map((at, i) => ({ output: head(at, i + 1), weight: 0.3 })) : []
    return functional(x, output, { name, auxiliary })
  }
}

export const inceptionV1Entry = zooEntry({
  id: 'inception-v1',
  title: 'Inception-v1 (GoogLeNet), 22 layers with two auxiliary heads, for 1000 classes of photographs',
  source: 'Szegedy et al. 2015, described in Xu 2022',
  inputShape: [224, 224, 3],
  classes: 1000,
  parameters: { total: 13_378_280, trainable: 13_378_280 },
  network: inceptionV1(),
  recipes: byId(house()),
})

const normalised: Convolution = (filters, size) => [
  conv2d(filters, size, { padding: 'same', useBias: false, kernelInitializer: 'heNormal' }),
  batchNorm({ momentum: 0.9 }),
  activation('relu'),
]

export const mnistInception = zooEntry({
  id: 'mnist-inception',
  title: 'Three Inception modules with batch normalisation, for digits',
  source: 'Szegedy et al. 2015 at 28x28; a quarter of the filters of modules 3a, 3b and 4a, normalised, chosen here',
  inputShape: [28, 28, 1],
  classes: 10,
  parameters: { total: 60_442, trainable: 59_562 },
  network: ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        ...normalised(32, 3),
        maxPool2d(2, { padding: 'same' }),
        inceptionModule('inception_3a', [16, 24, 32, 4, 8, 8], normalised),
        inceptionModule('inception_3b', [32, 32, 48, 8, 24, 16], normalised),
        maxPool2d(2, { padding: 'same' }),
        inceptionModule('inception_4a', [48, 24, 52, 4, 12, 16], normalised),
        globalAveragePool2d(),
        dropout(0.4),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    ),
  recipes: byId(house()),
})
