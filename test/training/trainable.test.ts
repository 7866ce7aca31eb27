import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDataset, exampleAt, labelsOf, slice } from '../../src/data/dataset.ts'
import { scalingFor } from '../../src/data/normalise.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { adam, conv2d, dense, flatten, input, sgd } from '../../src/nn/index.ts'
import { setDefaultBackend } from '../../src/training/defaultBackend.ts'
import { functional, loadModel, sequential, TrainableModel } from '../../src/training/trainable.ts'
import { findModel } from '../../src/zoo/index.ts'
import { bands, bits } from './toy.ts'

const temp = mkdtempSync(join(tmpdir(), 'inkling-model-'))
beforeAll(() => setDefaultBackend(createReferenceBackend()))
afterAll(() => {
  setDefaultBackend(undefined)
  rmSync(temp, { recursive: true, force: true })
})

const train = bands(120)
const held = bands(40, 2)
const net = () => sequential([6, 6, 1], [flatten(), dense(3)])
const options = { epochs: 5, batchSize: 10, optimizer: adam(0.02) }

describe('a model that holds its weights', () => {
  test('learns, judges and predicts', async () => {
    const model = net()
    expect(model.classes).toEqual(['0', '1', '2'])
    const untrained = await model.evaluate(held)
    const { history, best } = await model.fit(train, { ...options, validationSplit: 0.1 })
    expect(history).toHaveLength(5)
    expect(best?.monitor).toBe('validationAccuracy')
    const { accuracy, loss, confusion } = await model.evaluate(held)
    expect(accuracy).toBeGreaterThan(0.9)
    expect(loss).toBeLessThan(untrained.loss)
    expect(confusion.flat().reduce((a, b) => a + b)).toBe(40)
    expect(model.classes).toEqual(['top', 'middle', 'bottom'])

    const predictions = await model.predict(held)
    const labels = labelsOf(held)
    expect(predictions.filter((p, i) => p.class === labels[i])).toHaveLength(Math.round(accuracy * 40))
    const [first] = predictions
    expect(first.label).toBe(held.classes[first.class])
    expect(first.probability).toBe(Math.max(...first.probabilities))
    expect(first.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
  })

  test('predicts the same one by one, together, from bytes and from numbers', async () => {
    const model = net()
    await model.fit(train, options)
    const together = (await model.predict(slice(held, 0, 5))).map(p => [...p.probabilities])
    const bytes = Uint8Array.from({ length: 5 * 36 }, (_, i) => held.features[i])
    expect((await model.predict(bytes)).map(p => [...p.probabilities])).toEqual(together)
    for (let i = 0; i < 5; i++) {
      const [alone] = await model.predict(exampleAt(held, i))
      expect([...alone.probabilities]).toEqual(together[i])
      const [numbers] = await model.predict(Array.from(exampleAt(held, i), v => v / 255))
      for (let k = 0; k < 3; k++) expect(numbers.probabilities[k]).toBeCloseTo(together[i][k], 5)
    }
    await expect(model.predict(new Float32Array(35))).rejects.toThrow(/35 values.*36 an example/)
  })

  test('many predictions asked for at once', async () => {
    const model = net()
    const all = await Promise.all([0, 1, 2, 3].map(i => model.predict(exampleAt(held, i))))
    const [together] = [await model.predict(slice(held, 0, 4))]
    expect(all.map(([p]) => p.class)).toEqual(together.map(p => p.class))
  })

  test('reads a picture file as MNIST would have it', async () => {
    const model = sequential([28, 28, 1], [flatten(), dense(10)])
    const data = new Uint8Array(60 * 80).fill(240)
    for (let y = 15; y < 50; y++) for (let x = 38; x < 44; x++) data[y * 80 + x] = 20
    const [prediction] = await model.predict(encode({ width: 80, height: 60, data, channels: 1, depth: 8 }))
    expect(prediction.probabilities).toHaveLength(10)
    await expect(net().predict(encode({ width: 80, height: 60, data, channels: 1, depth: 8 }))).rejects.toThrow(
      /28, 28/,
    )
  })

  test('goes on from where it is', async () => {
    const model = net()
    const first = (await model.fit(train, options)).history[4].loss
    const second = (await model.fit(train, options)).history[0].loss
    expect(second).toBeLessThan(first)
  })

  test('a functional model', async () => {
    const x = input([6, 6, 1])
    const model = functional(x, dense(3)(flatten()(conv2d(2, 3)(x))), { name: 'graph' })
    await model.fit(train, { epochs: 1 })
    expect(model.name).toBe('graph')
    expect(model.outputShape).toEqual([3])
    expect(model.summary().layers).toHaveLength(3)
    expect(model.toText()).toContain('conv2d_1')
  })

  test('after a NaN it has its last good weights', async () => {
    const model = net()
    const before = bits(model.weights)
    const features = new Float32Array(36).fill(Number.POSITIVE_INFINITY)
    const broken = createDataset({ name: 'broken', shape: [6, 6, 1], classes: train.classes, features, labels: [0] })
    await expect(model.fit(broken, { optimizer: sgd(0.1) })).rejects.toThrow(/NaN or an infinity/)
    expect(bits(model.weights)).toBe(before)
  })

  test('settings that exclude each other', async () => {
    await expect(net().fit(train, { validationData: held, validationSplit: 0.1 })).rejects.toMatchObject({
      exitCode: 2,
    })
    await expect(net().fit(train, { validationSplit: 1 })).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('saving and loading', () => {
  test('into the same layers', async () => {
    const model = net()
    await model.fit(train, options)
    const path = join(temp, 'own.safetensors')
    await model.save(path)
    expect(readdirSync(temp)).toEqual(['own.safetensors'])
    const again = await net().load(path)
    expect(bits(again.weights)).toBe(bits(model.weights))
    expect(again.classes).toEqual(model.classes)
    expect((await again.evaluate(held)).loss).toBe((await model.evaluate(held)).loss)
    expect(readFileSync(path).equals(model.toBytes())).toBe(true)
    const wide = sequential([6, 6, 1], [flatten(), dense(4)])
    await expect(wide.load(path)).rejects.toThrow(/does not fit model model: "dense_1\/kernel" is \[36,3\]/)
    await expect(loadModel(path)).rejects.toThrow(/the zoo does not have/)
  })

  test('a model of the zoo needs no description', async () => {
    const model = new TrainableModel(findModel('mnist-bpnn').build({ inputShape: [6, 6, 1], classes: 3 }), {
      classes: ['a', 'b', 'c'],
      scaling: { scale: [2 / 255], shift: [-1] },
    })
    const loaded = await loadModel(model.toBytes())
    expect(loaded.inputShape).toEqual([6, 6, 1])
    expect(loaded.classes).toEqual(['a', 'b', 'c'])
    expect(loaded.scaling).toEqual({ scale: [2 / 255], shift: [-1] })
    expect(await loaded.predict(exampleAt(held, 0))).toEqual(await model.predict(exampleAt(held, 0)))
  })

  test('black and white is a matter of the model: grey pictures are read as what they are rounded to', async () => {
    const model = findModel('mnist-bpnn').build({ inputShape: [6, 6, 1], classes: 3 })
    const bitonal = new TrainableModel(model, { scaling: scalingFor('binary', held) })
    const loaded = await loadModel(bitonal.toBytes())
    expect(loaded.scaling).toEqual({ scale: [2], shift: [-254.5], clip: true })
    const grey = Uint8Array.from({ length: 36 }, (_, i) => (i * 37) % 256)
    const unit = new TrainableModel(model, { weights: bitonal.weights })
    expect(await loaded.predict(grey)).toEqual(await unit.predict(grey.map(byte => (byte < 128 ? 0 : 255))))
    expect(await loaded.predict(grey)).not.toEqual(await unit.predict(grey))
  })

  test('files that are no model', async () => {
    const path = join(temp, 'text.safetensors')
    writeFileSync(path, 'hello world')
    await expect(loadModel(path)).rejects.toThrow(/text\.safetensors/)
    await expect(loadModel(join(temp, 'absent'))).rejects.toThrow(/does not exist/)
    await expect(loadModel(temp)).rejects.toThrow(/no run/)
  })
})
