import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { OptimizerSpec } from '../../src/nn/index.ts'
import { adam, createOptimizer, schedules } from '../../src/nn/index.ts'
import type { Schedule } from '../../src/nn/schedules.ts'
import { earlyStopping } from '../../src/training/callbacks.ts'
import {
  CHECKPOINT_FILE,
  checkpointIn,
  decodeCheckpoint,
  encodeCheckpoint,
  readCheckpoint,
} from '../../src/training/checkpointFile.ts'
import { writeFileAtomic } from '../../src/training/files.ts'
import { fitModel } from '../../src/training/fit.ts'
import type { EpochRecord } from '../../src/training/history.ts'
import type { FitSettings } from '../../src/training/settings.ts'
import type { TrainingState } from '../../src/training/state.ts'
import { bands, bits, plainNet, roundedBackend, toyNet } from './toy.ts'

const temp = mkdtempSync(join(tmpdir(), 'inkling-checkpoint-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const backend = roundedBackend()
const data = bands(50)
const held = bands(20, 2)

/** Histories without what the clock says. */
const figures = (history: readonly EpochRecord[]) =>
  history.map(({ seconds, examplesPerSecond, ...rest }) => ({ ...rest, timed: seconds > 0 && examplesPerSecond > 0 }))

/** Trains once, keeping every checkpoint's bytes. */
async function recorded(settings: Omit<FitSettings, 'backend'>) {
  const states: Uint8Array[] = []
  const result = await fitModel(toyNet(), data, {
    ...settings,
    backend,
    checkpoint: {
      everySteps: 1,
      everySeconds: 1e9,
      async save(state) {
        states.push(encodeCheckpoint(state))
      },
    },
  })
  return { result, states }
}

describe('a resumed training', () => {
  const cases: [string, OptimizerSpec, Schedule][] = [
    ['sgd', { kind: 'sgd', rate: 0.05 }, schedules.step(1, 0.5)],
    ['momentum', { kind: 'sgd', rate: 0.05, momentum: 0.9, nesterov: true }, schedules.cosine({ warmup: 0.2 })],
    ['rmsprop', { kind: 'rmsprop', rate: 0.01 }, schedules.reduceOnPlateau({ patience: 1, minDelta: 0.1 })],
    ['adam', { kind: 'adam', rate: 0.02, averaging: 0.9 }, schedules.oneCycle()],
    ['amsgrad', { kind: 'amsgrad', rate: 0.02, clipNorm: 0.5 }, schedules.inverseTime(0.1)],
  ]
  test.each(cases)('ends with the same bits from every checkpoint: %s', async (_, optimizer, schedule) => {
    const settings = () => ({
      epochs: 3,
      batchSize: 16,
      seed: 11,
      optimizer: createOptimizer(optimizer),
      schedule,
      validation: held,
      keep: 'best' as const,
      callbacks: [earlyStopping({ patience: 2, minDelta: 0.05 })],
    })
    const { result, states } = await recorded(settings())
    expect(states.length).toBeGreaterThanOrEqual(8)
    for (const bytes of states) {
      const resumed = await fitModel(toyNet(), data, {
        ...settings(),
        backend,
        resume: decodeCheckpoint(bytes, 'checkpoint'),
      })
      expect(bits(resumed.weights)).toBe(bits(result.weights))
      expect(figures(resumed.history)).toEqual(figures(result.history))
      expect(resumed.best).toEqual(result.best)
      expect(resumed.steps).toBe(result.steps)
      expect(resumed.ended).toBe(result.ended)
    }
  })

  test('keeps the best weights of an epoch before the checkpoint', async () => {
    // Validated on other labels than it learns: the first epoch stays the best.
    const wrong = { ...held, labels: (held.labels as Int32Array).map(label => (label + 1) % 3) }
    const settings = {
      epochs: 3,
      batchSize: 16,
      seed: 3,
      optimizer: adam(0.05),
      validation: wrong,
      keep: 'best' as const,
    }
    const { result, states } = await recorded(settings)
    expect(result.keptEpoch).toBe(1)
    for (const bytes of states.slice(-3)) {
      const resume = decodeCheckpoint(bytes, 'checkpoint')
      const resumed = await fitModel(toyNet(), data, { ...settings, backend, resume })
      expect(resumed.keptEpoch).toBe(1)
      expect(bits(resumed.weights)).toBe(bits(result.weights))
    }
  })

  test('checkpoints within an epoch change nothing', async () => {
    const settings = { epochs: 2, batchSize: 16, seed: 2, optimizer: adam(0.02) }
    const often = await recorded(settings)
    const never = await fitModel(toyNet(), data, { ...settings, backend })
    expect(bits(often.result.weights)).toBe(bits(never.weights))
    // Four batches an epoch: three within each, and one at its end.
    expect(often.states).toHaveLength(8)
  })

  test('the signal leaves a checkpoint to go on from', async () => {
    const settings = { epochs: 3, batchSize: 16, seed: 2, optimizer: adam(0.02), backend }
    const whole = await fitModel(toyNet(), data, settings)
    const controller = new AbortController()
    let state: TrainingState | undefined
    const first = await fitModel(toyNet(), data, {
      ...settings,
      signal: controller.signal,
      onBatch: ({ step }) => step === 6 && controller.abort(),
      checkpoint: {
        async save(given) {
          state = given
        },
      },
    })
    expect(first.interrupted).toBe(true)
    expect(state?.position.batch).toBeGreaterThan(0)
    const rest = await fitModel(toyNet(), data, { ...settings, resume: state })
    expect(bits(rest.weights)).toBe(bits(whole.weights))
  })

  test('refuses the checkpoint of another model or optimizer', async () => {
    const { states } = await recorded({ epochs: 1, batchSize: 16 })
    const resume = decodeCheckpoint(states[0], 'checkpoint')
    await expect(fitModel(plainNet(), data, { backend, epochs: 1, resume })).rejects.toThrow(/does not fit/)
    const amsgrad = createOptimizer({ kind: 'amsgrad', rate: 0.1 })
    await expect(fitModel(toyNet(), data, { backend, epochs: 1, optimizer: amsgrad, resume })).rejects.toThrow(
      /optimizer\/largest/,
    )
  })
})

describe('the file', () => {
  const state = async () => decodeCheckpoint((await recorded({ epochs: 1, batchSize: 25 })).states[0], 'x')

  test('is read back bit by bit, and the half-written next one is cleared away', async () => {
    const folder = mkdtempSync(join(temp, 'a-'))
    expect(await readCheckpoint(folder)).toBeUndefined()
    const given = await state()
    await checkpointIn(folder).save(given)
    writeFileSync(join(folder, `${CHECKPOINT_FILE}.partial`), 'cut')
    const found = await readCheckpoint(folder)
    expect(found?.position).toEqual(given.position)
    expect(bits(found?.values as Map<string, Float32Array>)).toBe(bits(given.values))
    expect(readdirSync(join(folder, 'checkpoint'))).toEqual(['latest.safetensors'])
  })

  test('keeps losses that are no finite numbers', async () => {
    const given = await state()
    const { position } = given
    const record = { epoch: 1, accuracy: 0.5, learningRate: 0.1, seconds: 1, examplesPerSecond: 50 }
    position.history = [{ ...record, loss: Number.NaN, validationLoss: Number.POSITIVE_INFINITY }]
    position.best = { epoch: 1, monitor: 'loss', value: Number.NEGATIVE_INFINITY }
    expect(decodeCheckpoint(encodeCheckpoint(given), 'c').position).toEqual(position)
  })

  test('says what is wrong with one that is damaged', async () => {
    const bytes = encodeCheckpoint(await state())
    for (const length of [0, 7, 100, bytes.length - 1])
      expect(() => decodeCheckpoint(bytes.subarray(0, length), 'c')).toThrow(/^c: /)
    const text = new TextDecoder('latin1').decode(bytes)
    const at = text.indexOf('lossSum')
    const wrong = bytes.slice()
    wrong.set(new TextEncoder().encode('lossNum'), at)
    expect(() => decodeCheckpoint(wrong, 'c')).toThrow(/makes no sense/)
  })

  test.each([
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'quota'],
    ['EFBIG', 'larger than'],
    ['EIO', 'the disk reports an error'],
  ])('a disk that fails with %s: the old checkpoint stays, nothing else', async (code, reason) => {
    const folder = mkdtempSync(join(temp, 'b-'))
    const given = await state()
    await checkpointIn(folder).save(given)
    const before = readFileSync(join(folder, CHECKPOINT_FILE))
    for (const failing of ['writeFile', 'sync', 'close'] as const) {
      const full = checkpointIn(folder, {
        write: (path, bytes, options) =>
          writeFileAtomic(path, bytes, {
            ...options,
            async open(at) {
              writeFileSync(at, 'half')
              const operation = (name: string) => async () => {
                if (name === failing) throw Object.assign(new Error(`${code}: it failed`), { code, syscall: 'write' })
              }
              return { writeFile: operation('writeFile'), sync: operation('sync'), close: operation('close') }
            },
          }),
      })
      const error = await full.save(given).catch(e => e)
      expect(error).toMatchObject({ name: 'InklingError', exitCode: 1 })
      expect(error.message).toContain(`cannot write the checkpoint ${join(folder, CHECKPOINT_FILE)}`)
      expect(error.message).toContain(reason)
      expect(error.hint).toContain(`--resume ${folder}`)
      expect(readdirSync(join(folder, 'checkpoint'))).toEqual(['latest.safetensors'])
      expect(readFileSync(join(folder, CHECKPOINT_FILE))).toEqual(before)
    }
  })

  test.skipIf(process.platform !== 'linux')('a disk that is really full', async () => {
    const folder = mkdtempSync(join(temp, 'c-'))
    const given = await state()
    await checkpointIn(folder).save(given)
    symlinkSync('/dev/full', join(folder, `${CHECKPOINT_FILE}.partial`))
    await expect(checkpointIn(folder).save(given)).rejects.toThrow(/the disk is full/)
    expect(readdirSync(join(folder, 'checkpoint'))).toEqual(['latest.safetensors'])
    expect(await readCheckpoint(folder)).toBeDefined()
  })

  test('a failed checkpoint ends the training', async () => {
    const save = async () => {
      throw new Error('the disk is full')
    }
    const settings = { backend, epochs: 3, batchSize: 16 }
    await expect(fitModel(toyNet(), data, { ...settings, checkpoint: { save } })).rejects.toThrow(/disk is full/)
    await expect(fitModel(toyNet(), data, { ...settings, epochs: 1, checkpoint: { save } })).rejects.toThrow(/disk/)
  })

  test('one checkpoint is written at a time, while the training goes on', async () => {
    let under = 0
    let most = 0
    let steps = 0
    const stepsWhileWriting: number[] = []
    await fitModel(toyNet(), data, {
      backend,
      epochs: 3,
      batchSize: 16,
      onBatch: () => steps++,
      checkpoint: {
        async save() {
          most = Math.max(most, ++under)
          const before = steps
          // Until some event-loop turns have passed: the training's own steps resolve meanwhile.
          for (let i = 0; i < 50; i++) await Promise.resolve()
          stepsWhileWriting.push(steps - before)
          under--
        },
      },
    })
    expect(most).toBe(1)
    expect(Math.max(...stepsWhileWriting)).toBeGreaterThan(0)
  })
})
