// The last epochs of a training with augmentation, in which no picture is resampled.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Backend } from '../../src/engine/backend.ts'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import { adam } from '../../src/nn/index.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/training/checkpointFile.ts'
import { fitModel } from '../../src/training/fit.ts'
import { findLearningRate } from '../../src/training/rateTest.ts'
import type { FitSettings } from '../../src/training/settings.ts'
import type { TrainingState } from '../../src/training/state.ts'
import { bands, bits, toyNet } from './toy.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createWasmBackend({ threads: 2 })
})
afterAll(() => backend.close())

const data = bands(50)
const settings = (more: Partial<FitSettings> = {}): FitSettings => ({
  ...{ backend, epochs: 4, batchSize: 16, seed: 3, optimizer: adam(0.02) },
  ...{ augment: { rotate: 30, elastic: 2, crop: 1, flip: 0.5 }, plainEpochs: 2 },
  ...more,
})

/** A training with the checkpoints of all its steps. */
async function watched(more: Partial<FitSettings>) {
  const states: Uint8Array[] = []
  const save = async (state: TrainingState) => void states.push(encodeCheckpoint(state))
  const result = await fitModel(
    toyNet(),
    data,
    settings({ ...more, checkpoint: { save, everySteps: 1, everySeconds: 1e9 } }),
  )
  return { result, states: states.map(bytes => decodeCheckpoint(bytes, 'checkpoint')) }
}

describe('plain epochs', () => {
  test.each([[{ crop: 1, flip: 0.5 }], [undefined]])('see pictures with %o of the augmentation alone', async kept => {
    const augment = { rotate: 30, elastic: 2, shiftX: 0.1, zoom: 0.2, ...kept }
    const { result } = await watched({ augment })
    const { states } = await watched({ augment, plainEpochs: 0, epochs: 2 })
    const after = states.at(-1) as TrainingState
    const rest = await fitModel(toyNet(), data, settings({ augment: kept, plainEpochs: 0, resume: after }))
    expect(bits(result.weights)).toBe(bits(rest.weights))
    const bent = await fitModel(toyNet(), data, settings({ augment, plainEpochs: 0, resume: after }))
    expect(bits(result.weights)).not.toBe(bits(bent.weights))
  })

  test('end with the same bits from every checkpoint, in parts too', async () => {
    for (const accumulate of [1, 3]) {
      const { result, states } = await watched({ accumulate })
      for (const resume of states) {
        const rest = await fitModel(toyNet(), data, settings({ accumulate, resume }))
        expect(bits(rest.weights)).toBe(bits(result.weights))
      }
    }
  })

  test('may be all, or none', async () => {
    const all = await fitModel(toyNet(), data, settings({ plainEpochs: 4 }))
    const plain = await fitModel(toyNet(), data, settings({ plainEpochs: 0, augment: { crop: 1, flip: 0.5 } }))
    expect(bits(all.weights)).toBe(bits(plain.weights))
  })

  test('are left out of a range test, which plays the first epochs', async () => {
    const { rate } = await findLearningRate(toyNet(), data, { ...settings(), epochs: undefined } as never)
    expect(rate).toBe((await findLearningRate(toyNet(), data, settings({ plainEpochs: 0 }))).rate)
  })

  test.each([
    [{ plainEpochs: 5 }, 'plainEpochs must be a whole number from 0 to the 4 epochs, got 5'],
    [{ plainEpochs: 0.5 }, 'plainEpochs must be a whole number from 0 to the 4 epochs, got 0.5'],
    [{ augment: undefined }, 'plainEpochs are the last epochs of a training with augmentation, and there is none here'],
  ])('that make no sense are refused: %o', async (more, message) => {
    await expect(fitModel(toyNet(), data, settings(more))).rejects.toThrow(message)
  })
})
