import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadDataset } from '../../src/data/load.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import { adam, createOptimizer, dense, flatten, schedules, sequential, sgd } from '../../src/nn/index.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/training/checkpointFile.ts'
import { fitModel } from '../../src/training/fit.ts'
import { predictDataset } from '../../src/training/predictDataset.ts'
import { trainRun } from '../../src/training/train.ts'
import { bands, bits, plainNet, toyNet } from './toy.ts'
import { toyRun } from './toyRun.ts'

const temp = mkdtempSync(join(tmpdir(), 'inkling-wasm-'))
const data = bands(70)
const held = bands(30, 2)
let one: Backend
let two: Backend
beforeAll(async () => {
  one = await createWasmBackend({ threads: 1 })
  two = await createWasmBackend({ threads: 2 })
})
afterAll(async () => {
  await Promise.all([one.close(), two.close()])
  rmSync(temp, { recursive: true, force: true })
})

describe('training on the kernels', () => {
  const settings = () => ({
    epochs: 3,
    batchSize: 16,
    seed: 5,
    optimizer: createOptimizer({ kind: 'adam', rate: 0.02, averaging: 0.9, clipNorm: 1 }),
    schedule: schedules.oneCycle(),
    validation: held,
    augment: { rotate: 10, zoom: 0.1, shiftX: 0.1 },
    keep: 'best' as const,
  })

  test('gives the same bits on one and on two threads', async () => {
    const a = await fitModel(toyNet(), data, { ...settings(), backend: one })
    const b = await fitModel(toyNet(), data, { ...settings(), backend: two })
    expect(bits(b.weights)).toBe(bits(a.weights))
    expect(b.history.map(r => [r.loss, r.validationLoss])).toEqual(a.history.map(r => [r.loss, r.validationLoss]))
  })

  test('gives the same bits from every checkpoint', async () => {
    const states: Uint8Array[] = []
    const save = async (state: Parameters<typeof encodeCheckpoint>[0]) => void states.push(encodeCheckpoint(state))
    const whole = await fitModel(toyNet(), data, { ...settings(), backend: two, checkpoint: { save, everySteps: 2 } })
    expect(states.length).toBeGreaterThan(6)
    for (const [i, bytes] of states.entries()) {
      const resume = decodeCheckpoint(bytes, 'checkpoint')
      const rest = await fitModel(toyNet(), data, { ...settings(), backend: i % 2 ? one : two, resume })
      expect(bits(rest.weights)).toBe(bits(whole.weights))
    }
  })

  test('agrees with the reference', async () => {
    const plain = { epochs: 2, batchSize: 16, optimizer: adam(0.01), validation: held }
    const fast = await fitModel(plainNet(), data, { ...plain, backend: two })
    const slow = await fitModel(plainNet(), data, { ...plain, backend: createReferenceBackend() })
    for (const [name, values] of slow.weights)
      for (let i = 0; i < values.length; i++) expect(fast.weights.get(name)?.[i]).toBeCloseTo(values[i], 4)
    expect(fast.history[1].validationLoss).toBeCloseTo(slow.history[1].validationLoss as number, 4)
  })

  test('predicts the same alone and in blocks of any size', async () => {
    const model = toyNet()
    const weighted = { model, weights: model.initialWeights(1) }
    const whole = await predictDataset(two, weighted, held, { block: 30 })
    for (const block of [1, 7, 128]) {
      const { logits } = await predictDataset(one, weighted, held, { block })
      for (let i = 0; i < logits.length; i++) expect(logits[i]).toBeCloseTo(whole.logits[i], 5)
    }
  })

  test('a rate far too high names a layer', async () => {
    const wild = { backend: two, epochs: 30, batchSize: 16, optimizer: sgd(1e30) }
    const error = await fitModel(toyNet(), data, wild).catch(e => e)
    expect(error.message).toMatch(/(layer "\w+"|the loss) became NaN or infinite in epoch \d+, batch \d of 5/)
    const before = bits(error.result.weights)
    expect(before).not.toContain('NaN')
    for (const values of error.result.weights.values()) expect(values.every(Number.isFinite)).toBe(true)
  })

  test('a layer that is computed with its bias and ReLU is named, and its weights are not the good ones', async () => {
    const model = sequential(
      [6, 6, 1],
      [flatten(), dense(16, { activation: 'relu' }), dense(16, { activation: 'relu' }), dense(3)],
    )
    const weights = model.initialWeights(0)
    const wild = { backend: two, epochs: 1, batchSize: 16, optimizer: adam(1e30), weights }
    const error = await fitModel(model, data, wild).catch(e => e)
    expect(error.message).toMatch(/^layer "dense_2" became NaN or infinite in epoch 1, batch 2 of 5/)
    expect(bits(error.result.weights)).toBe(bits(weights))
  })

  test('a run goes on from the signal to the same weights', async () => {
    const settings = { ...toyRun, backend: two }
    const whole = await trainRun({ ...settings, out: join(temp, 'whole') })
    const controller = new AbortController()
    const callbacks = [{ onBatch: ({ step }: { step: number }) => void (step === 8 && controller.abort()) }]
    const out = join(temp, 'stopped')
    await expect(trainRun({ ...settings, out, callbacks, signal: controller.signal })).rejects.toThrow(/stopped/)
    const { model, data } = toyRun
    const rest = await trainRun({ resume: out, model, data, backend: one })
    expect(rest.weightsSha256).toBe(whole.weightsSha256)
  })
})

test.skipIf(!process.env.INKLING_DATA)('compare-mlp learns MNIST', async () => {
  const loaded = await loadDataset('mnist')
  const changes = { epochs: 1, examples: 20_000 }
  const result = await trainRun({
    model: 'compare-mlp',
    data: loaded,
    changes,
    seed: 7,
    backend: two,
    out: join(temp, 'mnist'),
  })
  expect(result.test?.accuracy).toBeGreaterThan(0.9)
})
