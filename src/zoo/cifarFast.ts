// cifar-fast: 1,973,944 parameters, 2,592 of them not trainable. After Keller Jordan's airbench94 (2024), which reaches
// 94 % on CIFAR-10 in 0.29 PFLOP with: a frozen first convolution that whitens, filters that start as identities,
// normalisation whose shift alone is learnt, 64 times as fast, label smoothing, Nesterov momentum, few epochs.
// Left out: looking ahead, flips that alternate, and the mean over moved pictures when predicting.
import { add, affine, batchNormInference, batchNorm as batchNormOp, conv2d as conv2dOp } from '../engine/ops/index.ts'
import {
  activation,
  conv2d,
  dense,
  globalMaxPool2d,
  initializers,
  type Layer,
  layer,
  maxPool2d,
  sequential,
} from '../nn/index.ts'
import type { Initializer } from '../nn/initializers.ts'
import { zooEntry } from './entry.ts'
import { cifarInput } from './li2024.ts'
import { byId, house, type Recipe } from './recipe.ts'

/** The patterns of 2x2 pixels: flat, across, along, crossed. */
const patterns = [
  [1, 1, 1, 1],
  [1, 1, -1, -1],
  [1, -1, 1, -1],
  [1, -1, -1, 1],
]
/** Grey, red against blue, green against both. */
const colours = [
  [1, 1, 1],
  [1, 0, -1],
  [1, -2, 1],
]
/**
 * Variance of CIFAR-10's standardised 2x2 patches along each pattern (rows) and colour (columns): data_batch_1. Along
 * these directions they are nearly uncorrelated (at most 0.27), so that scaling does what whitening does.
 */
const variances = [
  [10.146, 0.8165, 0.1855],
  [0.3965, 0.0165, 0.00495],
  [0.3314, 0.01407, 0.00449],
  [0.0554, 0.00161, 0.00062],
]
const WHITEN_EPSILON = 5e-4

/** Twelve filters that whiten 2x2 patches, and their negatives; kernel [2, 2, channels, filters]. */
const whitening: Initializer = shape => {
  const [, , channels, filters] = shape
  const kernel = new Float32Array(4 * channels * filters)
  const basis = channels === 3 ? colours : Array.from({ length: channels }, (_, c) => oneHot(channels, c))
  for (const [p, pattern] of patterns.entries())
    for (const [c, colour] of basis.entries()) {
      const length = Math.sqrt(4 * colour.reduce((sum, v) => sum + v * v, 0))
      const scale = 1 / length / Math.sqrt(variances[p][channels === 3 ? c : 0] + WHITEN_EPSILON)
      const filter = p * channels + c
      for (let pixel = 0; pixel < 4; pixel++)
        for (let i = 0; i < channels; i++) {
          const value = scale * pattern[pixel] * colour[i]
          kernel[(pixel * channels + i) * filters + filter] = value
          kernel[(pixel * channels + i) * filters + filters / 2 + filter] = -value
        }
    }
  return kernel
}
const oneHot = (length: number, at: number) => Array.from({ length }, (_, i) => (i === at ? 1 : 0))

/** The frozen convolution; its bias learns. */
const whitened = (): Layer =>
  layer('whitened', (x, ctx) => {
    const filters = 8 * x.shape[3]
    const kernel = ctx.parameter('kernel', [2, 2, x.shape[3], filters], whitening, { trainable: false })
    return add(conv2dOp(x, kernel), ctx.parameter('bias', [filters], 'zeros', { kind: 'bias' }))
  })

/** Filters that pass the channels on where there are channels to pass on; the rest uniform, as PyTorch starts them. */
const identity: Initializer = (shape, random) => {
  const [height, width, inputs, outputs] = shape
  const bound = 1 / Math.sqrt(height * width * inputs)
  const kernel = initializers.uniform(-bound, bound)(shape, random)
  const centre = Math.floor(height / 2) * width + Math.floor(width / 2)
  for (let o = 0; o < Math.min(inputs, outputs); o++)
    for (let tap = 0; tap < height * width; tap++)
      for (let i = 0; i < inputs; i++) kernel[(tap * inputs + i) * outputs + o] = tap === centre && i === o ? 1 : 0
  return kernel
}

/** A shift held in units of 8 learns 64 times as fast under gradient descent. */
const SHIFT_UNIT = 8
const KEEP = 0.6
const EPSILON = 1e-12

/** Batch normalisation without a scale; the statistics forget fast, since few steps are run. */
const norm = (): Layer =>
  layer('fastNorm', (x, ctx) => {
    const shape = [x.shape[x.shape.length - 1]]
    const one = ctx.graph.constant(new Float32Array(shape[0]).fill(1), shape)
    const shift = affine(ctx.parameter('shift', shape, 'zeros', { kind: 'bias' }), SHIFT_UNIT)
    const statistic = { trainable: false, kind: 'statistic' } as const
    const movingMean = ctx.parameter('movingMean', shape, 'zeros', statistic)
    const movingVariance = ctx.parameter('movingVariance', shape, 'ones', statistic)
    if (!ctx.training || !ctx.trainable) return batchNormInference(x, one, shift, movingMean, movingVariance, EPSILON)
    const { y, mean, variance } = batchNormOp(x, one, shift, EPSILON)
    ctx.updateStatistic(movingMean, mean, KEEP)
    ctx.updateStatistic(movingVariance, variance, KEEP)
    return y
  })

const convolution = (filters: number) =>
  conv2d(filters, 3, { padding: 'same', useBias: false, kernelInitializer: identity })
const group = (filters: number): Layer[] => [
  ...[convolution(filters), maxPool2d(2), norm(), activation('gelu')],
  ...[convolution(filters), norm(), activation('gelu')],
]

/** The logits of a net that normalises are too large to start with. */
const LOGIT_SCALE = 1 / 9

const airbench: Recipe = {
  id: 'airbench',
  source:
    'Jordan 2024, airbench94: batch 512 in place of 1024 and its rate halved, random flips in place of alternating ones',
  epochs: 10,
  batch: 512,
  optimizer: { kind: 'sgd', rate: 0.75, momentum: 0.85, nesterov: true, weightDecay: 1.33e-3 },
  schedule: { kind: 'linear', warmup: 0.23, start: 0.2, floor: 0.07 },
  loss: { kind: 'crossEntropy', labelSmoothing: 0.2 },
  validation: 0,
  augment: { crop: 2, flip: 0.5 },
  input: cifarInput,
}

export const cifarFast = zooEntry({
  id: 'cifar-fast',
  title: 'Six convolutions behind a whitening one, made to reach 94 % on CIFAR-10 in few operations',
  source: 'Jordan 2024, airbench94',
  inputShape: [32, 32, 3],
  classes: 10,
  parameters: { total: 1_973_944, trainable: 1_971_352 },
  network: ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        whitened(),
        activation('gelu'),
        ...group(64),
        ...group(256),
        ...group(256),
        globalMaxPool2d(),
        dense(classes, { useBias: false }),
        layer('scale', x => affine(x, LOGIT_SCALE)),
      ],
      { name },
    ),
  recipes: byId(house(), airbench),
})
