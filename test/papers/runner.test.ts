import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import type { Experiment, Finished, TrialContext } from '../../src/papers/experiment.ts'
import { reproduce } from '../../src/papers/runner.ts'
import { keepFinished, readFinished } from '../../src/papers/store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-reproduce-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const options = () => ({
  backend: createReferenceBackend(),
  results: join(folder, 'results'),
  work: join(folder, 'work'),
  version: '0',
})

/** An experiment that notes its calls; its trial takes `seconds` as it says, the same with every seed or one for each. */
function toy(seconds: number | readonly number[], fails?: (context: TrialContext) => boolean) {
  const calls: string[] = []
  const each = [seconds].flat()
  const experiment: Experiment = {
    ...{ id: 'toy', paper: 'xu-2022', title: 'a toy', minutes: 1, measured: 'by hand', published: [] },
    trials: ['a', 'b'].map(variant => ({
      variant,
      absent: async () => undefined,
      async run(context) {
        calls.push(`${variant}${context.seed}`)
        if (fails?.(context)) throw new Error('killed')
        await context.figure?.('line', { svg: '<svg/>', csv: [['x'], [context.seed]] })
        return { metrics: { accuracy: 0.5 + context.seed / 10, seconds: each[context.seed % each.length] } }
      },
    })),
  }
  return { experiment, calls }
}

test('three seeds of what is short, one of what takes five minutes', async () => {
  const short = toy(299)
  await reproduce(short.experiment, options())
  expect(short.calls).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2'])
  const long = toy(301)
  await reproduce(long.experiment, { ...options(), fresh: true })
  expect(long.calls).toEqual(['a0', 'b0'])
  // The second was held up by something else: the third is measured all the same.
  const stalled = toy([200, 2000, 200])
  await reproduce(stalled.experiment, { ...options(), fresh: true })
  expect(stalled.calls).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2'])
})

test('says which of the trials runs', async () => {
  const notes: string[] = []
  const onNote = (text: string) => notes.push(text)
  await reproduce(toy(301).experiment, { ...options(), onNote })
  await reproduce(toy(301).experiment, { ...options(), onNote, fresh: true, variant: 'b' })
  expect(notes).toEqual([
    'toy (a), recipe paper, seed 0 (1 of 2)',
    'toy (b), recipe paper, seed 0 (2 of 2)',
    'toy (b), recipe paper, seed 0',
  ])
})

test('what is finished is kept; after a kill only the rest is run', async () => {
  const killed = toy(1, ({ seed, folder }) => seed === 1 && folder.includes('b-'))
  await expect(reproduce(killed.experiment, options())).rejects.toThrow('killed')
  const again = toy(1)
  const { finished } = await reproduce(again.experiment, options())
  expect(again.calls).toEqual(['b1', 'b2'])
  expect(finished.map(f => f.metrics.accuracy)).toEqual([0.5, 0.6, 0.7, 0.5, 0.6, 0.7])
  const fresh = toy(1)
  await reproduce(fresh.experiment, { ...options(), fresh: true, seeds: 1 })
  expect(fresh.calls).toEqual(['a0', 'b0'])
  // Those of other seeds were measured before: they are of other settings.
  expect((await readFinished(options().results, 'toy')).map(f => f.seed)).toEqual([0, 0])
})

test('--fresh keeps what cannot be measured here', async () => {
  await reproduce(toy(301).experiment, options())
  const { experiment, calls } = toy(301)
  const trials = experiment.trials.map(trial =>
    trial.variant === 'a' ? { ...trial, absent: async () => 'no such program' } : trial,
  )
  const { absent } = await reproduce({ ...experiment, trials }, { ...options(), fresh: true })
  expect(calls).toEqual(['b0'])
  expect(absent).toEqual([{ variant: 'a', reason: 'no such program' }])
  expect((await readFinished(options().results, 'toy')).map(f => f.variant)).toEqual(['a', 'b'])
})

test('what was measured with other settings is measured anew, all its seeds', async () => {
  const measuredWith = (rate: number) => {
    const { experiment, calls } = toy(1)
    const trials = experiment.trials.map(trial => {
      const settings = { id: String(rate), loss: { smoothing: trial.variant === 'a' ? rate : 0 } }
      return {
        ...trial,
        settings: () => settings,
        // What the data gave is no setting of the trial.
        run: async (context: TrialContext) => ({
          ...(await trial.run(context)),
          settings: { ...settings, input: { scale: [context.seed] } },
        }),
      }
    })
    return { experiment: { ...experiment, trials }, calls }
  }
  await reproduce(measuredWith(0.1).experiment, options())
  const same = measuredWith(0.1)
  await reproduce(same.experiment, options())
  expect(same.calls).toEqual([])
  const other = measuredWith(1 / 3)
  const { finished } = await reproduce(other.experiment, { ...options(), seeds: 2 })
  expect(other.calls).toEqual(['a0', 'a1'])
  expect(finished.map(f => f.variant + f.seed)).toEqual(['a0', 'a1', 'b0', 'b1', 'b2'])
  const again = measuredWith(1 / 3)
  await reproduce(again.experiment, { ...options(), seeds: 2 })
  expect(again.calls).toEqual([])
})

test('two processes may keep trials of one experiment at a time; a lock whose holder is gone is taken over', async () => {
  const { experiment } = toy(1)
  const one = (seed: number) => ({ variant: 'a', recipe: 'paper', seed, metrics: {} }) as unknown as Finished
  mkdirSync(options().results)
  const lock = join(options().results, 'toy.json.lock')
  writeFileSync(lock, '')
  utimesSync(lock, 0, 0)
  await keepFinished(options().results, experiment, one(5))
  // No process has this number.
  writeFileSync(lock, String(2 ** 30))
  await Promise.all([0, 1, 2, 3, 4].map(seed => keepFinished(options().results, experiment, one(seed))))
  expect((await readFinished(options().results, 'toy')).map(f => f.seed)).toEqual([0, 1, 2, 3, 4, 5])
  expect(readdirSync(options().results)).toEqual(['toy.json'])
})

test('a variant that is not there is named, with those that are', async () => {
  const asked = reproduce(toy(1).experiment, { ...options(), variant: 'c' })
  await expect(asked).rejects.toMatchObject({ message: 'toy has no variant "c"', exitCode: 2, hint: 'It has a, b.' })
})

test('the file of results has a line for each trial; figures are those of the first seed', async () => {
  const { experiment } = toy(1)
  await reproduce(experiment, { ...options(), seeds: 2, variant: 'a' })
  const text = readFileSync(join(folder, 'results', 'toy.json'), 'utf8')
  expect(JSON.parse(text).finished).toHaveLength(2)
  expect(text.trim().split('\n')).toHaveLength(4) // head, two trials, end
  expect(readFileSync(join(folder, 'results', 'figures', 'toy', 'a-line.csv'), 'utf8')).toBe('x\n0\n')
})

test('trials that cannot be run here are named with the reason', async () => {
  const { experiment, calls } = toy(1)
  const [one, two] = experiment.trials
  const trials = [{ ...one, absent: async () => 'no python3 is here' }, two]
  const { absent } = await reproduce({ ...experiment, trials }, options())
  expect(absent).toEqual([{ variant: 'a', reason: 'no python3 is here' }])
  expect(calls).toEqual(['b0', 'b1', 'b2'])
})

test('a quick version is told from a real one', async () => {
  const { experiment, calls } = toy(1)
  await reproduce(experiment, { ...options(), quick: true, load: async () => Promise.reject(new Error('not needed')) })
  expect(calls).toEqual(['a0', 'b0'])
  expect((await readFinished(join(folder, 'results'), 'toy')).every(f => f.quick)).toBe(true)
  const { finished } = await reproduce(experiment, { ...options(), seeds: 1 })
  expect(finished.every(f => !f.quick)).toBe(true)
})
