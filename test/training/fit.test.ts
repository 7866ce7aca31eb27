import { describe, expect, test } from 'vitest'
import { createDataset, subset } from '../../src/data/dataset.ts'
import type { Backend, Feeds } from '../../src/engine/backend.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { exp } from '../../src/engine/ops/index.ts'
import { HYPER } from '../../src/engine/ops/optimizerRule.ts'
import { crossEntropyFromLogits } from '../../src/evaluation/loss.ts'
import {
  adam,
  dense,
  flatten,
  layer,
  meanSquaredError,
  rmsprop,
  schedules,
  sequential,
  sgd,
} from '../../src/nn/index.ts'
import { earlyStopping } from '../../src/training/callbacks.ts'
import { fitModel as train } from '../../src/training/fit.ts'
import type { BatchProgress, EpochRecord } from '../../src/training/history.ts'
import { NonFiniteError } from '../../src/training/nonFinite.ts'
import { epochOrder } from '../../src/training/order.ts'
import { predictDataset } from '../../src/training/predictDataset.ts'
import { allFinite } from '../../src/training/state.ts'
import { bands, bits, plainNet, toyNet } from './toy.ts'

const backend = createReferenceBackend()
const data = bands(50)
const held = bands(23, 2)

/** A backend that notes what its steps are fed and how many runs are under way at once. */
function watched(feeds: Feeds[] = []): { backend: Backend; feeds: Feeds[]; most: () => number } {
  let under = 0
  let most = 0
  const watching: Backend = {
    ...backend,
    createSession() {
      const session = backend.createSession()
      const compile = session.compile.bind(session)
      session.compile = async (graph, outputs) => {
        const executable = await compile(graph, outputs)
        const run = executable.run.bind(executable)
        executable.run = async given => {
          if ('hyper' in given)
            feeds.push(Object.fromEntries(Object.entries(given).map(([k, v]) => [k, Array.from(v as number[])])))
          most = Math.max(most, ++under)
          const fetched = await run(given)
          await new Promise(resolve => setImmediate(resolve))
          under--
          return fetched
        }
        return executable
      }
      return session
    },
  }
  return { backend: watching, feeds, most: () => most }
}

describe('the loop', () => {
  test('a net learns, and its epochs are recorded', async () => {
    const seen: BatchProgress[] = []
    const { history, best, steps, keptEpoch } = await train(plainNet(), data, {
      backend,
      epochs: 8,
      batchSize: 16,
      optimizer: adam(0.02),
      validation: held,
      onBatch: progress => seen.push({ ...progress }),
    })
    expect(history.map(record => record.epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(history[7].loss).toBeLessThan(history[0].loss)
    expect(history[7].validationAccuracy).toBeGreaterThan(0.9)
    expect(best?.monitor).toBe('validationAccuracy')
    expect(keptEpoch).toBe(8)
    expect(steps).toBe(8 * 4)
    expect(seen).toHaveLength(32)
    expect(seen[3]).toMatchObject({ epoch: 1, epochs: 8, batch: 4, batches: 4, step: 4, learningRate: 0.02 })
    expect(seen[3].loss).toBe(history[0].loss)
    expect(seen[31].secondsLeft).toBeGreaterThanOrEqual(0)
  })

  test('every example is used once an epoch, in an order of its own that (seed, epoch) fix', async () => {
    const { backend: watching, feeds, most } = watched()
    await train(plainNet(), data, { backend: watching, epochs: 2, batchSize: 16, seed: 5 })
    const order = feeds.map(f => f.index as number[])
    expect(order.map(o => o.length)).toEqual([16, 16, 16, 2, 16, 16, 16, 2])
    const first = order.slice(0, 4).flat()
    expect(first).toEqual([...epochOrder(50, 5, 1)])
    expect(order.slice(4).flat()).toEqual([...epochOrder(50, 5, 2)])
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(epochOrder(50, 5, 1)).not.toEqual(epochOrder(50, 5, 2))
    expect(epochOrder(50, 6, 1)).not.toEqual(epochOrder(50, 5, 1))
    expect(epochOrder(4, 6, 1, false)).toEqual(Uint32Array.of(0, 1, 2, 3))
    expect(feeds.map(f => f.seed)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map(step => [5, step]))
    expect(most()).toBe(2)
  })

  test('the mean loss over an epoch is exact with a partial batch: at rate 0 or so, that of all examples', async () => {
    const model = plainNet()
    const weights = model.initialWeights(3)
    const tiny = { backend, epochs: 1, optimizer: sgd(1e-30), weights }
    const [a] = (await train(model, data, { ...tiny, batchSize: 16, validation: data })).history
    const [b] = (await train(model, data, { ...tiny, batchSize: 50 })).history
    const { logits } = await predictDataset(backend, { model, weights }, data)
    const expected = crossEntropyFromLogits(logits, data.labels as Int32Array, 3)
    expect(a.loss).toBeCloseTo(expected, 6)
    expect(b.loss).toBeCloseTo(expected, 6)
    expect(a.validationLoss).toBeCloseTo(expected, 6)
    expect(a.accuracy).toBe(b.accuracy)
    expect(a.validationAccuracy).toBe(a.accuracy)
  })

  test('fewer examples than a batch', async () => {
    const { steps } = await train(plainNet(), subset(data, [0, 1, 2]), { backend, epochs: 2, batchSize: 128 })
    expect(steps).toBe(2)
  })

  test('the same seed gives the same bits, another seed others', async () => {
    const run = async (seed: number) =>
      bits((await train(toyNet(), data, { backend, epochs: 2, batchSize: 16, seed })).weights)
    const first = await run(1)
    expect(await run(1)).toBe(first)
    expect(await run(2)).not.toBe(first)
  })

  test('views of a dataset train as the examples they show', async () => {
    const view = subset(data, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    const features = new Uint8Array(10 * 36)
    for (let i = 0; i < 10; i++) features.set(data.features.subarray((9 - i) * 36, (10 - i) * 36), i * 36)
    const labels = Int32Array.from({ length: 10 }, (_, i) => (data.labels as Int32Array)[9 - i])
    const copy = createDataset({ name: 'copy', shape: data.shape, classes: data.classes, features, labels })
    const settings = { backend, epochs: 1, batchSize: 4 }
    expect(bits((await train(plainNet(), view, settings)).weights)).toBe(
      bits((await train(plainNet(), copy, settings)).weights),
    )
  })

  test('one-hot losses and float features', async () => {
    const features = Float32Array.from(data.features, v => v / 255)
    const floats = createDataset({ ...data, features, labels: data.labels })
    const { history } = await train(plainNet(), floats, {
      backend,
      epochs: 4,
      batchSize: 16,
      optimizer: adam(0.02),
      loss: meanSquaredError(),
      validation: floats,
    })
    expect(history[3].loss).toBeLessThan(history[0].loss)
    expect(history[3].validationLoss).toBeLessThan(history[0].validationLoss as number)
  })

  test('augmentation is keyed by the place in the data and the epoch', async () => {
    const { backend: watching, feeds } = watched()
    await train(plainNet(), data, {
      backend: watching,
      epochs: 2,
      batchSize: 25,
      seed: 4,
      augment: { shiftX: 0.2 },
    })
    expect(feeds.map(f => f.epochSeed)).toEqual([
      [4, 1],
      [4, 1],
      [4, 2],
      [4, 2],
    ])
  })
})

describe('rate', () => {
  test('schedules feed the rate of every step', async () => {
    const { backend: watching, feeds } = watched()
    const { history } = await train(plainNet(), data, {
      backend: watching,
      epochs: 2,
      batchSize: 25,
      optimizer: sgd(1),
      schedule: schedules.inverseTime(1),
    })
    const rates = feeds.map(f => (f.hyper as number[])[HYPER.rate])
    rates.forEach((rate, step) => {
      expect(rate).toBeCloseTo(1 / (1 + step), 6)
    })
    expect(history[1].learningRate).toBeCloseTo(1 / 4, 9)
  })

  test('reduceOnPlateau acts on the monitored figure of the epochs', async () => {
    const { backend: watching, feeds } = watched()
    await train(plainNet(), data, {
      backend: watching,
      epochs: 4,
      batchSize: 50,
      optimizer: sgd(1e-20),
      validation: held,
      schedule: schedules.reduceOnPlateau({ patience: 2, factor: 0.5 }),
    })
    // Nothing improves: the first epoch sets the mark, two more are waited for.
    const rates = feeds.map(f => (f.hyper as number[])[HYPER.rate] / 1e-20)
    for (const [i, factor] of [1, 1, 1, 0.5].entries()) expect(rates[i]).toBeCloseTo(factor, 5)
  })
})

describe('the best epoch', () => {
  test('early stopping ends the training', async () => {
    const { history, ended } = await train(plainNet(), data, {
      backend,
      epochs: 20,
      batchSize: 50,
      optimizer: sgd(1e-20),
      validation: held,
      callbacks: [earlyStopping({ patience: 3 })],
    })
    expect(history).toHaveLength(4)
    expect(ended).toContain('epoch 1')
    const epochs: number[] = []
    const callbacks = [earlyStopping(), { onEpoch: () => void epochs.push(1) }]
    const without = train(plainNet(), data, { backend, epochs: 2, batchSize: 50, callbacks })
    await expect(without).rejects.toThrow(/earlyStopping .*validation/)
    expect(epochs).toEqual([])
  })

  test("keep: 'best' gives the weights of the best epoch", async () => {
    // Validated on other labels than it learns: the more it knows, the worse.
    const wrong = createDataset({ ...held, labels: (held.labels as Int32Array).map(label => (label + 1) % 3) })
    const settings = { backend, batchSize: 10, seed: 3, optimizer: rmsprop(0.01), validation: wrong }
    const long = await train(plainNet(), data, { ...settings, epochs: 6, keep: 'best', monitor: 'validationLoss' })
    const losses = long.history.map(record => record.validationLoss as number)
    const best = losses.indexOf(Math.min(...losses)) + 1
    expect(best).toBeLessThan(6)
    expect(long.best).toEqual({ epoch: best, monitor: 'validationLoss', value: losses[best - 1] })
    expect(long.keptEpoch).toBe(best)
    const short = await train(plainNet(), data, { ...settings, epochs: best })
    expect(bits(long.weights)).toBe(bits(short.weights))
  })

  test('averaged weights are what is validated and kept', async () => {
    const model = plainNet()
    const { weights, history } = await train(model, data, {
      backend,
      epochs: 2,
      batchSize: 10,
      optimizer: adam(0.05, { averaging: 0.9 }),
      validation: held,
    })
    const { logits } = await predictDataset(backend, { model, weights }, held)
    expect(history[1].validationLoss).toBeCloseTo(crossEntropyFromLogits(logits, held.labels as Int32Array, 3), 5)
    const raw = await train(model, data, { backend, epochs: 2, batchSize: 10, optimizer: adam(0.05) })
    expect(bits(raw.weights)).not.toBe(bits(weights))
  })

  test('what watches validation needs some', async () => {
    const settings = { backend, epochs: 2 }
    await expect(train(plainNet(), data, { ...settings, callbacks: [earlyStopping()] })).rejects.toThrow(
      /validationLoss/,
    )
    await expect(train(plainNet(), data, { ...settings, monitor: 'validationAccuracy' })).rejects.toThrow(/validation/)
    const schedule = schedules.reduceOnPlateau()
    await expect(train(plainNet(), data, { ...settings, schedule })).rejects.toThrow(/reduceOnPlateau/)
  })
})

describe('what can go wrong', () => {
  test('a rate far too high: names layer, epoch and batch, and keeps good weights', async () => {
    const settings = { backend, epochs: 40, batchSize: 10, optimizer: sgd(1e30, { weightDecay: 1 }) }
    const error = await train(toyNet(), data, settings).catch(e => e)
    expect(error).toBeInstanceOf(NonFiniteError)
    expect(error.message).toMatch(/(conv2d_1|batchNorm_1|dense_1|loss).* epoch \d+, batch \d+ of 5/)
    expect(error.hint).toContain('learning rate (now 1e+30)')
    expect(allFinite(error.result.weights)).toBe(true)
  })

  test('a layer of its own that overflows is named', async () => {
    const burst = layer('Burst', x => exp(x), { name: 'burst' })
    const model = sequential([6, 6, 1], [flatten(), dense(3), burst])
    const weights = model.initialWeights(0)
    weights.get('dense_1/kernel')?.fill(1000)
    const error = await train(model, data, { backend, epochs: 1, batchSize: 10, weights }).catch(e => e)
    expect(error.message).toMatch(/^layer "burst" became NaN or infinite in epoch 1, batch 1 of 5/)
    expect(bits(error.result.weights)).toBe(bits(weights))
  })

  test('data that hold a NaN are blamed, not the rate', async () => {
    const features = Float32Array.from(data.features, v => v / 255)
    features[40] = Number.NaN
    const broken = createDataset({ ...data, features, labels: data.labels })
    const error = await train(plainNet(), broken, { backend, epochs: 1, batchSize: 50 }).catch(e => e)
    expect(error.message).toMatch(/^the data holds a NaN/)
  })

  test('settings and data that make no sense are usage errors', async () => {
    for (const wrong of [{ epochs: 0 }, { epochs: 1.5 }, { batchSize: 0 }, { seed: Number.NaN }])
      await expect(train(plainNet(), data, { backend, epochs: 1, ...wrong })).rejects.toMatchObject({ exitCode: 2 })
    const other = sequential([28, 28, 1], [flatten(), dense(3)])
    await expect(train(other, data, { backend, epochs: 1 })).rejects.toThrow(/\[6, 6, 1\].*\[28, 28, 1\]/)
    const four = sequential([6, 6, 1], [flatten(), dense(4)])
    await expect(train(four, data, { backend, epochs: 1 })).rejects.toThrow(/3 classes/)
    const blind = { ...data, labels: undefined }
    await expect(train(plainNet(), blind, { backend, epochs: 1 })).rejects.toThrow(/no labels/)
  })

  test('the signal ends it at a batch, with what was learned', async () => {
    const controller = new AbortController()
    const { interrupted, steps, history } = await train(plainNet(), data, {
      backend,
      epochs: 5,
      batchSize: 10,
      signal: controller.signal,
      onBatch: ({ step }) => step === 7 && controller.abort(),
    })
    expect(interrupted).toBe(true)
    expect(steps).toBeGreaterThanOrEqual(7)
    expect(steps).toBeLessThanOrEqual(9)
    expect(history as EpochRecord[]).toHaveLength(1)
  })
})
