import { availableParallelism } from 'node:os'
import type { LoadedDataset } from '../../data/loaded.ts'
import { InklingError } from '../../errors.ts'
import { findModel, findRecipe } from '../../zoo/index.ts'
import { TrainingInterrupted } from '../interrupted.ts'
import { loadSettings } from '../loadSettings.ts'
import { loadRunData } from '../runData.ts'
import { createRunFolder } from '../runFolder.ts'
import { recipeOf } from '../runRecipe.ts'
import type { RunEvaluation } from '../runResult.ts'
import type { CommonOptions, NewRun } from '../trainOptions.ts'
import { type Axes, trialsOf } from './axes.ts'
import { beats, rank, rungsOf, type Standing, survivors } from './halving.ts'
import { createLanes } from './lanes.ts'
import { newRunOf } from './newRun.ts'
import { holdsSweep, readSweep, type SweepRecord, type Trial, trialFolder, writeSweep } from './sweepFile.ts'
import { advance, evaluationOf, judgeBest } from './trial.ts'

interface SweepCommon extends Pick<CommonOptions, 'dataDir' | 'threads' | 'signal' | 'onNote' | 'report' | 'version'> {
  /** Trials at a time; the threads are shared out. Default: as many as there are threads. */
  jobs?: number
  /** After every epoch of a trial, and whenever one changes its state. */
  onTrial?(trial: Trial, record: SweepRecord): void
}

/** A new sweep over a model of the zoo. */
export interface NewSweep extends SweepCommon {
  model: string
  data: string | LoadedDataset
  axes: Axes
  /** Draws so many trials; default: all combinations. */
  random?: number
  /** The rest of the settings. Default `house`. */
  recipe?: string
  /** Default: the recipe's. */
  epochs?: number
  /** Draw this many of the training data. */
  examples?: number
  /** Share held out for validation; default: the recipe's. */
  validation?: number
  /** The label column of a table, and the column whose rows stay together. */
  table?: NewRun['table']
  /** How glyphs or heartbeats are made into examples. */
  glyphs?: NewRun['glyphs']
  mitdb?: NewRun['mitdb']
  allowOverlap?: boolean
  /** Of the draw and of each trial, where `seed` is no axis. Default 0. */
  seed?: number
  /** Stops hopeless trials early, by successive halving. Default true. */
  stopEarly?: boolean
  /** Folder; default `runs/<date>-<model>-sweep-<n>`. */
  out?: string
  resume?: undefined
}

/** A sweep that goes on: finished and stopped trials stay as they are, the others go on from their checkpoints. */
export interface ResumedSweep extends SweepCommon {
  resume: string
  /** For a sweep whose data were given in memory. */
  data?: LoadedDataset
}

/** What a sweep brought: plain JSON. */
export interface SweepResult {
  sweep: string
  model: string
  data: string
  /** What trials are compared by. */
  metric: 'validationAccuracy'
  rungs: number[]
  /** From best to worst: those that were trained to the end first. */
  trials: Trial[]
  /** The best by validation; its test part was judged once. */
  best: {
    id: string
    values: Trial['values']
    run: string
    validation: RunEvaluation['scores']['validation']
    test: RunEvaluation['scores']['test']
  }
  /** All trials together. */
  seconds: number
  /** What whoever reads these figures must know. */
  warnings: string[]
}

/**
 * Trains a model with many settings and compares them on the validation part.
 *
 * @throws TrainingInterrupted after the signal; it goes on with {@link ResumedSweep}
 * @throws InklingError when settings or data make no sense, or every trial failed
 */
export async function runSweep(options: NewSweep | ResumedSweep): Promise<SweepResult> {
  const { folder, record, loaded } = await (options.resume === undefined ? begin(options) : goOn(options))
  const threads = options.threads ?? availableParallelism()
  const jobs = Math.max(1, Math.min(options.jobs ?? threads, record.trials.length))
  const lanes = createLanes(jobs, Math.max(1, Math.floor(threads / jobs)))
  let written: Promise<void> = Promise.resolve()
  const changed = async (trial: Trial, keep: boolean) => {
    options.onTrial?.(trial, record)
    if (!keep) return
    // One after the other: lanes must not write over each other.
    written = written.then(() => writeSweep(folder, record))
    await written
  }
  const stopped = () => {
    if (options.signal?.aborted) throw new TrainingInterrupted(folder, `inkling sweep --resume ${folder}`)
  }
  try {
    for (const [r, rung] of record.rungs.entries()) {
      const alive = record.trials.filter(t => t.state !== 'stopped' && t.state !== 'failed')
      await lanes.each(alive, options.signal, (trial, backend) =>
        advance({ folder, record, trial, until: rung, loaded, backend, options, changed }),
      )
      stopped()
      if (r < record.rungs.length - 1) await stopTheRest(record, r, changed)
    }
    const [best] = fromBest(folder, record)
    const { scores } = await evaluationOf(trialFolder(folder, best.id))
    if (loaded.test?.labels && !scores.test)
      await lanes.each([best], options.signal, (trial, backend) =>
        judgeBest({ folder, trial, loaded, backend, options }),
      )
    stopped()
  } finally {
    await lanes.close()
  }
  return resultOf(folder, record)
}

/**
 * Of the trials that came to a rung, the better third goes on. A resumed sweep judges its former rungs again, from what the
 * trials were at that time: the same ones are stopped.
 */
async function stopTheRest(
  { trials, rungs }: SweepRecord,
  r: number,
  changed: (trial: Trial, keep: boolean) => Promise<void>,
): Promise<void> {
  const before = rungs[r - 1] ?? 0
  const judged = trials.filter(
    ({ state, course }) =>
      !(state === 'stopped' && course.length < rungs[r]) && !(state === 'failed' && course.length < before),
  )
  const kept = new Set(survivors(judged.map(t => standingAt(t, rungs[r]))))
  for (const [i, trial] of judged.entries()) {
    if (kept.has(i) || trial.state === 'failed' || trial.state === 'stopped') continue
    trial.state = 'stopped'
    await changed(trial, true)
  }
}

/** The best epoch of a trial up to a rung. */
function standingAt({ course, state }: Trial, rung: number): Standing {
  if (state === 'failed' && course.length < rung) return { accuracy: undefined, loss: undefined }
  const epochs = course.slice(0, rung).map(({ accuracy, loss }) => ({ accuracy, loss: loss ?? undefined }))
  return epochs.reduce((best, epoch) => (beats(epoch, best) ? epoch : best))
}

async function begin(options: NewSweep) {
  const { model, random, recipe = 'house', examples, validation, seed = 0, stopEarly = true, out, axes } = options
  const entry = findModel(model)
  const trials = trialsOf(axes, random, seed)
  const epochs = options.epochs ?? findRecipe(entry, recipe).epochs
  const record: SweepRecord = {
    ...{ format: 1, model, dataName: '', recipe, axes: axes as SweepRecord['axes'], random, seed },
    ...{ epochs, examples, validation, rungs: [epochs], allowOverlap: options.allowOverlap },
    ...{
      table: options.table,
      glyphs: options.glyphs && { ...options.glyphs },
      mitdb: options.mitdb && { ...options.mitdb },
    },
    trials: trials.map((values, i) => newTrial(String(i + 1).padStart(3, '0'), values)),
  }
  // Every trial is checked before the first one begins.
  const all = record.trials.map(trial => recipeOf(newRunOf(record, trial), entry))
  if (all.some(r => r.validation === 0))
    throw new InklingError('a sweep compares trials on a validation part: hold one out with --validation 0.1', {
      exitCode: 2,
    })
  if (stopEarly && !Object.hasOwn(axes, 'epochs')) record.rungs = rungsOf(epochs, trials.length)
  if (out !== undefined && holdsSweep(out))
    throw new InklingError(`${out} holds a sweep already`, {
      exitCode: 2,
      hint: `Go on with it by --resume ${out}, or choose another folder.`,
    })
  const { loaded, request } = await loadRunData(options.data, dataSettings(record, options))
  record.data = request
  record.dataName = loaded.name
  const folder = await createRunFolder(`${model}-sweep`, out)
  await writeSweep(folder, record)
  return { folder, record, loaded }
}

async function goOn(options: ResumedSweep) {
  const folder = options.resume
  const record = readSweep(folder)
  const data = options.data ?? record.data
  if (data === undefined)
    throw new InklingError(`${folder} was made of data that were given in memory: give them again`, { exitCode: 2 })
  const { loaded } = await loadRunData(data, dataSettings(record, options))
  return { folder, record, loaded }
}

/** The data are loaded once, as a run with the sweep's own seed would load them. */
const dataSettings = (
  { seed, table, glyphs, mitdb, validation }: SweepRecord,
  { dataDir, signal, onNote }: SweepCommon,
) => loadSettings({ data: '', dataDir, seed, table, glyphs, mitdb, changes: { validation }, signal, onNote })

const newTrial = (id: string, values: Trial['values']): Trial => ({
  ...{ id, values, state: 'waiting', epochs: 0, validationAccuracy: null, validationLoss: null },
  ...{ seconds: 0, parameters: null, course: [] },
})

/** From best to worst, those that were trained to the end first. @throws InklingError when there is none of these */
function fromBest(folder: string, { trials }: SweepRecord): Trial[] {
  const standings = trials.map(t => ({
    accuracy: t.validationAccuracy ?? undefined,
    loss: t.validationLoss ?? undefined,
  }))
  const of = (state: Trial['state']) => trials.flatMap((t, i) => (t.state === state ? [i] : []))
  const byEpochs = of('stopped').sort((a, b) => trials[b].epochs - trials[a].epochs)
  const stopped = [...new Set(byEpochs.map(i => trials[i].epochs))].flatMap(epochs =>
    rank(
      standings,
      byEpochs.filter(i => trials[i].epochs === epochs),
    ),
  )
  const finished = rank(standings, of('finished'))
  if (finished.length === 0)
    throw new InklingError(`every trial failed, the first with: ${trials.find(t => t.error)?.error}`, {
      hint: `What was tried stands in ${folder}`,
    })
  return [...finished, ...stopped, ...of('failed')].map(i => trials[i])
}

async function resultOf(folder: string, record: SweepRecord): Promise<SweepResult> {
  const { model, dataName, rungs } = record
  const trials = fromBest(folder, record)
  const [best] = trials
  const run = trialFolder(folder, best.id)
  const { scores, warnings } = await evaluationOf(run)
  return {
    ...{ sweep: folder, model, data: dataName, metric: 'validationAccuracy', rungs },
    trials,
    best: { id: best.id, values: best.values, run, validation: scores.validation, test: scores.test },
    seconds: trials.reduce((sum, t) => sum + t.seconds, 0),
    warnings,
  }
}
