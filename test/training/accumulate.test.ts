import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { subset } from '../../src/data/dataset.ts'
import type { Backend, Feeds } from '../../src/engine/backend.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import {
  adam,
  createOptimizer,
  dense,
  flatten,
  type OptimizerSpec,
  partStep,
  schedules,
  sequential,
  sgd,
  trainingStep,
  updateStep,
} from '../../src/nn/index.ts'
import { earlyStopping } from '../../src/training/callbacks.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/training/checkpointFile.ts'
import { fitModel } from '../../src/training/fit.ts'
import { partSizes } from '../../src/training/parts.ts'
import { findLearningRate } from '../../src/training/rateTest.ts'
import { readConfig } from '../../src/training/runFolder.ts'
import type { FitSettings } from '../../src/training/settings.ts'
import type { TrainingState } from '../../src/training/state.ts'
import { trainRun } from '../../src/training/train.ts'
import { findModel } from '../../src/zoo/index.ts'
import { bands, bits, plainNet, roundedBackend, toyNet } from './toy.ts'
import { toyRun } from './toyRun.ts'

const temp = mkdtempSync(join(tmpdir(), 'inkling-accumulate-'))
const reference = createReferenceBackend()
let one: Backend
let two: Backend
let four: Backend
beforeAll(async () => {
  ;[one, two, four] = await Promise.all([1, 2, 4].map(threads => createWasmBackend({ threads })))
})
afterAll(async () => {
  await Promise.all([one.close(), two.close(), four.close()])
  rmSync(temp, { recursive: true, force: true })
})

const data = bands(50)
const held = bands(20, 2)
const deepNet = () => sequential([6, 6, 1], [flatten(), dense(16, { activation: 'relu' }), dense(3)])

/** The largest difference of two sets of weights. */
function apart(a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>): number {
  let most = 0
  for (const [name, values] of a)
    for (let i = 0; i < values.length; i++)
      most = Math.max(most, Math.abs(values[i] - (b.get(name) as Float32Array)[i]))
  return most
}

describe('the sizes of the parts', () => {
  test('are as even as can be, none above the largest', () => {
    expect(partSizes(512, 64)).toEqual(Array(8).fill(64))
    expect(partSizes(10, 3)).toEqual([3, 3, 2, 2])
    expect(partSizes(17, 16)).toEqual([9, 8])
    expect(partSizes(2, 4)).toEqual([2])
    for (let largest = 1; largest < 12; largest++)
      for (let examples = 1; examples < 40; examples++) {
        const sizes = partSizes(examples, largest)
        expect(sizes.reduce((sum, size) => sum + size)).toBe(examples)
        expect(Math.max(...sizes)).toBeLessThanOrEqual(largest)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }
  })
})

describe('gradients accumulated over the parts of a batch', () => {
  const optimizers: [string, OptimizerSpec][] = [
    ['sgd', { kind: 'sgd', rate: 0.1, clipNorm: 0.2, weightDecay: 0.01 }],
    ['nesterov', { kind: 'sgd', rate: 0.05, momentum: 0.9, nesterov: true, clipValue: 0.02 }],
    ['adam', { kind: 'adam', rate: 0.01, clipNorm: 0.2, averaging: 0.9 }],
    ['adamw', { kind: 'adamw', rate: 0.01, weightDecay: 0.1, clipValue: 0.02 }],
  ]
  // 50 examples in batches of 16: the last has 2. 16 in 5 parts are 4, 4, 4, 4; in 3 parts 6, 5, 5; 2 are one part of 2.
  // 50 in batches of 20: the last has 10; in 3 parts 20 are 7, 7, 6 and 10 are 5, 5.
  const cuts = [
    [16, 4],
    [16, 3],
    [20, 3],
    [16, 16],
    [64, 4],
  ]
  test.each(optimizers)('update as the whole batch does: %s', async (_, spec) => {
    const settings = { epochs: 3, seed: 4, schedule: schedules.cosine(), validation: held }
    for (const [batchSize, accumulate] of cuts) {
      const train = (more: Partial<FitSettings> & { backend: Backend }) =>
        fitModel(deepNet(), data, { ...settings, batchSize, optimizer: createOptimizer(spec), ...more })
      // Both in float64 but for the weights that are read at the end, and the share of a part.
      const whole = await train({ backend: reference })
      const parts = await train({ backend: reference, accumulate })
      expect(apart(parts.weights, whole.weights)).toBeLessThan(1e-6)
      expect(apart(parts.weights, deepNet().initialWeights(4))).toBeGreaterThan(1e-3)
      expect(parts.steps).toBe(whole.steps)
      parts.history.forEach((record, i) => {
        const { loss, accuracy, validationLoss, learningRate } = whole.history[i]
        expect(record.loss).toBeCloseTo(loss, 5)
        expect(record.accuracy).toBe(accuracy)
        expect(record.validationLoss).toBeCloseTo(validationLoss as number, 5)
        expect(record.learningRate).toBe(learningRate)
      })
      const kernels = await train({ backend: two, accumulate })
      expect(apart(kernels.weights, whole.weights)).toBeLessThan(2e-5)
    }
  })

  test('are those of every augmented picture, moved as in a batch at once', async () => {
    const settings = { backend: reference, epochs: 2, batchSize: 16, augment: { rotate: 20, shiftX: 0.2 } }
    const whole = await fitModel(deepNet(), data, settings)
    const parts = await fitModel(deepNet(), data, { ...settings, accumulate: 4 })
    expect(apart(parts.weights, whole.weights)).toBeLessThan(1e-6)
  })

  test('give the same bits on one, two and four threads', async () => {
    const settings = {
      ...{ epochs: 2, batchSize: 16, accumulate: 3, seed: 5, validation: held, augment: { rotate: 10 } },
      optimizer: adam(0.02, { averaging: 0.9, clipNorm: 1 }),
    }
    const results = []
    for (const backend of [one, two, four]) results.push(await fitModel(toyNet(), data, { ...settings, backend }))
    const [first, ...others] = results
    for (const { weights, history } of others) {
      expect(bits(weights)).toBe(bits(first.weights))
      expect(history.map(r => r.loss)).toEqual(first.history.map(r => r.loss))
    }
  })

  test('take the memory of a part', async () => {
    const model = findModel('kaggle-cnn').build()
    const input = { dtype: 'u8' } as const
    const session = one.createSession()
    const arena = async ({ graph, outputs }: ReturnType<typeof partStep>) =>
      (await session.compile(graph, outputs)).memory.arena
    const whole = await arena(trainingStep(model, { batch: 512, input, optimizer: adam() }))
    const part = await arena(partStep(model, { batch: 512 / 8, input }))
    expect(part).toBeLessThan(whole / 4) // 21 MB of 98 MB; the 6.5 MB of the weights' gradients don't shrink
    const update = updateStep(model, adam())
    expect((await session.compile(update.graph, update.outputs)).memory.arena).toBeLessThan(part / 100)
    await session.close()
  })

  test('train where the whole batch does not fit', async () => {
    const backend = await createWasmBackend({ threads: 1, memoryLimit: 48 * 2 ** 20 })
    const wide = sequential([6, 6, 1], [flatten(), dense(4096, { activation: 'relu' }), dense(3)])
    const settings = { backend, epochs: 1, batchSize: 2000, optimizer: sgd(0.1) }
    const many = subset(
      data,
      Array.from({ length: 2000 }, (_, i) => i % 50),
    )
    await expect(fitModel(wide, many, settings)).rejects.toMatchObject({ hint: expect.stringMatching(/accumulation/) })
    const { steps } = await fitModel(wide, many, { ...settings, accumulate: 20, validation: many })
    expect(steps).toBe(1)
    await backend.close()
  })
})

describe('a training in parts', () => {
  const settings = () => ({
    ...{ epochs: 3, batchSize: 16, accumulate: 3, seed: 11, validation: held, keep: 'best' as const },
    optimizer: adam(0.02, { averaging: 0.9, clipNorm: 0.5 }),
    schedule: schedules.oneCycle(),
    callbacks: [earlyStopping({ patience: 2, minDelta: 0.05 })],
  })

  test('ends with the same bits from every checkpoint', async () => {
    for (const backend of [roundedBackend(), two]) {
      const states: Uint8Array[] = []
      const save = async (state: TrainingState) => void states.push(encodeCheckpoint(state))
      const checkpoint = { save, everySteps: 1, everySeconds: 1e9 }
      const whole = await fitModel(toyNet(), data, { ...settings(), backend, checkpoint })
      // Three within each epoch's four batches, and one at its end.
      expect(states).toHaveLength(12)
      for (const bytes of states) {
        const resume = decodeCheckpoint(bytes, 'checkpoint')
        expect([...resume.values.keys()].filter(name => name.startsWith('training/'))).toEqual(['training/stopped'])
        const rest = await fitModel(toyNet(), data, { ...settings(), backend, resume })
        expect(bits(rest.weights)).toBe(bits(whole.weights))
        expect(rest.steps).toBe(12)
      }
    }
  })

  test('counts batches: progress, schedule, and the signal between two updates', async () => {
    const seen: number[][] = []
    const controller = new AbortController()
    const begun = await fitModel(toyNet(), data, {
      ...{ ...settings(), backend: two, signal: controller.signal },
      onBatch({ step, batch, batches }) {
        seen.push([step, batch, batches])
        if (step === 6) controller.abort()
      },
    })
    expect(begun).toMatchObject({ interrupted: true, steps: 6 + 1 }) // one more was under way
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7].map(step => [step, ((step - 1) % 4) + 1, 4]))
  })

  test('draws another dropout for every part, and none twice', async () => {
    const seeds: number[][] = []
    const watching: Backend = {
      ...reference,
      createSession() {
        const session = reference.createSession()
        const compile = session.compile.bind(session)
        session.compile = async (graph, outputs) => {
          const executable = await compile(graph, outputs)
          const run = (feeds: Feeds) => {
            if (graph.inputs.has('share')) seeds.push([...(feeds.seed as Int32Array)])
            return executable.run(feeds)
          }
          return { ...executable, run }
        }
        return session
      },
    }
    await fitModel(toyNet(), data, { backend: watching, epochs: 2, batchSize: 16, accumulate: 4, seed: 9 })
    // Three batches of four parts and one of 2 examples, in a single part; twice.
    expect(seeds).toHaveLength(26)
    expect(new Set(seeds.map(seed => seed.join())).size).toBe(26)
    expect(new Set(seeds.map(([seed]) => seed))).toEqual(new Set([9]))
  })

  test('ends at a NaN in any part, naming the batch, with the weights from before it', async () => {
    const features = Float32Array.from({ length: 50 * 36 }, (_, i) => (data.features[i] as number) / 255)
    const broken = { ...data, features: features.slice() }
    broken.features[26 * 36] = Number.NaN // batch 2, in the third of its parts
    for (const backend of [reference, two]) {
      const common = { backend, epochs: 1, batchSize: 16, accumulate: 4, shuffle: false, seed: 1 }
      const error = await fitModel(plainNet(), broken, common).catch(e => e)
      expect(error.message).toBe('the data holds a NaN or an infinity: epoch 1, batch 2 of 4; training stopped')
      const first = subset(
        { ...data, features },
        Array.from({ length: 16 }, (_, i) => i),
      )
      const { weights } = await fitModel(plainNet(), first, common)
      expect(bits(error.result.weights)).toBe(bits(weights))
    }
  })

  test('a sum that is infinite updates nothing', async () => {
    const model = plainNet()
    const session = reference.createSession()
    const { graph, outputs } = updateStep(model, sgd(0.1))
    const update = await session.compile(graph, outputs)
    session.write('training/gradient/dense_1/bias', [1, Number.POSITIVE_INFINITY, 1])
    const { stopped } = await update.run({ hyper: sgd(0.1).hyper(1) })
    expect(stopped[0]).not.toBe(0)
    expect([...session.read('dense_1/bias')]).toEqual([0, 0, 0])
    await session.close()
  })

  test('is tested for its rate in parts too', async () => {
    const settings = { backend: reference, batchSize: 16, seed: 3, optimizer: adam() }
    const whole = await findLearningRate(plainNet(), bands(60), settings)
    const parts = await findLearningRate(plainNet(), bands(60), { ...settings, accumulate: 3 })
    expect(parts.rate).toBe(whole.rate)
    expect(parts.losses).toHaveLength(whole.losses.length)
  })

  test('needs an example for every part', async () => {
    for (const accumulate of [0, -1, 2.5, 17, Number.NaN])
      await expect(
        fitModel(plainNet(), data, { backend: reference, epochs: 1, batchSize: 16, accumulate }),
      ).rejects.toMatchObject({
        message: `accumulate must be a whole number from 1 to the batch's 16, got ${accumulate}`,
        exitCode: 2,
      })
  })
})

test('a run keeps the parts in its config and goes on with them', async () => {
  const run = { ...toyRun, changes: { accumulate: 4 } }
  const whole = await trainRun({ ...run, out: join(temp, 'whole') })
  expect(readConfig(join(temp, 'whole')).recipe.accumulate).toBe(4)
  const controller = new AbortController()
  const callbacks = [{ onBatch: ({ step }: { step: number }) => void (step === 8 && controller.abort()) }]
  const out = join(temp, 'stopped')
  await expect(trainRun({ ...run, out, callbacks, signal: controller.signal })).rejects.toThrow(/stopped/)
  const { model, data, backend } = toyRun
  const rest = await trainRun({ resume: out, model, data, backend })
  expect(rest.weightsSha256).toBe(whole.weightsSha256)
  const plain = await trainRun({ ...toyRun, out: join(temp, 'plain') })
  expect(plain.weightsSha256).not.toBe(whole.weightsSha256) // batch normalisation and dropout see the parts
})
