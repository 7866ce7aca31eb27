import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { adam, sgd } from '../../src/nn/index.ts'
import { createRandom } from '../../src/random.ts'
import { ratesOf, smoothed, suggestRate } from '../../src/training/rateCurve.ts'
import { findLearningRate } from '../../src/training/rateTest.ts'
import { readConfig } from '../../src/training/runFolder.ts'
import { TrainingInterrupted, trainRun } from '../../src/training/train.ts'
import { TrainableModel } from '../../src/training/trainable.ts'
import { bands, bits, plainNet, roundedBackend } from './toy.ts'
import { toyRecipe, toyRun } from './toyRun.ts'

const temp = mkdtempSync(join(tmpdir(), 'inkling-rate-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))
const place = (name: string) => join(temp, name)

const sweep = { from: 1e-7, to: 10, steps: 100 }

/** Flat at 2.3 up to a rate of 1e-4, down to 0.3 at 1e-2 (straight over the logarithm), then up again. */
const valley = ratesOf(sweep).map(rate => {
  const at = Math.log10(rate)
  return at < -4 ? 2.3 : at < -2 ? 2.3 - (at + 4) : 0.3 + 3 * (at + 2)
})

describe('the curve', () => {
  test('rates grow by one factor', () => {
    const rates = ratesOf(sweep)
    expect(rates).toHaveLength(100)
    expect(rates[0]).toBe(1e-7)
    expect(rates[99]).toBeCloseTo(10, 9)
    expect(rates[1] / rates[0]).toBeCloseTo(10 ** (8 / 99), 12)
  })

  test('smoothing keeps a level, and the middle of a slope', () => {
    expect(smoothed([2, 2, 2])).toEqual([2, 2, 2])
    const slope = smoothed(Array.from({ length: 41 }, (_, i) => i))
    expect(slope[20]).toBeCloseTo(20, 12)
  })

  test('the rate is where four fifths of the fall are done', () => {
    // By hand: 2.3 - 0.8 * 2 = 0.7 is reached at 10^-2.4 = 0.0040; smoothing lifts the lowest point a little.
    expect(suggestRate({ ...sweep, losses: valley })).toBeGreaterThan(0.0025)
    expect(suggestRate({ ...sweep, losses: valley })).toBeLessThan(0.0045)
    // A run that broke off on the way up gives the same.
    expect(suggestRate({ ...sweep, losses: valley.slice(0, 75) })).toBe(suggestRate({ ...sweep, losses: valley }))
  })

  test('no fall, or one of chance, gives no rate', () => {
    const random = createRandom(1)
    expect(suggestRate({ ...sweep, losses: Array(100).fill(2) })).toBeUndefined()
    expect(suggestRate({ ...sweep, losses: Array.from({ length: 100 }, () => 2 + random.normal()) })).toBeUndefined()
    expect(suggestRate({ ...sweep, losses: ratesOf(sweep).map(rate => 2 + rate) })).toBeUndefined()
    expect(suggestRate({ ...sweep, losses: valley.slice(0, 8) })).toBeUndefined()
  })
})

describe('the test', () => {
  const settings = { backend: roundedBackend(), batchSize: 16, seed: 3, optimizer: adam() }

  test('ends when the loss runs away, and leaves nothing behind', async () => {
    const clean = bands(60)
    // Where a fifth of the labels is wrong, weights that were thrown about cost dearly.
    const data = { ...clean, labels: clean.labels?.map((label, i) => (i % 5 === 0 ? (label + 1) % 3 : label)) }
    const seen: number[] = []
    const found = await findLearningRate(plainNet(), data, { ...settings, to: 1e4, onStep: done => seen.push(done) })
    expect(found.losses.length).toBeLessThan(100)
    expect(seen).toEqual(found.losses.map((_, i) => i + 1))
    expect(found.losses[0]).toBeCloseTo(found.losses[3], 0) // the first rates change nothing
    expect(Math.min(...found.losses)).toBeLessThan(0.7 * found.losses[0])
    expect(found.rate).toBe(Math.min(0.01, suggestRate(found) as number))
    const plain = await findLearningRate(plainNet(), data, { ...settings, to: 1e4, optimizer: sgd() })
    expect(plain.rate).toBe(suggestRate(plain))
    // Above what is too much for Adam: the two differ.
    expect(Math.min(plain.rate, suggestRate(found) as number)).toBeGreaterThan(0.01)
    expect(await findLearningRate(plainNet(), data, { ...settings, to: 1e4 })).toEqual(found)
    expect((await findLearningRate(plainNet(), data, { ...settings, to: 1e4, seed: 4 })).losses).not.toEqual(
      found.losses,
    )
  })

  test('a model with weights is tested from these, and keeps them', async () => {
    const model = new TrainableModel(plainNet())
    const drawn = await model.findLearningRate(bands(60), settings)
    expect(drawn).toEqual(await findLearningRate(plainNet(), bands(60), settings))
    const weights = plainNet().initialWeights(9)
    model.weights = weights
    const from = await model.findLearningRate(bands(60), settings)
    expect(from).toEqual(await findLearningRate(plainNet(), bands(60), { ...settings, weights }))
    expect(from.losses).not.toEqual(drawn.losses)
    expect(bits(model.weights)).toBe(bits(weights))
  })

  test('refuses what can’t be swept or falls nowhere', async () => {
    const find = (changes: object) => findLearningRate(plainNet(), bands(60), { ...settings, ...changes })
    await expect(find({ from: 1, to: 0.1 })).rejects.toThrow(/0 < from < to/)
    await expect(find({ steps: 5 })).rejects.toThrow(/20 steps/)
    await expect(find({ from: 1e-12, to: 1e-10 })).rejects.toThrow(/no falling loss from 1e-12 to 1e-10/)
    await expect(find({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('a run whose rate is auto', () => {
  const auto = { ...toyRun, changes: { rate: 'auto' as const } }

  test('is the same as with the number that was found', async () => {
    const notes: string[] = []
    const run = await trainRun({
      ...auto,
      out: place('auto'),
      onNote: note => notes.push(note),
      report: facts => JSON.stringify(facts),
    })
    const { learningRate, recipe } = readConfig(place('auto'))
    expect(run.learningRate).toEqual({ auto: true, rate: learningRate?.rate })
    expect(learningRate).toMatchObject({ auto: true, from: 1e-7, to: 10, steps: 100 })
    expect(recipe.optimizer).toEqual({ ...toyRecipe.optimizer, rate: learningRate?.rate })
    expect(learningRate?.rate).not.toBe(toyRecipe.optimizer.rate)
    expect(notes.filter(note => note.includes('range test'))).toEqual([
      `learning rate ${learningRate?.rate}, by a range test of ${learningRate?.losses.length} batches (the recipe's: 0.02)`,
    ])
    const given = await trainRun({ ...toyRun, out: place('given'), changes: { rate: learningRate?.rate } })
    expect(given.weightsSha256).toBe(run.weightsSha256)
    expect(given.learningRate).toBeUndefined()
    expect(JSON.parse(readFileSync(join(place('auto'), 'report.html'), 'utf8')).rateTest.rate).toBe(learningRate?.rate)
  })

  test('goes on with its rate, without another test', async () => {
    const stop = new AbortController()
    const stopping = { onBatch: ({ step }: { step: number }) => step === 8 && stop.abort() }
    const begun = trainRun({ ...auto, out: place('stopped'), signal: stop.signal, callbacks: [stopping as object] })
    await expect(begun).rejects.toBeInstanceOf(TrainingInterrupted)
    const before = readConfig(place('stopped')).learningRate
    const { model, data, backend } = toyRun
    const onRateTest = () => expect.unreachable('a second test')
    const run = await trainRun({ resume: place('stopped'), model, data, backend, onRateTest })
    expect(run.learningRate?.rate).toBe(before?.rate)
    expect(readConfig(place('stopped')).learningRate).toEqual(before)
    expect(run.weightsSha256).toBe((await trainRun({ ...auto, out: place('whole') })).weightsSha256)
  })

  test('that is stopped while it tests leaves no folder', async () => {
    const stop = new AbortController()
    const onRateTest = (done: number) => done === 5 && stop.abort()
    const run = trainRun({ ...auto, out: place('early'), signal: stop.signal, onRateTest: onRateTest as () => void })
    await expect(run).rejects.toMatchObject({ name: 'AbortError' })
    expect(existsSync(place('early'))).toBe(false)
  })
})
