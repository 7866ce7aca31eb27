import { describe, expect, test } from 'vitest'
import { multiply, sum } from '../../src/engine/ops/index.ts'
import * as nn from '../../src/nn/index.ts'
import { backends } from '../backends.ts'
import { expectClose } from './close.ts'
import { checkDescription, checkGradients, checkLearning, type LayerCase } from './conformance.ts'

const picture = [5, 4, 2]
const cases: Record<string, LayerCase> = {
  conv2d: {
    make: () => nn.conv2d(3, 3),
    inputShape: picture,
    outputShape: [3, 2, 3],
    parameters: { kernel: [3, 3, 2, 3], bias: [3] },
  },
  'conv2d same, strides, tanh, no bias': {
    make: () => nn.conv2d(3, [3, 2], { padding: 'same', strides: 2, activation: 'tanh', useBias: false }),
    inputShape: picture,
    outputShape: [3, 2, 3],
    parameters: { kernel: [3, 2, 2, 3] },
  },
  dense: {
    make: () => nn.dense(4, { activation: 'sigmoid' }),
    inputShape: [5],
    outputShape: [4],
    parameters: { kernel: [5, 4], bias: [4] },
  },
  'dense over the last axis': {
    make: () => nn.dense(4, { kernelInitializer: 'heNormal' }),
    inputShape: [3, 5],
    outputShape: [3, 4],
    parameters: { kernel: [5, 4], bias: [4] },
  },
  maxPool2d: { make: () => nn.maxPool2d(), inputShape: picture, outputShape: [2, 2, 2] },
  'maxPool2d same': {
    make: () => nn.maxPool2d(3, { strides: 2, padding: 'same' }),
    inputShape: picture,
    outputShape: [3, 2, 2],
  },
  averagePool2d: { make: () => nn.averagePool2d(2), inputShape: picture, outputShape: [2, 2, 2] },
  globalAveragePool2d: { make: () => nn.globalAveragePool2d(), inputShape: picture, outputShape: [2] },
  globalMaxPool2d: { make: () => nn.globalMaxPool2d(), inputShape: picture, outputShape: [2] },
  flatten: { make: () => nn.flatten(), inputShape: picture, outputShape: [40] },
  reshape: { make: () => nn.reshape([-1, 10]), inputShape: picture, outputShape: [4, 10] },
  dropout: { make: () => nn.dropout(0.25), inputShape: [8], outputShape: [8] },
  batchNorm: {
    make: () => nn.batchNorm(),
    inputShape: picture,
    outputShape: picture,
    parameters: { gamma: [2], beta: [2], movingMean: [2], movingVariance: [2] },
    trainable: 4,
  },
  'batchNorm without scale and shift': {
    make: () => nn.batchNorm({ scale: false, center: false }),
    inputShape: [4],
    outputShape: [4],
    parameters: { movingMean: [4], movingVariance: [4] },
    trainable: 0,
  },
  relu: { make: () => nn.activation('relu'), inputShape: [6], outputShape: [6], gap: 0.01 },
  leakyRelu: { make: () => nn.leakyRelu(), inputShape: [6], outputShape: [6], gap: 0.01 },
  gelu: { make: () => nn.activation('gelu'), inputShape: [6], outputShape: [6] },
  softmax: { make: () => nn.activation('softmax'), inputShape: [6], outputShape: [6] },
  rescaling: { make: () => nn.rescaling(2, -1), inputShape: [6], outputShape: [6] },
  simpleRnn: {
    make: () => nn.simpleRnn(3),
    inputShape: [4, 2],
    outputShape: [3],
    parameters: { kernel: [2, 3], recurrentKernel: [3, 3], bias: [3] },
  },
  'simpleRnn relu, sequences, no bias': {
    make: () => nn.simpleRnn(3, { activation: 'relu', returnSequences: true, useBias: false }),
    inputShape: [4, 2],
    outputShape: [4, 3],
    parameters: { kernel: [2, 3], recurrentKernel: [3, 3] },
    gap: 0.01,
  },
  lstm: {
    make: () => nn.lstm(3, { returnSequences: true }),
    inputShape: [4, 2],
    outputShape: [4, 3],
    parameters: { kernel: [2, 12], recurrentKernel: [3, 12], bias: [12] },
  },
  'lstm backwards': {
    make: () => nn.lstm(3, { goBackwards: true }),
    inputShape: [4, 2],
    outputShape: [3],
    parameters: { kernel: [2, 12], recurrentKernel: [3, 12], bias: [12] },
  },
  gru: {
    make: () => nn.gru(3),
    inputShape: [4, 2],
    outputShape: [3],
    parameters: { kernel: [2, 9], recurrentKernel: [3, 9], bias: [9], recurrentBias: [9] },
  },
  'bidirectional gru': {
    make: () => nn.bidirectional(nn.gru(2, { returnSequences: true })),
    inputShape: [4, 2],
    outputShape: [4, 4],
    parameters: Object.fromEntries(
      ['forward', 'backward'].flatMap(way => [
        [`${way}/kernel`, [2, 6]],
        [`${way}/recurrentKernel`, [2, 6]],
        [`${way}/bias`, [6]],
        [`${way}/recurrentBias`, [6]],
      ]),
    ),
  },
  'bidirectional simpleRnn, product': {
    make: () => nn.bidirectional(nn.simpleRnn(2), { merge: 'multiply' }),
    inputShape: [4, 2],
    outputShape: [2],
    parameters: Object.fromEntries(
      ['forward', 'backward'].flatMap(way => [
        [`${way}/kernel`, [2, 2]],
        [`${way}/recurrentKernel`, [2, 2]],
        [`${way}/bias`, [2]],
      ]),
    ),
  },
  'parallel: a layer of a DenseNet': {
    make: () => nn.parallel([[], [nn.batchNorm(), nn.conv2d(3, 3, { padding: 'same' })]]),
    inputShape: [3, 3, 2],
    outputShape: [3, 3, 5],
    parameters: {
      'batchNorm_1/gamma': [2],
      'batchNorm_1/beta': [2],
      'batchNorm_1/movingMean': [2],
      'batchNorm_1/movingVariance': [2],
      'conv2d_1/kernel': [3, 3, 2, 3],
      'conv2d_1/bias': [3],
    },
    trainable: 4 + 57,
  },
  'parallel, summed': {
    make: () => nn.parallel([[nn.dense(3)], [nn.dense(4), nn.dense(3)]], { merge: 'add' }),
    inputShape: [2],
    outputShape: [3],
    parameters: {
      'dense_1/kernel': [2, 3],
      'dense_1/bias': [3],
      'dense_2/kernel': [2, 4],
      'dense_2/bias': [4],
      'dense_3/kernel': [4, 3],
      'dense_3/bias': [3],
    },
  },
  'conv2d in groups': {
    make: () => nn.conv2d(6, 3, { groups: 2 }),
    inputShape: [4, 4, 4],
    outputShape: [2, 2, 6],
    parameters: { kernel: [3, 3, 2, 6], bias: [6] },
  },
  depthwiseConv2d: {
    make: () => nn.depthwiseConv2d(3, { padding: 'same', depthMultiplier: 2, useBias: false }),
    inputShape: [3, 3, 4],
    outputShape: [3, 3, 8],
    parameters: { kernel: [3, 3, 4, 2] },
  },
  conv2dTranspose: {
    make: () => nn.conv2dTranspose(3, 3, { strides: 2, padding: 'same', activation: 'sigmoid' }),
    inputShape: [2, 3, 2],
    outputShape: [4, 6, 3],
    parameters: { kernel: [3, 3, 3, 2], bias: [3] },
  },
  'upSampling2d nearest': { make: () => nn.upSampling2d(), inputShape: [2, 3, 2], outputShape: [4, 6, 2] },
  'upSampling2d bilinear': {
    make: () => nn.upSampling2d([1, 3], { interpolation: 'bilinear' }),
    inputShape: [2, 3, 2],
    outputShape: [2, 9, 2],
  },
  layerNorm: {
    make: () => nn.layerNorm(),
    inputShape: [3, 5],
    outputShape: [3, 5],
    parameters: { gamma: [5], beta: [5] },
  },
  groupNorm: {
    make: () => nn.groupNorm(2),
    inputShape: [3, 2, 4],
    outputShape: [3, 2, 4],
    parameters: { gamma: [4], beta: [4] },
  },
  localResponseNorm: {
    make: () => nn.localResponseNorm({ size: 3, alpha: 0.2 }),
    inputShape: [2, 2, 6],
    outputShape: [2, 2, 6],
  },
  'a layer of one’s own': {
    make: () => nn.layer('Scale', (x, ctx) => multiply(x, ctx.parameter('scale', [x.shape.at(-1)!], 'ones'))),
    inputShape: [6],
    outputShape: [6],
    parameters: { scale: [6] },
  },
  residual: {
    make: () =>
      nn.residual([nn.conv2d(3, 3, { padding: 'same', useBias: false }), nn.batchNorm()], {
        shortcut: [nn.conv2d(3, 1)],
        activation: 'tanh',
      }),
    inputShape: [3, 3, 2],
    outputShape: [3, 3, 3],
    parameters: {
      'conv2d_1/kernel': [3, 3, 2, 3],
      'batchNorm_1/gamma': [3],
      'batchNorm_1/beta': [3],
      'batchNorm_1/movingMean': [3],
      'batchNorm_1/movingVariance': [3],
      'conv2d_2/kernel': [1, 1, 2, 3],
      'conv2d_2/bias': [3],
    },
    trainable: 54 + 6 + 9,
  },
}

describe.each(Object.entries(cases))('%s', (_, c) => {
  test('shapes, names, parameters', () => checkDescription(c))
  test('gradients', () => checkGradients(c))
  test('learns, the same on every backend', async () => {
    const [expected, ...others] = await Promise.all(
      backends.map(async ({ create }) => {
        const backend = await create()
        const losses = await checkLearning(c, backend)
        await backend.close()
        return losses
      }),
    )
    for (const losses of others) expectClose(losses, expected, 1e-3)
  })
})

const wrong: Record<string, () => unknown> = {
  'conv2d: filters must be a whole number above 0, got 0': () => nn.conv2d(0, 3),
  'dense: units must be a whole number above 0, got 2.5': () => nn.dense(2.5),
  'dropout: the rate must be at least 0 and below 1, got 1': () => nn.dropout(1),
  'no activation is called "rellu"': () => nn.activation('rellu' as never),
  'no initializer is called "glorot"': () =>
    nn.sequential([4], [nn.dense(2, { kernelInitializer: 'glorot' as never })]),
  'expected [height, width, channels] (layer 1 of 1, conv2d)': () => nn.sequential([28, 28], [nn.conv2d(4, 3)]),
  'does not fit into a picture of [2, 2] (layer 2 of 2, maxPool2d)': () =>
    nn.sequential([4, 4, 1], [nn.maxPool2d(), nn.maxPool2d(3)]),
  'add: got one input': () => nn.sequential([4], [nn.add()]),
  'sequential: got no layers': () => nn.sequential([4], []),
  'entry 1 of the layers is a function, not a layer': () => nn.sequential([4], [nn.dense as never]),
  'an input shape must be whole numbers above 0': () => nn.sequential([0], [nn.dense(1)]),
  'lstm: units must be a whole number above 0, got -1': () => nn.lstm(-1),
  'lstm: got examples of shape [28, 28, 1]; expected [time, features]': () => nn.sequential([28, 28, 1], [nn.lstm(3)]),
  'gru: got examples of shape [4]; expected [time, features]': () => nn.sequential([3, 2], [nn.gru(4), nn.gru(4)]),
  'gru: got lengths of type f32 and shape [1]; expected one i32 an example': () =>
    nn.gru(4)(nn.input([3, 2]), nn.input([1])),
  'conv2d: 2 groups must divide 3 channels and 4 filters': () =>
    nn.sequential([4, 4, 3], [nn.conv2d(4, 3, { groups: 2 })]),
  'groupNorm: got 3 groups of [2, 5, 4]; expected a number that divides 4': () =>
    nn.sequential([5, 4], [nn.groupNorm(3)]),
  'conv2dTranspose: got outputPadding [2, 2]': () =>
    nn.sequential([4, 4, 3], [nn.conv2dTranspose(4, 3, { strides: 2, padding: 0, outputPadding: 2 })]),
  'parallel: got 1 branches; expected two or more': () => nn.parallel([[nn.dense(2)]]),
  'the activation must be tanh or relu, got "gelu"': () => nn.simpleRnn(4, { activation: 'gelu' as never }),
  'expected a recurrent layer, such as bidirectional(lstm(32))': () => nn.bidirectional(nn.dense(3) as never),
  'no merge is called "mean"': () => nn.bidirectional(nn.lstm(3), { merge: 'mean' as never }),
  'two layers are called "a"': () =>
    nn.sequential([4], [nn.dense(2, { name: 'a' }), nn.dense(2, { name: 'a' })]).summary(),
  "a layer's name must be letters": () => nn.layer('Odd', x => x, { name: 'a/b' }),
  'batchNorm: momentum must be from 0 to 1, got 5': () => nn.batchNorm({ momentum: 5 }),
  'batchNorm: epsilon must be above 0, got -1': () => nn.batchNorm({ epsilon: -1 }),
  'layerNorm: epsilon must be above 0, got NaN': () => nn.layerNorm({ epsilon: Number.NaN }),
  'groupNorm: epsilon must be above 0, got 0': () => nn.groupNorm(2, { epsilon: 0 }),
  'leakyRelu: got a slope of -1': () => nn.sequential([4], [nn.leakyRelu(-1)]),
  'localResponseNorm: got alpha -1 and bias 2': () => nn.sequential([2, 2, 4], [nn.localResponseNorm({ alpha: -1 })]),
  'maxPool2d: got padding 2 of a window [2, 2]; expected less than the window': () =>
    nn.sequential([4, 4, 1], [nn.maxPool2d(2, { padding: 2 })]),
  'averagePool2d: got padding [[0,0],[3,0]] of a window [3, 3]': () =>
    nn.sequential(
      [4, 4, 1],
      [
        nn.averagePool2d(3, {
          padding: [
            [0, 0],
            [3, 0],
          ],
        }),
      ],
    ),
  'conv2dTranspose: got an output of 0 x 0': () => nn.sequential([1, 1, 1], [nn.conv2dTranspose(1, 2, { padding: 1 })]),
  'has 8 values and does not fit [2, -2, -2]': () => nn.sequential([4], [nn.reshape([-2, -2])]),
  'input of type i32; expected f32': () => nn.layer('Sum', x => sum(x, 1))(nn.input([3], { dtype: 'i32' })),
  'there is no optimizer "adamm"': () => nn.createOptimizer({ kind: 'adamm' as never, rate: 1 }),
  'sgd: nesterov needs a momentum': () => nn.sgd(0.1, { nesterov: true }),
  'rmsprop has no momentum to set': () => nn.createOptimizer({ kind: 'rmsprop', rate: 1, momentum: 0.9 }),
  'the batch must stay the first axis': () => nn.sequential([4], [nn.layer('Sum', x => sum(x, 0))]),
}

test.each(Object.entries(wrong))('error: %s', (message, make) => {
  expect(make).toThrow(message)
})
