import { describe, expect, test } from 'vitest'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { affine, sum } from '../../src/engine/ops/index.ts'
import * as nn from '../../src/nn/index.ts'
import { expectClose } from './close.ts'

const cnn = () =>
  nn.sequential(
    [6, 6, 1],
    [nn.conv2d(4, 3, { activation: 'relu' }), nn.maxPool2d(2), nn.flatten(), nn.dense(3, { activation: 'softmax' })],
    { name: 'small' },
  )

test('the summary has every layer, its shape and its parameters', () => {
  expect(cnn().summary()).toEqual({
    name: 'small',
    parameters: { total: 40 + 51, trainable: 91 },
    layers: [
      { name: 'conv2d_1', type: 'conv2d', outputShape: [4, 4, 4], parameters: 40 },
      { name: 'maxPool2d_1', type: 'maxPool2d', outputShape: [2, 2, 4], parameters: 0 },
      { name: 'flatten_1', type: 'flatten', outputShape: [16], parameters: 0 },
      { name: 'dense_1', type: 'dense', outputShape: [3], parameters: 51 },
    ],
  })
  expect(cnn().toText()).toBe(
    [
      'small',
      'layer        type       output shape  parameters',
      '------------------------------------------------',
      'conv2d_1     conv2d     4 x 4 x 4             40',
      'maxPool2d_1  maxPool2d  2 x 2 x 4              0',
      'flatten_1    flatten    16                     0',
      'dense_1      dense      3                     51',
      '------------------------------------------------',
      '91 parameters, 91 trainable',
    ].join('\n'),
  )
})

test('a summary allocates no weights', () => {
  const before = process.memoryUsage().arrayBuffers
  const huge = nn.sequential([512, 512, 64], [nn.flatten(), nn.dense(4096), nn.dense(4096)])
  expect(huge.summary().parameters.total).toBe(512 * 512 * 64 * 4096 + 4096 + 4096 * 4096 + 4096)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e7)
})

describe('a functional graph', () => {
  const x = nn.input([6, 6, 1])
  const shared = nn.conv2d(2, 3, { padding: 'same', name: 'eye' })
  const once = shared(x)
  const twice = nn.activation('tanh')(nn.add()(once, nn.conv2d(2, 1)(once)))
  const model = nn.functional(x, nn.dense(3)(nn.flatten()(nn.concat()(shared(x), twice))))

  test('counts a layer that is used twice once', () => {
    expect(model.summary().layers.map(l => [l.name, l.parameters])).toEqual([
      ['eye', 20],
      ['conv2d_1', 6],
      ['add_1', 0],
      ['tanh_1', 0],
      ['concat_1', 0],
      ['flatten_1', 0],
      ['dense_1', 6 * 6 * 4 * 3 + 3],
    ])
    expect(model.inputShape).toEqual([6, 6, 1])
    expect(model.outputShape).toEqual([3])
  })

  test('refuses an input that is not given, and an output that needs none of it', () => {
    const other = nn.input([6, 6, 1])
    expect(() => nn.functional(x, nn.concat()(x, other))).toThrow('depends on an input that is not given')
    expect(() => nn.functional(x, nn.flatten()(other))).toThrow('does not depend on the input')
    expect(() => nn.functional([x, other], nn.flatten()(x))).toThrow('does not depend on input 2')
    expect(() => nn.functional(x, [nn.flatten()(x), nn.flatten()(x)])).toThrow('got 2 outputs; models have one')
  })
})

describe('several inputs', () => {
  const [a, b, c] = [nn.input([3]), nn.input([2], { name: 'side' }), nn.input([2])]
  const model = nn.functional([a, b, c], nn.dense(2)(nn.concat()(a, b, c)))

  test('are fed by their names', async () => {
    expect(model.inputs.map(i => [i.name, i.shape, i.dtype])).toEqual([
      ['x', [3], 'f32'],
      ['side', [2], 'f32'],
      ['x3', [2], 'f32'],
    ])
    expect(model.summary().parameters.total).toBe(16)
    const { graph, outputs } = nn.evaluationStep(model, { batch: 1, input: { dtype: 'u8' } })
    const session = createReferenceBackend().createSession()
    const run = await session.compile(graph, outputs)
    session.write('dense_1/kernel', [1, 0, 1, 0, 1, 0, 0, 1, 0, 2, 0, 10, 0, 20])
    const { logits } = await run.run({ x: [0, 51, 255], side: [3, 4], x3: [5, 6] })
    expectClose(logits, [1.2, 3 + 8 + 50 + 120], 1e-6)
  })

  test('of whole numbers: one an example', () => {
    expect(nn.input([], { dtype: 'i32' })).toMatchObject({ shape: [], dtype: 'i32' })
    expect(() => nn.input([])).toThrow('an input shape must be')
  })
})

test('auxiliary outputs add to the loss and change neither predictions nor names', async () => {
  const make = (weights: number[]) => {
    const x = nn.input([4])
    const hidden = nn.dense(5, { activation: 'tanh' })(x)
    const heads = weights.map(() => nn.dense(3, { activation: 'softmax' })(hidden))
    const output = nn.dense(3, { activation: 'softmax' })(nn.dense(4)(hidden))
    return nn.functional(x, output, { auxiliary: weights.map((weight, i) => ({ output: heads[i], weight })) })
  }
  const [plain, aided] = [make([]), make([0.3, 0.5])]
  const names = (m: nn.Model) => m.parameters().map(p => p.name)
  expect(names(aided).slice(0, 6)).toEqual(names(plain))
  expect(aided.summary().parameters.total).toBe(plain.summary().parameters.total + 2 * 18)
  const [a, b] = [await train(plain, {}, 1), await train(aided, {}, 1)]
  expect(b.history[0].loss).toBeGreaterThan(1.5 * a.history[0].loss)
  for (const [name, values] of b.after) expect(values, name).not.toEqual(b.weights.get(name))
  // The same weights predict the same: the heads are left out.
  for (const name of names(plain)) b.session.write(name, a.after.get(name)!)
  expectClose((await b.predict(false)).logits, (await a.predict(false)).logits, 1e-6)
})

/** Loss and weights after some steps, and a prediction, on a fresh session. */
async function train(
  model: nn.Model,
  options: Partial<nn.TrainingStepOptions> = {},
  steps = 4,
  spoil?: (x: Float32Array, i: number) => void,
) {
  const session = createReferenceBackend().createSession()
  const optimizer = options.optimizer ?? nn.adam(0.01)
  const input = { dtype: 'f32' } as const
  const { graph, outputs } = nn.trainingStep(model, { batch: 4, input, ...options, optimizer })
  const step = await session.compile(graph, outputs)
  const weights = nn.initialWeights(model, 1)
  for (const [name, values] of [...weights, ...nn.initialState(model, optimizer, weights)]) session.write(name, values)
  const size = model.inputShape.reduce((a, b) => a * b)
  const history: { loss: number; stopped: number; correct: number[] }[] = []
  const y = options.labels === 'oneHot' ? [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0] : [0, 1, 2, 0]
  for (let i = 1; i <= steps; i++) {
    const x = Float32Array.from({ length: 4 * size }, (_, k) => Math.sin(k * k + 1))
    spoil?.(x, i)
    const { loss, stopped, correct } = await step.run({ x, y, seed: [1, i], hyper: optimizer.hyper(i) })
    history.push({ loss: loss[0], stopped: stopped[0], correct: [...correct] })
  }
  const names = [...weights.keys()]
  const after = new Map(names.map(name => [name, session.read(name)]))
  const predict = async (averaged: boolean) => {
    const e = nn.evaluationStep(model, { batch: 1, input, averaged })
    return (await session.compile(e.graph, e.outputs)).run({
      x: Float32Array.from({ length: size }, (_, k) => Math.cos(k)),
    })
  }
  return { history, weights, after, session, predict }
}

describe('a training step', () => {
  test('ends in softmax or in logits: the same loss, weights and probabilities', async () => {
    const body = () => [nn.flatten(), nn.dense(5, { activation: 'tanh' })]
    const three = [
      nn.sequential([4], [...body(), nn.dense(3)]),
      nn.sequential([4], [...body(), nn.dense(3, { activation: 'softmax' })]),
      nn.sequential([4], [...body(), nn.dense(3), nn.activation('softmax')]),
    ]
    const [a, b, c] = await Promise.all(
      three.map(async m => {
        const run = await train(m)
        return { history: run.history, after: run.after, out: await run.predict(false) }
      }),
    )
    expect(b).toEqual(a)
    expect(c).toEqual(a)
    expect(three.map(m => m.outputActivation)).toEqual(['linear', 'softmax', 'softmax'])
  })

  test('one-hot labels give what integer labels do', async () => {
    const model = cnn()
    expect((await train(model, { labels: 'oneHot' })).history).toEqual((await train(model)).history)
  })

  test('a loss on probabilities sees the softmax that the loss on logits leaves out', async () => {
    const model = nn.sequential([4], [nn.dense(3, { activation: 'softmax' })])
    const { history } = await train(model, { loss: nn.meanSquaredError(), labels: 'oneHot' })
    expect(history[0].loss).toBeLessThan(2 / 3)
    expect(() =>
      nn.trainingStep(model, {
        batch: 1,
        input: { dtype: 'f32' },
        labels: 'integer',
        loss: nn.meanSquaredError(),
        optimizer: nn.sgd(),
      }),
    ).toThrow('needs one-hot labels')
  })

  test('a loss against the input needs no labels', async () => {
    const model = nn.sequential([3], [nn.dense(2, { name: 'code' }), nn.dense(3), nn.activation('sigmoid')])
    for (const loss of [nn.meanSquaredError({ target: 'input' }), nn.binaryCrossEntropy({ target: 'input' })]) {
      const { graph } = nn.trainingStep(model, { batch: 4, input: { dtype: 'f32' }, loss, optimizer: nn.sgd() })
      expect([...graph.inputs.keys()].sort()).toEqual(['hyper', 'seed', 'x'])
      expect(nn.lossOf(loss.spec).target).toBe('input')
      const { history, predict } = await train(model, { loss, optimizer: nn.adam(0.1) }, 60)
      expect(history.at(-1)!.loss).toBeLessThan(0.8 * history[0].loss)
      expect(history[0].correct).toEqual([0, 0, 0, 0])
      expect((await predict(false)).probabilities.every(p => p >= 0 && p <= 1)).toBe(true)
    }
    const other = nn.sequential([3], [nn.dense(2)])
    expect(() =>
      nn.trainingStep(other, {
        batch: 1,
        input: { dtype: 'f32' },
        loss: nn.meanSquaredError({ target: 'input' }),
        optimizer: nn.sgd(),
      }),
    ).toThrow('model model makes [2] of [3]')
  })

  test('a value that is not finite stops all updates, statistics included, from then on', async () => {
    const model = nn.sequential([4], [nn.dense(3), nn.batchNorm(), nn.dense(3)])
    const optimizer = nn.adam(0.01, { averaging: 0.9 })
    const two = await train(model, { optimizer }, 2)
    const spoilt = await train(model, { optimizer }, 5, (x, i) => {
      if (i === 3) x[5] = Number.NaN
    })
    expect(spoilt.history.map(h => h.stopped)).toEqual([0, 0, 1, 1, 1])
    expect(spoilt.after).toEqual(two.after)
    expect(spoilt.session.names().map(n => spoilt.session.read(n)[0])).toEqual(
      two.session.names().map(n => (n === nn.stoppedName ? 1 : two.session.read(n)[0])),
    )
  })

  test('frozen layers keep weights and statistics, weight decay leaves biases and scales alone', async () => {
    const model = nn.sequential(
      [4],
      [nn.dense(3, { trainable: false }), nn.batchNorm({ trainable: false }), nn.dense(3, { name: 'head' })],
    )
    expect(model.summary().parameters).toEqual({ total: 15 + 12 + 12, trainable: 12 })
    const { weights, after, session } = await train(model)
    for (const name of weights.keys())
      if (name.startsWith('head')) expect(after.get(name), name).not.toEqual(weights.get(name))
      else expect(after.get(name), name).toEqual(weights.get(name))
    expect(session.names().filter(n => n.startsWith('optimizer/'))).toEqual(
      ['mean', 'square']
        .map(s => `optimizer/${s}/head/kernel`)
        .concat(['mean', 'square'].map(s => `optimizer/${s}/head/bias`)),
    )
    // With a loss that depends on nothing, decay alone moves values.
    const idle = nn.sequential([4], [nn.dense(3, { biasInitializer: 'ones' }), nn.batchNorm()])
    const still = await train(idle, {
      optimizer: nn.sgd(0.1, { weightDecay: 0.5 }),
      loss: logits => sum(affine(logits, 0), 1),
    })
    for (const [name, values] of still.after) {
      const before = still.weights.get(name)!
      if (name === 'dense_1/kernel')
        expectClose(
          values,
          before.map(v => v * 0.95 ** 4),
          1e-6,
        )
      else if (!name.includes('moving')) expect(values, name).toEqual(before)
    }
  })

  test('rates are factors for the parameters whose names begin so; the longest counts', async () => {
    const model = nn.sequential([4], [nn.dense(3, { name: 'body' }), nn.dense(3, { name: 'head' })])
    const once = (options: nn.OptimizerOptions) => train(model, { optimizer: nn.adamw(0.1, options) }, 1)
    const plain = await once({ weightDecay: 0.5 })
    const rated = await once({ weightDecay: 0.5, rates: { head: 0.25, 'head/bias': 0, body: 3 } })
    const factors = { 'body/kernel': 3, 'body/bias': 3, 'head/kernel': 0.25, 'head/bias': 0 }
    for (const [name, factor] of Object.entries(factors)) {
      const before = plain.weights.get(name)!
      expect(plain.after.get(name)).not.toEqual(before)
      const expected = before.map((v, i) => v + factor * (plain.after.get(name)![i] - v))
      expectClose(rated.after.get(name)!, expected, 1e-6)
    }
    await expect(once({ rates: { tail: 0.5 } })).rejects.toThrow('rates names "tail", which no parameter')
  })

  test('averaged weights serve predictions', async () => {
    const { predict } = await train(cnn(), { optimizer: nn.adam(0.01, { averaging: 0.5 }) })
    const [now, averaged] = [await predict(false), await predict(true)]
    expect(averaged.probabilities).not.toEqual(now.probabilities)
    expect([...averaged.probabilities].reduce((a, b) => a + b)).toBeCloseTo(1)
  })

  test('dropout depends on seed and step alone, and predictions have none', async () => {
    const model = nn.sequential([4], [nn.dropout(0.5), nn.dense(3), nn.dropout(0.5), nn.dense(3)])
    const [a, b] = [await train(model), await train(model)]
    expect(a.history).toEqual(b.history)
    expect(await a.predict(false)).toEqual(await a.predict(false))
  })

  test('pictures come as bytes: 0..1, or by a scale and shift a channel', async () => {
    const model = nn.sequential([2], [nn.dense(1, { kernelInitializer: 'ones' })])
    const values = async (input: nn.InputForm, x: number[]) => {
      const { graph, outputs } = nn.evaluationStep(model, { batch: 2, input })
      const session = createReferenceBackend().createSession()
      const run = await session.compile(graph, outputs)
      session.write('dense_1/kernel', [1, 10])
      return [...(await run.run({ x })).logits].map(v => Math.round(v * 1e4) / 1e4)
    }
    expect(await values({ dtype: 'u8' }, [0, 255, 255, 0])).toEqual([10, 1])
    expect(await values({ dtype: 'u8', scale: [1, 2], shift: [3, 4] }, [1, 2, 0, 0])).toEqual([4 + 80, 43])
    expect(await values({ dtype: 'f32', scale: [2], shift: [1] }, [0.5, 0, 0, 0])).toEqual([12, 11])
    expect(() => nn.evaluationStep(model, { batch: 1, input: { dtype: 'u8', scale: [1, 2, 3] } })).toThrow(
      'need 1 or 2 values, got 3',
    )
  })
})
