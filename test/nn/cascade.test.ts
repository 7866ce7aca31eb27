import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDataset } from '../../src/data/dataset.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { asksMass, asksTop, chooseThresholds, compareStages, joinViews } from '../../src/evaluation/index.ts'
import { CascadeModel, dense, flatten, initialState, sequential, sgd, trainingStep } from '../../src/nn/index.ts'
import { createRandom } from '../../src/random.ts'
import { cascadeStages, cascadeViews, withThresholds } from '../../src/training/cascade.ts'
import { predictDataset } from '../../src/training/predictDataset.ts'
import { writeValues, writeWeights } from '../../src/training/state.ts'
import { backends } from '../backends.ts'

const net = (classes: number, name: string) =>
  sequential([4], [flatten(), dense(5, { activation: 'tanh' }), dense(classes, { activation: 'softmax' })], { name })

/** Six classes; 1 and 4 are confused, and so are 0, 2 and 5. */
const cascade = (rule: 'top' | 'mass') =>
  new CascadeModel({
    main: net(6, 'main-net'),
    specialists: [
      { classes: [4, 1], model: net(2, 'pair') },
      { classes: [0, 2, 5], model: net(3, 'three') },
    ],
    rule,
  })

/** Weights far enough from 0 that answers differ. */
function strongWeights(model: CascadeModel, thresholds: readonly number[], seed = 3) {
  const random = createRandom(seed)
  const weights = new Map(
    model.parameters().map(p => [p.name, p.initializer(p.shape, random.fork(p.name)).map(() => 1.5 * random.normal())]),
  )
  for (const [s, { threshold }] of model.specialists.entries()) weights.set(threshold, Float32Array.of(thresholds[s]))
  return weights
}

const random = createRandom(8)
const data = createDataset({
  name: 'points',
  shape: [4],
  classes: ['a', 'b', 'c', 'd', 'e', 'f'],
  features: Float32Array.from({ length: 4 * 90 }, () => random.normal()),
  labels: Int32Array.from({ length: 90 }, () => random.int(6)),
})

describe.each(backends)('a cascade on $name', ({ create }) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await create()
  })
  afterAll(() => backend.close())

  test.each([
    ['top', [0.5, 0.5]],
    ['mass', [0.4, 0.7]],
    ['mass', [0, 2]],
  ] as const)('gives what its parts give, joined by hand: %s %j', async (rule, thresholds) => {
    const model = cascade(rule)
    const weights = strongWeights(model, thresholds)
    const { probabilities } = await predictDataset(backend, { model, weights }, data)
    const views = await cascadeViews(backend, { model, weights }, data)
    const asks = rule === 'top' ? asksTop : asksMass(thresholds)
    const joined = joinViews(views, asks)
    probabilities.forEach((p, i) => {
      expect(p).toBeCloseTo(joined.probabilities[i], 5)
    })
    // Some are asked about and some are not, but where the thresholds say always and never.
    expect(joined.asked[0]).toBeGreaterThan(0)
    if (thresholds[1] === 2) expect(joined.asked).toEqual([90, 0])
    else expect(Math.max(...joined.asked)).toBeLessThan(90)
  })

  test('a specialist learns nothing from examples of other classes, and the main network from all', async () => {
    const model = cascade('mass')
    const optimizer = sgd(0.1)
    const step = trainingStep(model, { batch: 3, input: { dtype: 'f32' }, optimizer })
    const session = backend.createSession()
    const executable = await session.compile(step.graph, step.outputs)
    const first = strongWeights(model, [0.5, 0.5])
    writeWeights(session, model, first)
    writeValues(session, initialState(model, optimizer, first))
    // Classes 4 and 1 are the first specialist's, 3 is nobody's: the second specialist has nothing to learn here.
    await executable.run({ x: data.features.slice(0, 12), y: [4, 1, 3], seed: [0, 0], hyper: optimizer.hyper(0) })
    const moved = (part: string) =>
      Math.max(
        ...[...first]
          .filter(([name]) => name.startsWith(part))
          .map(([name, values]) => Math.max(...session.read(name).map((v, i) => Math.abs(v - values[i])))),
      )
    expect(moved('main/')).toBeGreaterThan(1e-3)
    expect(moved('specialist_1/')).toBeGreaterThan(1e-3)
    expect(moved('specialist_2/')).toBeLessThan(1e-6)
    expect(moved('gate/')).toBe(0)
    await session.close()
  })

  test('thresholds are chosen where they pay on the validation part, and shown before and after', async () => {
    const model = cascade('mass')
    const weights = await withThresholds(backend, { model, weights: strongWeights(model, [0.5, 0.5]) }, data)
    const stages = (await cascadeStages(backend, { model, weights }, data))!
    const [main, top, mass] = stages
    expect([main.stage, top.stage, mass.stage]).toEqual(['main', 'top', 'mass'])
    // Never to ask is one of the candidates.
    expect(mass.accuracy).toBeGreaterThanOrEqual(main.accuracy)
    for (const [s, { threshold }] of model.specialists.entries())
      expect(mass.thresholds![s]).toBeCloseTo(weights.get(threshold)![0], 6)
    expect(main.groups.map(g => g.asked)).toEqual([0, 0])
    expect(main.groups[0].classes).toEqual(['e', 'b'])
    const { probabilities } = await predictDataset(backend, { model, weights }, data)
    const hits = Array.from({ length: 90 }, (_, i) => {
      const row = probabilities.subarray(6 * i, 6 * i + 6)
      return row.indexOf(Math.max(...row)) === data.labels![i]
    })
    expect(mass.accuracy).toBeCloseTo(hits.filter(Boolean).length / 90, 10)
  })
})

describe('joined by hand', () => {
  const views = {
    main: Float32Array.of(0.5, 0.3, 0.2, 0.1, 0.1, 0.8),
    classes: 3,
    specialists: [{ classes: [0, 1], probabilities: Float32Array.of(0.25, 0.75, 0.5, 0.5) }],
  }

  test('the specialist shares out the mass of its group, and nothing else changes', () => {
    const { probabilities, asked } = joinViews(views, asksTop)
    expect([...probabilities].map(p => Number(p.toFixed(6)))).toEqual([0.2, 0.6, 0.2, 0.1, 0.1, 0.8])
    expect(asked).toEqual([1])
    const always = joinViews(views, asksMass([0.1]))
    for (const i of [0, 1])
      expect(always.probabilities.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 6)
    expect(always.asked).toEqual([2])
  })

  test('stages count what was mixed up within the group', () => {
    const [main, top] = compareStages(views, [1, 2], ['O', '0', 'Q'], { rule: 'top', thresholds: [0.5] })
    expect(main).toMatchObject({
      accuracy: 0.5,
      groups: [
        {
          confusion: [
            [0, 0, 0],
            [1, 0, 0],
          ],
          mixedUp: 1,
          asked: 0,
        },
      ],
    })
    expect([main.used, top.used]).toEqual([false, true])
    expect(top).toMatchObject({
      accuracy: 1,
      groups: [
        {
          confusion: [
            [0, 0, 0],
            [0, 1, 0],
          ],
          mixedUp: 0,
          asked: 1,
        },
      ],
    })
  })

  test('a specialist that knows less is never asked', () => {
    const wrong = { ...views, specialists: [{ classes: [0, 1], probabilities: Float32Array.of(0, 1, 0, 1) }] }
    expect(chooseThresholds(wrong, [0, 2], 2)).toEqual([2])
    expect(chooseThresholds(views, [1, 2], 2)[0]).toBeLessThanOrEqual(0.8)
  })
})

describe('a cascade that makes no sense', () => {
  const main = net(6, 'main-net')
  test.each([
    [[], 'needs a specialist'],
    [[{ classes: [1, 6], model: net(2, 'pair') }], 'no class 6'],
    [[{ classes: [1], model: net(1, 'one') }], 'two at least'],
    [[{ classes: [1, 2, 3], model: net(2, 'pair') }], 'gives 2 classes'],
    [
      [
        { classes: [1, 2], model: net(2, 'a') },
        { classes: [2, 3], model: net(2, 'b') },
      ],
      'class 2 is in two groups',
    ],
  ])('%#', (specialists, message) => {
    expect(() => new CascadeModel({ main, specialists })).toThrow(message)
  })
})
