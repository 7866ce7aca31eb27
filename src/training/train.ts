import { basename, join, resolve } from 'node:path'
import type { LoadedDataset } from '../data/loaded.ts'
import { scalingFor } from '../data/normalise.ts'
import type { Backend } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import { createOptimizer, lossOf, type Model } from '../nn/index.ts'
import { plural } from '../words.ts'
import { findModel, type Recipe, resolveOptions } from '../zoo/index.ts'
import { checkFits } from './batches.ts'
import { buildModel } from './buildModel.ts'
import { type Callback, earlyStopping } from './callbacks.ts'
import { withThresholds } from './cascade.ts'
import { checkpointIn, readCheckpoint } from './checkpointFile.ts'
import { chooseModel } from './chooseModel.ts'
import { continueFrom } from './continueFrom.ts'
import { environmentOf } from './environment.ts'
import { finishRun, writeWeightsFile } from './finishRun.ts'
import { fitModel } from './fit.ts'
import { TrainingInterrupted } from './interrupted.ts'
import { learnedBefore, learnedWarnings } from './learnedBefore.ts'
import { loadSettings, pictureWatch, settingsToKeep } from './loadSettings.ts'
import { NonFiniteError } from './nonFinite.ts'
import type { RunConfig } from './runConfig.ts'
import { loadRunData, prepareRunData, type RunData, runDataAgain } from './runData.ts'
import {
  abandonRunFolder,
  appendMetrics,
  createRunFolder,
  modelOf,
  RUN_FILES,
  readConfig,
  rewriteMetrics,
  writeConfig,
} from './runFolder.ts'
import { recipeOf, withClassWeights, withFoundRate, withScaling } from './runRecipe.ts'
import type { RunResult } from './runResult.ts'
import { type FitSettings, resolveSettings } from './settings.ts'
import type { NewRun, ResumedRun, TrainRunOptions } from './trainOptions.ts'

export { TrainingInterrupted } from './interrupted.ts'
export type { RunReport, RunResult } from './runResult.ts'
export type { NewRun, ResumedRun, TrainRunOptions } from './trainOptions.ts'

/** What a run needs beside its folder. */
interface Plan {
  folder: string
  config: RunConfig
  model: Model
  data: RunData
  backend: Backend
  weights?: Map<string, Float32Array>
}

/**
 * A whole training with its folder: loads and splits the data, trains, keeps checkpoints, judges, writes weights,
 * evaluation and report. Resumed from a kill at any moment it ends with the same bits (on the same kernel family).
 *
 * @throws InklingError when something is wrong with settings, data or disk; {@link TrainingInterrupted} after the signal
 */
export async function trainRun(options: TrainRunOptions): Promise<RunResult> {
  const backend = options.backend ?? (await startBackend(options.threads))
  try {
    const plan = options.resume === undefined ? await begin(options, backend) : await goOn(options, backend)
    return await run(plan, options)
  } finally {
    if (!options.backend) await backend.close()
  }
}

/** The engine for a training of its own. */
export async function startBackend(threads: number | undefined): Promise<Backend> {
  const { createWasmBackend } = await import('../engine/backends/wasm/backend.ts')
  return await createWasmBackend({ threads, simd: 'auto' })
}

/** Checks everything that can be checked before the folder is made. */
async function begin(options: NewRun, backend: Backend): Promise<Plan> {
  const { seed = 0, out, from, allowOverlap, drawn } = options
  const named = typeof options.model === 'string' ? findModel(options.model) : undefined
  // A wrong setting is told before much is read.
  if (options.model !== undefined) recipeOf(options, named)
  if (named) resolveOptions(named.id, named.options, options.set)
  else if (options.set && typeof options.model === 'object')
    throw new InklingError('options are for models of the zoo: build your own model as you want it', { exitCode: 2 })
  const { loaded, request } = await loadRunData(options.data, loadSettings(options))
  const chosen = options.model === undefined ? chooseModel(loaded) : undefined
  const entry = chosen ? findModel(chosen.model) : named
  const settled = recipeOf({ ...options, recipe: options.recipe ?? chosen?.recipe }, entry)
  const { fold } = options
  const data = await prepareRunData(loaded, settled, seed, { allowOverlap, request: options.request ?? request, fold })
  const { classes } = loaded.train
  const model = entry ? buildModel(entry, loaded.name, loaded.train, options.set) : (options.model as Model)
  const continued = from === undefined ? undefined : await continueFrom(from, model, classes, seed)
  const shown = data.shown ?? data.train
  const weighted = options.classWeights ? withClassWeights(settled, shown) : settled
  if (options.normalise && options.normalise !== 'standardise' && data.train.features instanceof Float32Array)
    throw new InklingError(
      `--normalise ${options.normalise} is for the bytes of pictures: ${loaded.name} holds numbers, which standardise is for`,
      { exitCode: 2 },
    )
  const normalised = options.normalise ? { ...weighted, input: scalingFor(options.normalise, shown) } : weighted
  const recipe = withScaling(normalised, { continued, signals: loaded.signals && shown })
  const parts = {
    recipe,
    seed,
    keep: options.keep ?? chosen?.keep ?? 'best',
    earlyStopping: options.earlyStopping,
    exact: options.exact || undefined,
  } as const
  resolveSettings(settingsOf(parts, data, backend))
  for (const part of [data.train, data.test]) if (part) checkFits(part, model, { labels: true })
  if (recipe.augment && data.train.features instanceof Float32Array)
    throw new InklingError(`${loaded.name} holds numbers, no pictures: there is nothing to augment`, { exitCode: 2 })
  const facts = {
    name: data.loaded.name,
    request: data.request,
    sha256: data.sha256,
    files: data.loaded.files,
    settings: settingsToKeep(options, loaded),
  }
  const learned =
    from === undefined
      ? []
      : learnedBefore(
          from,
          { seed, recipe: recipe as unknown as RunConfig['recipe'], fold, data: facts },
          { test: data.test !== undefined, validation: data.validation !== undefined, given: !!loaded.validation },
        )
  const folder = await createRunFolder(model.name, out)
  // Of a fold there is no split to tell of but that of the folds.
  for (const note of loaded.notes ?? [])
    if ((chosen || !isAboutModel(note, loaded)) && !(fold && note.startsWith('split: '))) options.onNote?.(note)
  if (chosen) options.onNote?.(`trains ${chosen.model}: ${plural(recipe.epochs, 'epoch')}, batches of ${recipe.batch}`)
  const config: RunConfig = {
    format: 1,
    id: basename(resolve(folder)),
    startedAt: new Date().toISOString(),
    model: {
      id: model.name,
      zoo: entry !== undefined,
      inputShape: [...model.inputShape],
      classes: [...classes],
      options: Object.keys(model.settings).length > 0 ? { ...model.settings } : undefined,
      parameters: model.summary().parameters,
      origin: model.origin && { ...model.origin },
    },
    data: {
      ...facts,
      drawn: data.loaded.drawn,
      drawnSettings: data.loaded.drawn ? drawn : undefined,
      columns: loaded.table?.columns,
      source: data.loaded.source,
      counts: {
        train: data.train.length,
        validation: data.validation?.length ?? 0,
        test: data.test?.length ?? 0,
      },
      overlap: data.overlap && { ...data.overlap },
    },
    ...(parts as Pick<RunConfig, 'recipe' | 'seed' | 'keep' | 'earlyStopping' | 'exact'>),
    fold,
    from: continued && { ...continued.from, learned: learned.length > 0 ? learned : undefined },
    environment: environmentOf(backend, options.version),
  }
  try {
    if (options.changes?.rate === 'auto') {
      const settings = { ...settingsOf(parts, data, backend), weights: continued?.weights }
      Object.assign(config, await withFoundRate(config, model, shown, settings, options))
    }
    await writeConfig(folder, config)
  } catch (error) {
    await abandonRunFolder(folder)
    throw error
  }
  for (const text of learnedWarnings(learned)) options.onNote?.(`warning: ${text}`)
  if (continued?.from.fresh.length) options.onNote?.(`fresh: ${continued.from.fresh.join(', ')} (other classes)`)
  return { folder, config, model, data, backend, weights: continued?.weights }
}

/** The lines of a folder's proposal that a model named by the user makes void: model and augmentation. */
const isAboutModel = (note: string, { images, signals }: LoadedDataset) =>
  note === signals?.modelReason || images?.proposal.reasons.slice(2, 4).includes(note) === true

async function goOn(options: ResumedRun, backend: Backend): Promise<Plan> {
  const folder = options.resume
  const config = readConfig(folder)
  const model = options.model ?? (await modelOf(config, folder))
  const request = options.data ?? config.data.request
  if (request === undefined)
    throw new InklingError(`${folder} was trained on data that were given in memory: give them again`, { exitCode: 2 })
  const data = await runDataAgain(config, request, {
    dataDir: options.dataDir,
    images: config.data.settings?.images && { ...config.data.settings.images, ...pictureWatch(options) },
  })
  const began = config.environment.backend
  if (family(began) !== family(backend.description))
    options.onNote?.(
      `this run began on other kernels (${began}, now ${backend.description}): its last bits may differ from one in one go`,
    )
  return { folder, config, model, data, backend }
}

/** A backend's description without its number of threads, which changes no bit. */
const family = (description: string) => description.replace(/,? ?\d+ threads?/, '')

/** The settings of the training itself, from the run's. */
function settingsOf(
  {
    recipe,
    seed,
    keep,
    earlyStopping: stopping,
    exact,
  }: Pick<RunConfig, 'seed' | 'keep' | 'earlyStopping' | 'exact'> & { recipe: Recipe },
  data: RunData,
  backend: Backend,
): FitSettings {
  return {
    backend,
    exact,
    epochs: recipe.epochs,
    batchSize: recipe.batch,
    accumulate: recipe.accumulate,
    seed,
    optimizer: createOptimizer(recipe.optimizer),
    schedule: recipe.schedule,
    loss: lossOf(recipe.loss),
    scaling: recipe.input,
    ...{ augment: recipe.augment, plainEpochs: recipe.plainEpochs },
    validation: data.validation,
    keep: data.validation ? keep : 'last',
    callbacks: stopping && [earlyStopping(stopping)],
  }
}

async function run(plan: Plan, options: TrainRunOptions): Promise<RunResult> {
  const { folder, config, model, data, backend } = plan
  const recipe = config.recipe as unknown as Recipe
  const settings = settingsOf({ ...config, recipe }, data, backend)
  const resume = options.resume === undefined ? undefined : await readCheckpoint(folder)
  if (options.resume !== undefined) {
    await rewriteMetrics(folder, resume?.position.history ?? [])
    options.onNote?.(whereItGoesOn(folder, recipe.epochs, resume?.position))
  }
  let begun = options.resume !== undefined
  const noteBegin: Callback = {
    onBatch() {
      begun = true
    },
  }
  try {
    const fitted = await fitModel(model, data.shown ?? data.train, {
      ...settings,
      callbacks: [...(settings.callbacks ?? []), noteBegin, ...(options.callbacks ?? [])],
      onEpoch: record => appendMetrics(folder, record),
      signal: options.signal,
      checkpoint: checkpointIn(folder, {
        everySeconds: options.checkpointEvery?.seconds,
        everySteps: options.checkpointEvery?.steps,
      }),
      resume,
      weights: plan.weights ?? (resume ? undefined : await firstWeights(plan)),
    })
    if (fitted.interrupted) throw new TrainingInterrupted(folder)
    const { weights } = fitted
    fitted.weights = await withThresholds(backend, { model, weights, scaling: recipe.input }, data.validation)
    return await finishRun({ ...plan, fitted }, options)
  } catch (error) {
    if (error instanceof NonFiniteError && error.result) {
      await writeWeightsFile(folder, model, error.result.weights, config)
      throw new InklingError(error.message, {
        hint: `${error.hint} They are in ${join(folder, RUN_FILES.weights)}`,
        cause: error,
      })
    }
    if (!begun && !(error instanceof TrainingInterrupted)) await abandonRunFolder(folder)
    throw error
  }
}

/** Weights that a run without a checkpoint goes on from, if it was told to. */
async function firstWeights({ config, model }: Plan): Promise<Map<string, Float32Array> | undefined> {
  if (!config.from) return undefined
  const { weights, from } = await continueFrom(config.from.path, model, config.model.classes, config.seed)
  if (from.sha256 === config.from.sha256) return weights
  throw new InklingError(`${from.path} has changed since this run began with its weights`, {
    hint: 'Start a new run with --from.',
  })
}

function whereItGoesOn(
  folder: string,
  epochs: number,
  position: { epoch: number; batch: number; ended?: string } | undefined,
): string {
  if (!position) return `${folder} has no checkpoint yet: it starts from the beginning`
  if (position.ended !== undefined || position.epoch > epochs)
    return `${folder} has nothing left to train: it is judged again`
  return `${folder} goes on in epoch ${position.epoch} of ${epochs}${position.batch > 0 ? `, after batch ${position.batch}` : ''}`
}
