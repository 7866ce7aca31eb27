import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/engine/backend.ts'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import { sizeOf } from '../../src/engine/graph.ts'
import {
  createOptimizer,
  initialState,
  lossOf,
  type Model,
  type Optimizer,
  type TrainingStep,
  trainingStep,
} from '../../src/nn/index.ts'
import { checked } from '../../src/nn/schedules.ts'
import { createRandom } from '../../src/random.ts'
import { type BuildOptions, findModel, findRecipe, type ZooEntry, zoo } from '../../src/zoo/index.ts'
import { backends } from '../backends.ts'
import { expectClose } from '../nn/close.ts'
import { twins } from './twins.ts'

/** What a step is taken with where the model's own input would keep the float64 reference busy for long. */
const small: Record<string, BuildOptions> = {
  'mnist-vgg-a': { inputShape: [8, 8, 1] },
  'mnist-vgg-b': { inputShape: [8, 8, 1] },
  'mnist-resnet': { inputShape: [8, 8, 1] },
  'mnist-inception': { inputShape: [12, 12, 1] },
  'cifar-fast': { inputShape: [16, 16, 3] },
  'cifar-cnn': { inputShape: [16, 16, 3] },
  'cifar-resnet': { inputShape: [8, 8, 3] },
  'cifar-resnet-norm-first': { inputShape: [8, 8, 3] },
  'cifar-densenet': { inputShape: [8, 8, 3] },
  'cifar-densenet-12': { inputShape: [8, 8, 3] },
}

/** Of photographs' size: described, not run; their twins are. */
const large = (entry: ZooEntry) => sizeOf(entry.inputShape) > 100_000

/** So many layers, normalised by three pictures, magnify the rounding of float32 past any tolerance. */
const deepest = 'resnet50'

/** A training step in a session that holds the model's first weights. */
async function prepare(backend: Backend, model: Model, { graph, outputs }: TrainingStep, optimizer: Optimizer) {
  const session = backend.createSession()
  const step = await session.compile(graph, outputs)
  const weights = model.initialWeights(1)
  for (const [name, values] of [...weights, ...initialState(model, optimizer, weights)]) session.write(name, values)
  return { session, step }
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
    expect([model.inputShape, model.outputShape]).toEqual([[32, 32, 3], entry.classes === 0 ? [32, 32, 3] : [36]])
  })

  test.skipIf(entry.id === deepest)('takes a step with the same outcome on every backend', async () => {
    const model = twins[entry.id]?.() ?? entry.build(small[entry.id])
    const optimizer = createOptimizer({ kind: 'sgd', rate: 0.1 })
    const loss = lossOf(entry.recipes.house.loss)
    const training = trainingStep(model, { batch: 3, input: { dtype: 'u8' }, loss, optimizer })
    const random = createRandom(2)
    const x = Uint8Array.from({ length: 3 * sizeOf(model.inputShape) }, () => random.int(256))
    const results = await Promise.all(
      backends.map(async ({ create }) => {
        const backend = await create()
        const { session, step } = await prepare(backend, model, training, optimizer)
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
      [
        ...['hyper', 'seed', 'x'],
        ...(recipe.loss.kind !== 'crossEntropy' && recipe.loss.target === 'input' ? [] : ['y']),
        ...(recipe.augment ? ['epochSeed', 'index'] : []),
      ].sort(),
    )
    expect(recipe.validation).toBeGreaterThanOrEqual(0)
    expect(recipe.validation).toBeLessThan(1)
  })
})

describe('twins of the models for photographs', () => {
  test('each has one, of the same layers', () => {
    expect(Object.keys(twins)).toEqual(zoo.filter(large).map(entry => entry.id))
    const described = (model: Model) => ({
      layers: model.summary().layers.map(l => l.name),
      windows: model
        .parameters()
        .flatMap(({ name, shape: [height, width, ...channels] }) =>
          channels.length > 0 ? [[name, height, width]] : [],
        ),
    })
    for (const [id, twin] of Object.entries(twins))
      expect(described(twin()), id).toEqual(described(findModel(id).build()))
  })

  test.each(Object.entries(twins))('%s learns four pictures of 32x32 by heart', async (id, twin) => {
    const model = twin(32)
    const optimizer = createOptimizer(findModel(id).recipes.house.optimizer)
    const training = trainingStep(model, { batch: 4, input: { dtype: 'u8' }, optimizer })
    const random = createRandom(2)
    const pixels = sizeOf(model.inputShape)
    // Each brighter than the one before: in noise alone a convolution finds little to tell them apart by.
    const x = Uint8Array.from({ length: 4 * pixels }, (_, i) => random.int(64 * (1 + Math.floor(i / pixels))))
    const backend = await createWasmBackend({ threads: 1 })
    const { step } = await prepare(backend, model, training, optimizer)
    const losses: number[] = []
    for (let i = 1; i <= 150; i++) {
      const { loss } = await step.run({ x, y: [0, 1, 2, 3], seed: [1, i], hyper: optimizer.hyper(i) })
      losses.push(loss[0])
    }
    await backend.close()
    // Dropout makes single losses jump. Who knows the labels but not the pictures gets log 4 = 1.39.
    const last = losses.slice(-10)
    expect(last.reduce((a, b) => a + b) / last.length, losses.join(' ')).toBeLessThan(1)
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
  expect(() => findRecipe(findModel('lenet5'), 'zzzzzzzzzzzz')).toThrow(
    expect.objectContaining({ hint: 'Known: house.', exitCode: 2 }),
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

// The authors' tables and the models they or PyTorch give out.
test.each([
  ['vgg11', 132_863_336, 133],
  ['vgg11-lrn', 132_863_336, 133],
  ['vgg13', 133_047_848, 133],
  ['vgg16-c', 133_638_952, 134],
  ['vgg16', 138_357_544, 138],
  ['vgg19', 143_667_240, 144],
  ['inception-v1', 6_998_552 + 6_379_728, 13],
  ['resnet18', 11_689_512, 12],
  ['resnet34', 21_797_672, 22],
  ['resnet50', 25_557_032, 26],
])('%s has %i trainable parameters', (id, published, millions) => {
  const { parameters } = findModel(id).build().summary()
  expect(parameters.trainable).toBe(published)
  expect(Math.round(published / 1e6)).toBe(millions)
})

test('the whole zoo is described without a weight being made', () => {
  const before = process.memoryUsage().arrayBuffers
  for (const entry of zoo) entry.build().summary()
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2e6)
})

test('inception-v1: modules, heads for training alone, none for small pictures', () => {
  const entry = findModel('inception-v1')
  const { layers } = entry.build().summary()
  // Table 1 of Szegedy et al. 2015: output size and channels of each module.
  const channels = [256, 480, 512, 512, 512, 528, 832, 832, 1024]
  const sizes = [28, 28, 14, 14, 14, 14, 14, 7, 7]
  expect(layers.filter(l => l.type === 'parallel').map(l => l.outputShape)).toEqual(
    channels.map((c, i) => [sizes[i], sizes[i], c]),
  )
  const heads = layers.filter(l => l.name.startsWith('head'))
  expect(heads.map(l => l.parameters)).toEqual([65_664, 2_098_176, 1_025_000, 67_712, 2_098_176, 1_025_000])
  const small = entry.build({ inputShape: [32, 32, 3], classes: 10 }).summary()
  expect(small.layers.some(l => l.name.startsWith('head'))).toBe(false)
})

test('resnet50: bottlenecks on four levels', () => {
  const { layers } = findModel('resnet50').build().summary()
  const shapes = layers.filter(l => l.type === 'residual').map(l => l.outputShape)
  const levels = [3, 4, 6, 3].flatMap((n, i) => new Array(n).fill([56 >> i, 56 >> i, 256 << i]))
  expect(shapes).toEqual(levels)
})

test('cifar-fast: filters that whiten come in pairs of opposite sign, those behind pass their channels on', () => {
  const weights = findModel('cifar-fast').build().initialWeights(1)
  const kernel = weights.get('whitened_1/kernel')!
  for (let i = 0; i < 12; i++) for (let f = 0; f < 12; f++) expect(kernel[i * 24 + 12 + f]).toBe(-kernel[i * 24 + f])
  const identity = weights.get('conv2d_2/kernel')!
  for (let tap = 0; tap < 9; tap++)
    for (let i = 0; i < 64; i++)
      for (let o = 0; o < 64; o++)
        if (identity[(tap * 64 + i) * 64 + o] !== (tap === 4 && i === o ? 1 : 0)) throw new Error(`${tap} ${i} ${o}`)
})
