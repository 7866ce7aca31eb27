import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { classCounts, type Dataset } from '../data/dataset.ts'
import type { LoadedDataset } from '../data/loaded.ts'
import type { Model } from '../nn/model.ts'
import type { EpochRecord } from '../training/history.ts'
import { predictDataset, type WeightedModel } from '../training/predictDataset.ts'
import type { Predictions } from '../training/predictor.ts'
import { contentHash, prepareRunData, type RunData } from '../training/runData.ts'
import { loadRun, RUN_FILES, readConfig, readMetrics } from '../training/runFolder.ts'
import type { RunEvaluation, RunResult } from '../training/runResult.ts'
import { trainRun } from '../training/train.ts'
import { findModel, type Recipe } from '../zoo/index.ts'
import type { DataFacts, Measured, TrialContext } from './experiment.ts'

/** What is trained, and on what. */
export interface TrainingPlan {
  /** A model of the zoo, or one's own. */
  model: string | Model
  recipe: Recipe
  data: LoadedDataset
  /** Whose weights are judged. Default: the last epoch's. */
  keep?: 'best' | 'last'
  /** Below the trial's folder, where it trains more than one model. */
  part?: string
  /** Weighs the loss by how rare a class is. */
  classWeights?: boolean
  /** In a quick version: epochs at most. Default 1. */
  quickEpochs?: number
}

/** A trained model with its scores. */
export interface Trained {
  folder: string
  result: RunResult
  /** Of the test part; of the validation part where there is no test part. */
  evaluation: RunEvaluation
  history: EpochRecord[]
  recipe: Recipe
  /** Whether the loss was weighted by how rare a class is. */
  classWeights?: boolean
  /** The parts that it was trained, validated and tested on. */
  parts: RunData
  model: WeightedModel
}

/** Trains a model in the trial's folder, or goes on with what a kill left there. */
export async function train(context: TrialContext, plan: TrainingPlan): Promise<Trained> {
  const { seed, quick, backend, signal, callbacks, note, version } = context
  const folder = plan.part ? join(context.folder, plan.part) : context.folder
  const recipe = quick ? quickly(plan.recipe, plan.quickEpochs) : plan.recipe
  const { data } = plan
  const common = { backend, signal, callbacks, version, onNote: note }
  const own = typeof plan.model === 'string' ? undefined : plan.model
  if (existsSync(join(folder, RUN_FILES.config)) && !begunSo(folder, plan, recipe)) {
    note(`${folder} was begun with other settings: it starts anew`)
    await rm(folder, { recursive: true })
  }
  const result = existsSync(join(folder, RUN_FILES.config))
    ? await trainRun({ ...common, resume: folder, data, model: own })
    : await trainRun({
        ...common,
        ...{ model: plan.model, data, recipe, seed, out: folder, keep: plan.keep ?? 'last' },
        ...{ allowOverlap: true, classWeights: plan.classWeights },
      })
  const evaluation = JSON.parse(await readFile(join(folder, RUN_FILES.evaluation), 'utf8')) as RunEvaluation
  const history = await readMetrics(folder)
  const parts = await prepareRunData(data, recipe, seed, { allowOverlap: true })
  const { model } = await loadRun(folder, own)
  const weighted = { model: model.model, weights: model.weights, scaling: model.scaling }
  return { folder, result, evaluation, history, recipe, parts, model: weighted, classWeights: plan.classWeights }
}

/** What a trained model makes of any examples. */
export const predict = ({ backend }: TrialContext, { model }: Trained, dataset: Dataset): Promise<Predictions> =>
  predictDataset(backend, model, dataset)

/** Whether a run that was stopped was begun as it would be now: an experiment may have changed since. */
function begunSo(
  folder: string,
  { model, keep = 'last', classWeights = false }: TrainingPlan,
  recipe: Recipe,
): boolean {
  const config = readConfig(folder)
  // Class weights were added to the loss when it began.
  const { classWeights: weights, ...loss } = config.recipe.loss
  const now = JSON.parse(JSON.stringify(recipe)) as Recipe
  const name = typeof model === 'string' ? model : model.name
  return (
    config.model.id === name &&
    config.keep === keep &&
    (weights !== undefined) === classWeights &&
    isDeepStrictEqual({ ...config.recipe, loss }, now)
  )
}

/** One epoch of small batches, so that a few hundred examples make some steps. */
function quickly(recipe: Recipe, epochs = 1): Recipe {
  const { plainEpochs: _, ...rest } = recipe
  return { ...rest, epochs: Math.min(epochs, recipe.epochs), batch: Math.min(32, recipe.batch) }
}

/** A recipe of a model of the zoo. */
export function zooRecipe(model: string, id: string, changes: Partial<Recipe> = {}): Recipe {
  return { ...findModel(model).recipes[id], ...changes }
}

/** The record of a training: scores of the test part (macro averages), epochs, settings, data. */
export function measuredOf({ result, evaluation, history, recipe, parts, classWeights }: Trained): Measured {
  const { accuracy, loss, macro } = evaluation
  return {
    metrics: {
      ...{ accuracy, loss, precision: macro.precision, recall: macro.recall, f1: macro.f1 },
      ...(macro.rocAuc !== null && { rocAuc: macro.rocAuc }),
      trainAccuracy: result.train.accuracy,
      examplesPerSecond: result.examplesPerSecond,
      seconds: result.seconds,
    },
    epochs: result.epochs,
    settings: classWeights ? { ...recipe, classWeights } : recipe,
    data: factsOf(parts),
    history: history.map(({ seconds: _, examplesPerSecond: __, ...epoch }) => epoch),
    details: {
      confusion: evaluation.confusion,
      classes: evaluation.classes,
      parameters: result.parameters,
      classCounts: classCounts(parts.train),
      // Where the paper's curves are of its test part, ours are too.
      watched: parts.validation === parts.test ? 'test' : 'validation',
    },
    notes: result.warnings,
  }
}

/** The data of a training, without a path. */
export function factsOf({ loaded, sha256, train, validation, test }: RunData): DataFacts {
  return {
    name: loaded.name,
    sha256,
    files: loaded.files.map(({ path, sha256 }) => ({ path, sha256 })),
    counts: { train: train.length, validation: validation?.length ?? 0, test: test?.length ?? 0 },
    notes: loaded.notes ?? [],
  }
}

/** The same of data that no network was trained on. */
export function loadedFacts(loaded: LoadedDataset): DataFacts {
  const { train, validation, test } = loaded
  return factsOf({
    loaded,
    train,
    validation,
    test,
    sha256: { train: contentHash(train), test: test && contentHash(test) },
  })
}
