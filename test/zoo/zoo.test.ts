import { describe, expect, test } from 'vitest'
import { sizeOf } from '../../src/engine/graph.ts'
import { createOptimizer, lossOf, trainingStep } from '../../src/nn/index.ts'
import { checked } from '../../src/nn/schedules.ts'
import { createRandom } from '../../src/random.ts'
import { type BuildOptions, findModel, findRecipe, zoo } from '../../src/zoo/index.ts'
import { backends } from '../backends.ts'
import { expectClose } from '../nn/close.ts'

/** What a step is taken with where the model's own input would keep the float64 reference busy for long. */
const small: Record<string, BuildOptions> = {
  'cifar-cnn': { inputShape: [16, 16, 3] },
  'cifar-resnet': { inputShape: [8, 8, 3] },
  'cifar-resnet-norm-first': { inputShape: [8, 8, 3] },
  'cifar-densenet': { inputShape: [8, 8, 3] },
  'cifar-densenet-12': { inputShape: [8, 8, 3] },
}

describe.each(zoo)('$id', entry => {
  test('has the parameters of its source, layer by layer', () => {
    const { name, parameters, layers } = entry.build().summary()
    expect(name).toBe(entry.id)
    expect(parameters).toEqual(entry.parameters)
    expect(layers.reduce((n, l) => n + l.parameters, 0)).toBe(entry.parameters.total)
  })

  test('takes other shapes and classes', () => {
    const model = entry.build({ inputShape: [32, 32, 3], classes: 36 })
    expect([model.inputShape, model.outputShape]).toEqual([[32, 32, 3], [36]])
  })

  test('takes a step with the same outcome on every backend', async () => {
    const model = entry.build(small[entry.id])
    const optimizer = createOptimizer({ kind: 'sgd', rate: 0.1 })
    const { graph, outputs } = trainingStep(model, { batch: 3, input: { dtype: 'u8' }, optimizer })
    const random = createRandom(2)
    const x = Uint8Array.from({ length: 3 * sizeOf(model.inputShape) }, () => random.int(256))
    const results = await Promise.all(
      backends.map(async ({ create }) => {
        const backend = await create()
        const session = backend.createSession()
        const step = await session.compile(graph, outputs)
        for (const [name, values] of model.initialWeights(1)) session.write(name, values)
        const { loss } = await step.run({
          x,
          y: [3, 1, 4].map(label => label % model.outputShape[0]),
          seed: [1, 1],
          hyper: optimizer.hyper(1),
        })
        const weights = model.parameters().map(p => [p.name, session.read(p.name)] as const)
        await backend.close()
        return { loss, weights }
      }),
    )
    const [expected, ...others] = results
    for (const { loss, weights } of others) {
      expectClose(loss, expected.loss, 1e-5, 'loss')
      weights.forEach(([name, values], i) => {
        expectClose(values, expected.weights[i][1], 1e-4, name)
      })
    }
  })

  test.each(Object.entries(entry.recipes))('recipe %s builds a training step and is plain data', (id, recipe) => {
    expect(recipe.id).toBe(id)
    expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe)
    checked(recipe.schedule)
    const { graph } = trainingStep(entry.build(), {
      batch: recipe.batch,
      input: { dtype: 'u8', ...recipe.input, augment: recipe.augment },
      loss: lossOf(recipe.loss),
      optimizer: createOptimizer(recipe.optimizer),
    })
    expect([...graph.inputs.keys()].sort()).toEqual(
      ['hyper', 'seed', 'x', 'y', ...(recipe.augment ? ['epochSeed', 'index'] : [])].sort(),
    )
    expect(recipe.validation).toBeGreaterThanOrEqual(0)
    expect(recipe.validation).toBeLessThan(1)
  })
})

test('the house recipe: Adam 1e-3, batch 128, no augmentation, a tenth held out', () => {
  for (const entry of zoo) {
    const { optimizer, batch, augment, validation, schedule } = entry.recipes.house
    expect({ optimizer, batch, augment, validation, schedule }).toEqual({
      optimizer: { kind: 'adam', rate: 1e-3 },
      batch: 128,
      augment: undefined,
      validation: 0.1,
      schedule: { kind: 'constant' },
    })
  }
})

// The rows of the table in xu-2022.
test('kaggle-cnn row by row', () => {
  expect(
    findModel('kaggle-cnn')
      .build()
      .summary()
      .layers.map(l => [l.type, l.outputShape, l.parameters]),
  ).toEqual([
    ['conv2d', [28, 28, 32], 320],
    ['maxPool2d', [14, 14, 32], 0],
    ['dropout', [14, 14, 32], 0],
    ['conv2d', [14, 14, 64], 18_496],
    ['maxPool2d', [7, 7, 64], 0],
    ['dropout', [7, 7, 64], 0],
    ['flatten', [3136], 0],
    ['dense', [512], 1_606_144],
    ['dropout', [512], 0],
    ['dense', [10], 5130],
  ])
})

// The rows of the table in dutta-2022.
test('mnist-cnn-688k row by row', () => {
  const rows = findModel('mnist-cnn-688k').build().summary().layers
  expect(rows.flatMap(l => (l.parameters ? [[l.type, l.parameters]] : []))).toEqual([
    ['conv2d', 832],
    ['batchNorm', 128],
    ['conv2d', 9248],
    ['batchNorm', 128],
    ['dense', 410_112],
    ['dense', 262_656],
    ['dense', 5130],
  ])
  expect(rows.slice(0, 4).map(l => l.type)).toEqual(['conv2d', 'relu', 'batchNorm', 'maxPool2d'])
})

test('an unknown name suggests the nearest', () => {
  expect(() => findModel('kagle-cnn')).toThrow(
    expect.objectContaining({
      message: 'no model is called "kagle-cnn"',
      hint: 'Did you mean kaggle-cnn?',
      exitCode: 2,
    }),
  )
  expect(() => findRecipe(findModel('kaggle-cnn'), 'xu2022')).toThrow(
    expect.objectContaining({ message: 'no recipe of kaggle-cnn is called "xu2022"', hint: 'Did you mean xu-2022?' }),
  )
  expect(findRecipe(findModel('lenet5')).id).toBe('house')
})

// By hand from the text of li-2024: kernels, biases, scales and shifts, running statistics.
test('cifar-resnet block by block', () => {
  const { layers } = findModel('cifar-resnet').build().summary()
  const total = (prefix: string) =>
    layers.filter(l => l.name.split('/')[0] === prefix).reduce((n, l) => n + l.parameters, 0)
  const conv = (size: number, from: number, to: number) => size * size * from * to
  const norm = (channels: number) => 4 * channels
  expect([total('conv2d_1'), total('batchNorm_1')]).toEqual([conv(3, 3, 64) + 64, norm(64)])
  expect([1, 2, 3, 4, 5, 6].map(n => total(`residual_${n}`))).toEqual([
    2 * conv(3, 64, 64) + 2 * norm(64),
    2 * conv(3, 64, 64) + 2 * norm(64),
    conv(3, 64, 128) + conv(3, 128, 128) + conv(1, 64, 128) + 3 * norm(128),
    2 * conv(3, 128, 128) + 2 * norm(128),
    conv(3, 128, 256) + conv(3, 256, 256) + conv(1, 128, 256) + 3 * norm(256),
    2 * conv(3, 256, 256) + 2 * norm(256),
  ])
  const shapes = layers.filter(l => l.type === 'residual').map(l => l.outputShape)
  expect(shapes).toEqual([64, 64, 128, 128, 256, 256].map((c, i) => [32 >> (i >> 1), 32 >> (i >> 1), c]))
})

test('cifar-densenet: channels grow by 32 a layer and are halved by the transitions', () => {
  const { layers } = findModel('cifar-densenet').build().summary()
  const channels = layers.filter(l => l.type === 'parallel').map(l => l.outputShape[2])
  expect(channels).toEqual([...[96, 128, 160, 192, 224, 256], ...[160, 192, 224, 256, 288, 320]])
  const pools = layers.filter(l => l.type.includes('Pool')).map(l => l.outputShape)
  expect(pools).toEqual([[16, 16, 128], [8, 8, 160], [160]])
})

// Keras' counts: 4 ((in + units) units + units) for an LSTM, a quarter of it for a simple RNN.
test.each([
  ['ecg-lstm', [9600, 192, 10_368, 1056, 66]],
  ['ecg-rnn', [2400, 192, 2592, 1056, 66]],
])('%s row by row', (id, counts) => {
  const { layers } = findModel(id).build().summary()
  expect(layers.flatMap(l => (l.parameters ? [l.parameters] : []))).toEqual(counts)
  expect(layers[0].outputShape).toEqual([100, 48])
})
