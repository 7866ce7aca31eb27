import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { foldOf } from '../../src/data/folds.ts'
import { meanAndDeviation } from '../../src/evaluation/spread.ts'
import { type NewFolds, trainFolds } from '../../src/training/folds.ts'
import { foldsFacts } from '../../src/training/foldsResult.ts'
import { loadRun, newestRun, readConfig } from '../../src/training/runFolder.ts'
import { TrainingInterrupted, trainRun } from '../../src/training/train.ts'
import { toyData, toyRun } from './toyRun.ts'

const temp = mkdtempSync(join(tmpdir(), 'inkling-folds-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))
const place = (name: string) => join(temp, name)

const { model, data, backend } = toyRun
const constant = { kind: 'constant' } as const
const toyFolds: NewFolds = { ...toyRun, folds: 3, changes: { epochs: 2, schedule: constant } }

test('mean and sample standard deviation', () => {
  // By hand: the mean of 1, 2, 4, 5 is 3; squares 4 + 1 + 1 + 4 = 10 over n - 1 = 3.
  expect(meanAndDeviation([1, 2, 4, 5])).toEqual({ mean: 3, std: Math.sqrt(10 / 3) })
  expect(meanAndDeviation([7])).toEqual({ mean: 7, std: null })
})

const notes: string[] = []
const events: string[] = []
const whole = await trainFolds({
  ...toyFolds,
  out: place('whole'),
  onNote: note => notes.push(note),
  onFold: (fold, of, result) => events.push(`${fold}/${of}${result ? ' done' : ''}`),
  report: () => 'one fold',
  foldsReport: async result => JSON.stringify(await foldsFacts(result)),
})

describe('a cross-validation', () => {
  test('gives the accuracy of each fold, their mean and spread', () => {
    expect(whole.folds.map(({ fold, run }) => [fold, run])).toEqual(
      [1, 2, 3].map(fold => [fold, join(place('whole'), `fold-${fold}`)]),
    )
    const accuracies = whole.folds.map(({ validation }) => validation.accuracy)
    expect(meanAndDeviation(accuracies)).toEqual({ mean: whole.mean, std: whole.std })
    expect(whole).toMatchObject({ run: place('whole'), model: 'toy', data: 'bands', task: 'image', warnings: [] })
    expect(events).toEqual(['1/3', '1/3 done', '2/3', '2/3 done', '3/3', '3/3 done'])
    expect(readdirSync(place('whole')).sort()).toEqual(['fold-1', 'fold-2', 'fold-3', 'folds.json', 'report.html'])
  })

  test('is the newest run, where one will do, once all of its folds are done', () => {
    expect(newestRun(temp, { folds: true })).toBe(place('whole'))
    expect(newestRun(temp)).not.toBe(place('whole'))
    expect(newestRun(place('whole'))).toBe(join(place('whole'), 'fold-3'))
  })

  test('every fold is a run of its own, judged on what it did not learn', async () => {
    const { validation } = foldOf(toyData().train, { index: 2, of: 3 }, 3)
    const { model: reader, config } = await loadRun(whole.folds[1].run, model)
    expect(config).toMatchObject({ fold: { index: 2, of: 3 }, keep: 'last', recipe: { epochs: 2, validation: 1 / 3 } })
    expect(config.data.counts).toEqual({ train: 80, validation: 40, test: 0 })
    expect((await reader.evaluate(validation, { backend })).accuracy).toBe(whole.folds[1].validation.accuracy)
    expect(whole.folds[1].keptEpoch).toBe(2)
  })

  test('the test part is left alone, and it is said once', () => {
    expect(notes).toEqual([
      'folds: 120 examples, drawn by class and seed',
      'the test part of bands (40 examples) is left alone',
    ])
    const evaluation = JSON.parse(readFileSync(join(whole.folds[0].run, 'evaluation.json'), 'utf8'))
    expect(evaluation.scores.test).toBeNull()
    expect(evaluation.warnings).toEqual(['Fold 1 of 3: the figures are of the fold held out.'])
  })

  test('its report has every example once', () => {
    const facts = JSON.parse(readFileSync(join(place('whole'), 'report.html'), 'utf8'))
    expect(facts.examples).toBe(120)
    const right = facts.confusion.reduce((sum: number, row: number[], k: number) => sum + row[k], 0)
    expect(right / 120).toBeCloseTo(whole.mean, 12) // folds of 40 each
    expect(facts.histories.map((history: unknown[]) => history.length)).toEqual([2, 2, 2])
  })

  test('an epoch chosen by the fold is said to flatter', async () => {
    const said: string[] = []
    const onNote = (note: string) => said.push(note)
    const best = await trainFolds({ ...toyFolds, keep: 'best' as const, out: place('best'), onNote })
    expect(said).toContainEqual(expect.stringMatching(/the epoch is chosen by the fold that is judged/))
    expect(best.warnings).toEqual([expect.stringMatching(/a little too good/)])
    const watched = { ...toyFolds, keep: 'last' as const, earlyStopping: { patience: 9 }, folds: 2 }
    const { warnings: stopped } = await trainFolds({ ...watched, out: place('stopping') })
    expect(stopped).toEqual([expect.stringMatching(/^The training was ended by the fold/)])
    expect(best.mean).toBeGreaterThanOrEqual(whole.mean)
    const plateau = { epochs: 1, schedule: { kind: 'reduceOnPlateau' } as const }
    const { warnings } = await trainFolds({ ...toyFolds, changes: plateau, folds: 2, out: place('plateau') })
    expect(warnings).toEqual([expect.stringMatching(/^The rate was lowered by the fold/)])
  })
})

describe('stopped and gone on with', () => {
  const resumed = { model, data, backend }

  test('in the middle of a fold: the finished ones are kept, the end is the same', async () => {
    const stop = new AbortController()
    let steps = 0
    const stopping = { onBatch: () => ++steps === 13 && stop.abort() } as object
    const begun = trainFolds({ ...toyFolds, out: place('stopped'), signal: stop.signal, callbacks: [stopping] })
    const error = await begun.catch(reason => reason)
    expect(error).toBeInstanceOf(TrainingInterrupted)
    expect(error.hint).toBe(`Go on with: inkling train --resume ${place('stopped')}`)
    const first = join(place('stopped'), 'fold-1', 'weights.safetensors')
    const before = statSync(first).mtimeMs
    const said: string[] = []
    const end = await trainFolds({ ...resumed, resume: place('stopped'), onNote: note => said.push(note) })
    expect(said[0]).toBe(`${place('stopped')} goes on: 1 of 3 folds are finished`)
    expect(said[2]).toMatch(/the test part/)
    expect(said[3]).toMatch(/fold-2 goes on in epoch 1 of 2/)
    expect(statSync(first).mtimeMs).toBe(before)
    expect(end.folds.map(f => f.weightsSha256)).toEqual(whole.folds.map(f => f.weightsSha256))
    expect([end.mean, end.std]).toEqual([whole.mean, whole.std])
    // Once more: nothing is left to do.
    expect(await trainFolds({ ...resumed, resume: place('stopped') })).toEqual(end)
  })

  test('before anything was learned: nothing is left behind', async () => {
    await expect(trainFolds({ ...toyFolds, out: place('none'), signal: AbortSignal.abort() })).rejects.toThrow()
    expect(existsSync(place('none'))).toBe(false)
  })

  test('data and models that were given in memory must be given again', async () => {
    const error = await trainFolds({ backend, model, resume: place('whole') }).catch(reason => reason)
    expect(error.message).toMatch(/given in memory: give them again/)
  })
})

test('what makes no sense is refused, and leaves no folder', async () => {
  const folds = (changes: Partial<NewFolds>) => trainFolds({ ...toyFolds, out: place('wrong'), ...changes })
  await expect(folds({ folds: 1 })).rejects.toThrow(/at least 2, got 1/)
  await expect(folds({ folds: 121 })).rejects.toThrow(/120 examples: too few for 121 folds/)
  await expect(folds({ changes: { validation: 0.1 } })).rejects.toThrow(/the folds are the validation parts/)
  await expect(folds({ changes: { epochs: 0 } })).rejects.toThrow(/epochs must be/)
  expect(existsSync(place('wrong'))).toBe(false)
  await expect(folds({ out: place('whole') })).rejects.toThrow(/holds a cross-validation already/)
  mkdirSync(place('used'))
  await trainRun({ ...toyRun, changes: { epochs: 1 }, out: join(place('used'), 'run') })
  await expect(folds({ out: place('used') })).rejects.toThrow(/not an empty folder/)
})

test('each fold finds its own rate, on its own training part', async () => {
  const { folds } = await trainFolds({
    ...toyFolds,
    folds: 2,
    changes: { epochs: 1, rate: 'auto' },
    out: place('auto'),
  })
  for (const { learningRate, run } of folds) {
    expect(learningRate?.auto).toBe(true)
    expect(readConfig(run).recipe.optimizer.rate).toBe(learningRate?.rate)
  }
  expect(readConfig(folds[0].run).learningRate?.losses).not.toEqual(readConfig(folds[1].run).learningRate?.losses)
})
