import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadDataset } from '../../src/data/load.ts'
import type { LoadedDataset } from '../../src/data/loaded.ts'
import { drawnDigits } from '../../src/data/synthetic/digits.ts'
import { TrainingInterrupted } from '../../src/training/interrupted.ts'
import { contentHash } from '../../src/training/runData.ts'
import { readConfig } from '../../src/training/runFolder.ts'
import { axesOf, parseAxes, settingsOf, trialsOf } from '../../src/training/sweep/axes.ts'
import { rank, rungsOf, survivors } from '../../src/training/sweep/halving.ts'
import { runSweep, type SweepResult } from '../../src/training/sweep/sweep.ts'
import { readSweep, trialFolder } from '../../src/training/sweep/sweepFile.ts'
import { trainRun } from '../../src/training/train.ts'
import { findModel } from '../../src/zoo/index.ts'

describe('axes', () => {
  test('of text and of JSON are the same', () => {
    const axes = parseAxes('lr=1e-4,1e-3; batch=32;width=8..64')
    expect(axes).toEqual({ lr: [1e-4, 1e-3], batch: [32], width: { from: 8, to: 64 } })
    expect(axesOf({ lr: '1e-4,1e-3', batch: [32], width: '8..64' }, 'a test')).toEqual(axes)
  })

  test.each([
    ['', 'needs one axis'],
    ['lr', 'is no axis'],
    ['lr=', 'is no axis'],
    ['lr=1;lr=2', 'is no axis'],
    ['lr=1,1', 'twice'],
    ['lr=3..1', 'from less to more'],
    ['lr=a..b', 'must be numbers'],
  ])('%j makes no sense', (text, message) => expect(() => parseAxes(text)).toThrow(message))

  test('a grid is all combinations, the last axis changing fastest', () => {
    const trials = trialsOf(parseAxes('lr=1,2;batch=3,4'), undefined, 0)
    expect(trials).toEqual([
      { lr: 1, batch: 3 },
      { lr: 1, batch: 4 },
      { lr: 2, batch: 3 },
      { lr: 2, batch: 4 },
    ])
    expect(() => trialsOf(parseAxes('lr=1..2'), undefined, 0)).toThrow('a grid needs values')
  })

  test('a draw stays in its ranges, has nothing twice, and is that of its seed', () => {
    const axes = parseAxes('lr=1e-4..1e-1;width=8..64;optimizer=sgd,adam')
    fc.assert(
      fc.property(fc.integer(), seed => {
        const trials = trialsOf(axes, 20, seed)
        expect(trials).toEqual(trialsOf(axes, 20, seed))
        expect(new Set(trials.map(t => JSON.stringify(t))).size).toBe(20)
        for (const { lr, width } of trials as { lr: number; width: number }[]) {
          expect(lr >= 1e-4 && lr <= 1e-1 && width >= 8 && width <= 64 && Number.isInteger(width)).toBe(true)
        }
      }),
      { numRuns: 20 },
    )
    // Rates are drawn by their logarithm: a third of them in each decade.
    const rates = trialsOf(parseAxes('lr=1e-4..1e-1'), 300, 1).map(t => t.lr as number)
    for (const low of [1e-4, 1e-3, 1e-2]) expect(rates.filter(r => r >= low && r < 10 * low).length).toBeGreaterThan(70)
    expect(trialsOf(parseAxes('batch=1,2,3'), 20, 0)).toHaveLength(3)
  })

  test('become the settings of a run, whatever their order', () => {
    const entry = findModel('glyph-cnn')
    const values = { decay: '0.01', lr: '0.1', optimizer: 'momentum', pooling: 'max', normalise: 'signed', batch: '64' }
    expect(settingsOf(values, entry, 'fatov-2024')).toEqual({
      recipe: 'fatov-2024',
      changes: { rate: 0.1, batch: 64, optimizer: { kind: 'sgd', rate: 1e-3, momentum: 0.9, weightDecay: 0.01 } },
      normalise: 'signed',
      set: { pooling: 'max' },
    })
    expect(() => settingsOf({ poling: 'max' }, entry)).toThrow('did you mean "pooling"?')
    expect(() => settingsOf({ optimizer: 'adem' }, entry)).toThrow('must be one of sgd')
    expect(() => settingsOf({ width: 'wide' }, entry)).toThrow('whole number')
  })
})

describe('successive halving', () => {
  test('rungs: a ninth, a third, the end, while trials are left to stop', () => {
    expect(rungsOf(27, 30)).toEqual([1, 3, 9, 27])
    expect(rungsOf(9, 12)).toEqual([1, 3, 9])
    expect(rungsOf(10, 4)).toEqual([4, 10])
    expect(rungsOf(5, 2)).toEqual([5])
    expect(rungsOf(1, 50)).toEqual([1])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 400 }), (epochs, trials) => {
        const rungs = rungsOf(epochs, trials)
        expect(rungs.at(-1)).toBe(epochs)
        for (let i = 1; i < rungs.length; i++) expect(rungs[i]).toBeGreaterThan(rungs[i - 1])
      }),
    )
  })

  test('the better third goes on; equals by loss, then by number; failed ones never', () => {
    const at = (accuracy: number | undefined, loss = 1) => ({ accuracy, loss })
    expect(survivors([at(0.1), at(0.9), at(0.5), at(0.8), at(undefined), at(0.8, 0.5)])).toEqual([1, 5])
    expect(survivors([at(undefined), at(0.2), at(undefined)])).toEqual([1])
    expect(rank([at(0.5, 2), at(0.5, 1), at(0.7), at(0.5, 1)], [0, 1, 2, 3])).toEqual([2, 1, 3, 0])
  })
})

describe('a sweep', () => {
  let folder: string
  let whole: SweepResult
  const data: LoadedDataset = {
    ...{ name: 'drawn', source: 'drawn here', files: [], drawn: true },
    train: drawnDigits({ count: 500, seed: 1 }),
    test: drawnDigits({ count: 120, seed: 2 }),
  }
  const axes = parseAxes('lr=1e-5,1e-3,3e-3,1e30;width=20,40')
  const settings = { model: 'mnist-bpnn', axes, data, epochs: 3, threads: 2 }
  const say = (r: SweepResult) => r.trials.map(({ seconds, ...trial }) => trial)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'inkling-sweep-'))
    whole = await runSweep({ ...settings, out: join(folder, 'whole') })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('trains the better ones to the end, stops the others early, and names the best', () => {
    expect(whole.rungs).toEqual([1, 3])
    const states = whole.trials.map(t => t.state)
    expect(states.filter(s => s === 'finished')).toHaveLength(3)
    expect(states.filter(s => s === 'stopped')).toHaveLength(5)
    for (const t of whole.trials) expect(t.epochs).toBe(t.state === 'finished' ? 3 : 1)
    expect(whole.best.id).toBe(whole.trials[0].id)
    expect(whole.trials[0].validationAccuracy).toBe(Math.max(...whole.trials.map(t => t.validationAccuracy ?? 0)))
    expect([1e-3, 3e-3]).toContain(whole.best.values.lr)
    expect(whole.best.test?.accuracy).toBeGreaterThan(0.3)
    const config = JSON.parse(readFileSync(join(whole.best.run, 'config.json'), 'utf8'))
    expect(config.model.options).toEqual({ width: whole.best.values.width })
  })

  test('judges the test part of the best alone', () => {
    for (const { id, state } of whole.trials.filter(t => t.state === 'finished')) {
      const evaluation = JSON.parse(readFileSync(join(trialFolder(whole.sweep, id), 'evaluation.json'), 'utf8'))
      const best = id === whole.best.id
      expect([state, evaluation.part, evaluation.scores.test === null]).toEqual([
        'finished',
        best ? 'test' : 'validation',
        !best,
      ])
      const said = evaluation.warnings.filter((text: string) => text.startsWith('The test part was left alone'))
      expect(said).toHaveLength(best ? 0 : 1)
      expect(evaluation.scores.validation.accuracy).toBeCloseTo(
        whole.trials.find(t => t.id === id)?.validationAccuracy as number,
        12,
      )
    }
  })

  test('one at a time gives the same as two side by side', async () => {
    const one = await runSweep({ ...settings, jobs: 1, threads: 1, out: join(folder, 'one') })
    expect(say(one)).toEqual(say(whole))
    expect(one.best.test).toEqual(whole.best.test)
  })

  test('stopped at any moment it goes on to the same end, and does not train again what is finished', async () => {
    for (const stopAfter of [1, 5, 9, 12]) {
      const out = join(folder, `stopped-${stopAfter}`)
      const stop = new AbortController()
      let calls = 0
      const sweep = runSweep({
        ...{ ...settings, out, signal: stop.signal },
        onTrial() {
          if (++calls === stopAfter) stop.abort()
        },
      })
      await expect(sweep).rejects.toThrow(TrainingInterrupted)
      // As after a kill: what was running is not known to be so.
      const record = readSweep(out)
      for (const trial of record.trials) if (trial.state === 'running') trial.state = 'waiting'
      writeFileSync(join(out, 'sweep.json'), JSON.stringify(record))
      const resumed = await runSweep({ resume: out, data, threads: 2 })
      expect(say(resumed)).toEqual(say(whole))
      expect(resumed.best.test).toEqual(whole.best.test)
    }
    // Killed after the last trial, before the best was judged.
    const unjudged = join(folder, 'unjudged')
    cpSync(whole.sweep, unjudged, { recursive: true })
    await trainRun({ resume: trialFolder(unjudged, whole.best.id), data, threads: 1, withoutTest: true })
    expect((await runSweep({ resume: unjudged, data, threads: 2 })).best.test).toEqual(whole.best.test)
    const again = await runSweep({ resume: whole.sweep, data, threads: 2 })
    expect(again).toEqual(whole)
  }, 120_000)

  test('without early stopping all are trained; one that breaks is named and the others go on', async () => {
    const some = parseAxes('lr=1e-3,3e38')
    const sgd = { ...settings, axes: { ...some, optimizer: ['sgd'] }, stopEarly: false, out: join(folder, 'broken') }
    const { trials } = await runSweep(sgd)
    expect(trials.map(t => [t.values.lr, t.state])).toEqual([
      [1e-3, 'finished'],
      [3e38, 'failed'],
    ])
    expect(trials[1].error).toMatch(/NaN|finite/i)
  })

  test('over seeds splits a table once, and its runs say so', async () => {
    const path = join(folder, 'points.csv')
    const rows = Array.from({ length: 120 }, (_, i) => `${i % 17},${i % 5},${i % 3 === 0 ? 'far' : 'near'}`)
    writeFileSync(path, `x,y,kind\n${rows.join('\n')}\n`)
    const table = { label: 'kind' }
    const sweep = { model: 'table-mlp', data: path, table, axes: parseAxes('seed=1,2'), seed: 7, epochs: 1, threads: 1 }
    const { trials, sweep: at } = await runSweep({ ...sweep, stopEarly: false, out: join(folder, 'seeds') })
    for (const { id, values } of trials) {
      const { data, seed } = readConfig(trialFolder(at, id))
      expect([seed, data.settings?.table?.seed]).toEqual([values.seed, 7])
      const { train, test: held } = await loadDataset(path, data.settings)
      expect(data.sha256).toEqual({ train: contentHash(train), test: held && contentHash(held) })
    }
  })

  test('a wrong axis, no validation, a folder in use: told before anything is trained', async () => {
    await expect(runSweep({ ...settings, axes: parseAxes('widht=3') })).rejects.toThrow('did you mean "width"?')
    await expect(runSweep({ ...settings, validation: 0 })).rejects.toThrow('hold one out')
    await expect(runSweep({ ...settings, out: whole.sweep })).rejects.toThrow('holds a sweep already')
    cpSync(whole.sweep, join(folder, 'damaged'), { recursive: true })
    writeFileSync(join(folder, 'damaged', 'sweep.json'), '{"format":1')
    await expect(runSweep({ resume: join(folder, 'damaged'), data })).rejects.toThrow('no record of a sweep')
  })
})
