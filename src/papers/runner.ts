import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { LoadedDataset, LoadOptions } from '../data/loaded.ts'
import type { Backend } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import type { Callback } from '../training/callbacks.ts'
import { environmentOf } from '../training/environment.ts'
import { TrainingInterrupted } from '../training/interrupted.ts'
import { createLoader } from './data.ts'
import type { DrawnFigure, Experiment, Finished, Measured, RecipeKind, Trial, TrialContext } from './experiment.ts'
import { usualFigures } from './figures/training.ts'
import { compactly, keepFigure, keepFinished, keyOf, readFinished } from './store.ts'

/** Seeds of a trial that takes less than {@link LONG} seconds. */
const SEEDS = 3
const LONG = 300

export interface ReproduceOptions {
  backend: Backend
  /** Where finished trials and figures are kept. */
  results: string
  /** Where trials work; what a kill left there is gone on with. */
  work: string
  /** Default: the recipes that the experiment is measured with. */
  recipe?: RecipeKind
  /** This trial alone. */
  variant?: string
  quick?: boolean
  /** Measures again what is finished. */
  fresh?: boolean
  /** Number of seeds from 0. Default: three where a trial takes less than five minutes, else one. */
  seeds?: number
  dataDir?: string
  signal?: AbortSignal
  callbacks?: readonly Callback[]
  onNote?(text: string): void
  version: string
  /** Kept over several experiments, so that data are read once. */
  load?(name: string, options?: LoadOptions): Promise<LoadedDataset>
}

/** What {@link reproduce} gives. */
export interface Reproduced {
  /** The finished trials of the recipes and variants asked for, earlier ones among them. */
  finished: Finished[]
  /** Trials that cannot be run here, and why. */
  absent: { variant: string; reason: string }[]
}

/**
 * Runs the trials of an experiment that are not finished yet, keeps each as it ends, and draws its figures.
 * @throws TrainingInterrupted after the signal; finished trials are kept, and the next call goes on
 */
export async function reproduce(experiment: Experiment, options: ReproduceOptions): Promise<Reproduced> {
  const { results, quick = false } = options
  const recipes = options.recipe ? [options.recipe] : (experiment.recipes ?? ['paper'])
  const trials = experiment.trials.filter(t => options.variant === undefined || t.variant === options.variant)
  if (trials.length === 0)
    throw new InklingError(`${experiment.id} has no variant "${options.variant}"`, {
      exitCode: 2,
      hint: `It has ${experiment.trials.map(t => t.variant || '(one without a name)').join(', ')}.`,
    })
  const absent: Reproduced['absent'] = []
  const load = options.load ?? createLoader({ dataDir: options.dataDir, quick, onNote: options.onNote })
  const recipesOf = (trial: Trial) => recipes.filter(r => trial.recipes?.includes(r) ?? true)
  const count = trials.flatMap(recipesOf).length
  let number = 0
  for (const trial of trials) {
    const reason = await trial.absent?.()
    if (reason !== undefined) {
      absent.push({ variant: trial.variant, reason })
      options.onNote?.(`${nameOf(experiment, trial)} is skipped: ${reason}`)
      number += recipesOf(trial).length
      continue
    }
    const own = recipesOf(trial)
    if (own.length === 0) options.onNote?.(`${nameOf(experiment, trial)} has no recipe "${recipes.join()}"`)
    for (const recipe of own) {
      const place = count > 1 ? ` (${++number} of ${count})` : ''
      await runSeeds(experiment, trial, recipe, { ...options, load, place })
    }
  }
  const wanted = new Set(trials.map(t => t.variant))
  const all = (await readFinished(results, experiment.id)).filter(f => f.quick === quick)
  await drawFigures(experiment, all, results)
  return { finished: all.filter(f => recipes.includes(f.recipe) && wanted.has(f.variant)), absent }
}

/** The figures that can be drawn from what is stored: those of each trial (its first seed), and those over all. */
async function drawFigures(experiment: Experiment, all: readonly Finished[], results: string): Promise<void> {
  const keep = (name: string, figure: DrawnFigure) => keepFigure(results, experiment.id, name, figure)
  for (const one of all) {
    const trial = experiment.trials.find(t => t.variant === one.variant)
    if (!trial || one.seed !== 0) continue
    const what = `${experiment.id} ${one.variant}`.trim()
    await usualFigures(what, one, (name, figure) => keep(stemOf(experiment, one) + name, figure), trial.keeps)
  }
  await experiment.draw?.(all, keep)
}

/** What the figures of a trial begin with. */
function stemOf(experiment: Experiment, { variant, recipe }: Pick<Finished, 'variant' | 'recipe'>): string {
  const usual = (experiment.recipes ?? ['paper'])[0]
  return [variant, recipe === usual ? '' : recipe].flatMap(part => (part ? `${part}-` : [])).join('')
}

/** Of one among several trials. */
interface TrialOptions extends ReproduceOptions {
  load: NonNullable<ReproduceOptions['load']>
  /** Which one this is, as it is told: " (2 of 7)". */
  place: string
}

async function runSeeds(
  experiment: Experiment,
  trial: Trial,
  recipe: RecipeKind,
  options: TrialOptions,
): Promise<void> {
  const { results, fresh, quick = false } = options
  const most = trial.once || quick ? 1 : (options.seeds ?? SEEDS)
  // By the quickest: one may have been held up by other work on the machine.
  let least = Number.POSITIVE_INFINITY
  for (let seed = 0; seed < most; seed++) {
    const key = { variant: trial.variant, recipe, seed }
    const known = (await readFinished(results, experiment.id)).find(f => keyOf(f) === keyOf(key) && f.quick === quick)
    const stale = known !== undefined && !quick && !sameSettings(trial.settings?.(recipe), known.settings)
    if (stale) options.onNote?.(`${nameOf(experiment, trial)} was measured with other settings: it is measured anew`)
    const done =
      known && !fresh && !stale ? known : await runOne(experiment, trial, key, options, (fresh || stale) && seed === 0)
    least = Math.min(least, done.seconds)
    if (options.seeds === undefined && least >= LONG) return
  }
}

async function runOne(
  experiment: Experiment,
  trial: Trial,
  key: Pick<Finished, 'variant' | 'recipe' | 'seed'>,
  options: TrialOptions,
  anew = false,
): Promise<Finished> {
  const { backend, results, quick = false, fresh, signal, callbacks, load, version, dataDir } = options
  const folder = workFolder(options.work, experiment.id, key, quick)
  // What is quick is never gone on with.
  if (fresh || quick) await rm(folder, { recursive: true, force: true })
  if (signal?.aborted) throw new TrainingInterrupted(folder)
  const note = (text: string) => options.onNote?.(text)
  note(`${nameOf(experiment, trial)}, recipe ${key.recipe}, seed ${key.seed}${options.place}`)
  const context: TrialContext = { ...key, quick, folder, backend, dataDir, load, signal, callbacks, note, version }
  // One seed's figures are enough to look at.
  if (key.seed === 0) {
    const stem = stemOf(experiment, key)
    context.figure = (name, figure) => keepFigure(results, experiment.id, stem + name, figure)
  }
  const began = performance.now()
  const measured = await trial.run(context)
  const seconds = measured.metrics.seconds ?? (performance.now() - began) / 1000
  const { seconds: _, ...metrics } = measured.metrics
  const one: Finished = {
    ...key,
    quick,
    ...{ ...measured, metrics },
    ...(key.seed > 0 && withoutPictures(measured)),
    seconds,
    finishedAt: new Date().toISOString(),
    environment: environmentOf(backend, version),
  }
  await keepFinished(results, experiment, one, anew)
  return one
}

/**
 * Whether a trial was measured with the settings that it has now, as far as it tells them: stored ones are rounded, and hold a
 * scaling that its training part gave.
 */
function sameSettings(now: unknown, stored: unknown): boolean {
  if (now === undefined) return true
  const told = (settings: unknown) => {
    // What a recipe is called and where it is from changes nothing; one trial may have several.
    const plain = JSON.parse(JSON.stringify(settings, compactly), (key, v) =>
      /^(id|source)$/.test(key) ? undefined : v,
    )
    const { input, ...rest } = plain
    return (now as { input?: unknown }).input ? { ...rest, input } : rest
  }
  return isDeepStrictEqual(told(now), told(stored ?? {}))
}

/** Curves and matrices are drawn of the first seed alone: of others they are not kept. */
function withoutPictures({ details = {} }: Measured): Pick<Measured, 'history' | 'details'> {
  const { confusion: _, classes: __, classCounts: ___, ...rest } = details
  return { history: undefined, details: rest }
}

/** Where a trial works. */
export const workFolder = (
  work: string,
  id: string,
  { variant, recipe, seed }: Pick<Finished, 'variant' | 'recipe' | 'seed'>,
  quick = false,
): string => join(work, quick ? 'quick' : '', id, `${variant || 'only'}-${recipe}-${seed}`)

const nameOf = (experiment: Experiment, { variant }: Trial) => `${experiment.id}${variant ? ` (${variant})` : ''}`
