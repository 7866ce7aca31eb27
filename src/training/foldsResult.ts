import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { madeWarning } from '../data/made.ts'
import { meanAndDeviation } from '../evaluation/spread.ts'
import type { Evaluation } from '../evaluation/types.ts'
import { chosenByValidation } from './chosenBy.ts'
import { type FoldRecord, type FoldsRecord, foldFolder } from './foldsFile.ts'
import type { EpochRecord } from './history.ts'
import type { RunConfig } from './runConfig.ts'
import { RUN_FILES, readConfig, readMetrics } from './runFolder.ts'
import type { RunEvaluation } from './runResult.ts'
import type { Task } from './task.ts'

/** What a cross-validation gives: plain JSON, for `--json`. */
export interface FoldsResult {
  /** The folder with a run for each fold. */
  run: string
  /** What each fold gave; `run` is its folder. */
  folds: (FoldRecord & { run: string })[]
  /** Of the folds' validation accuracies: their mean and sample standard deviation. */
  mean: number
  std: number
  /** The same of simpler classifiers on the same folds, where there are some. */
  baselines?: { name: string; mean: number; std: number }[]
  model: string
  data: string
  task: Task
  classes: string[]
  parameters: number
  /** Training time of all folds. */
  seconds: number
  warnings: string[]
}

/** What a report of all folds is made from. */
export interface FoldsFacts extends FoldsResult {
  startedAt: string
  seed: number
  /** Examples of all folds together: each was judged once, by the run that had not learned it. */
  examples: number
  /** Rows are true classes, columns what they were read as, over all folds. */
  confusion: number[][]
  /** The epochs of each fold. */
  histories: EpochRecord[][]
  settings: Record<string, unknown>
}

/** The result of a cross-validation whose folds are all finished. */
export function foldsResult(folder: string, { finished }: FoldsRecord): FoldsResult {
  const folds = [...finished]
    .sort((a, b) => a.fold - b.fold)
    .map(one => ({ ...one, run: foldFolder(folder, one.fold) }))
  const config = readConfig(folds[0].run)
  const { model, data } = config
  const spread = (values: readonly number[]) => {
    const { mean, std } = meanAndDeviation(values)
    return { mean, std: std as number } // there are at least two folds
  }
  const baselines = folds[0].baselines?.map(({ name }, i) => ({
    name,
    ...spread(folds.map(one => one.baselines?.[i].validation?.accuracy ?? Number.NaN)),
  }))
  const warnings: string[] = []
  const decided = chosenByValidation(config)
  if (decided)
    warnings.push(
      `${decided[0].toUpperCase()}${decided.slice(1)} by the fold that is judged: the figures are a little too good.`,
    )
  const made = madeWarning(data)
  if (made) warnings.push(made)
  return {
    run: folder,
    folds,
    ...spread(folds.map(({ validation }) => validation.accuracy)),
    baselines,
    model: model.id,
    data: data.name,
    task: taskOfRun({ model, data }),
    classes: model.classes,
    parameters: model.parameters.total,
    seconds: folds.reduce((sum, { seconds }) => sum + seconds, 0),
    warnings,
  }
}

function taskOfRun({ model, data }: Pick<RunConfig, 'model' | 'data'>): Task {
  if (data.columns) return 'table'
  return model.inputShape.length === 3 ? 'image' : 'signal'
}

/** Reads what the folds' runs wrote. */
export async function foldsFacts(result: FoldsResult): Promise<FoldsFacts> {
  const { startedAt, seed, recipe } = readConfig(result.folds[0].run)
  const evaluations: RunEvaluation[] = []
  const histories: EpochRecord[][] = []
  for (const { run } of result.folds) {
    evaluations.push(JSON.parse(await readFile(join(run, RUN_FILES.evaluation), 'utf8')))
    histories.push(await readMetrics(run))
  }
  const { id, source, epochs, batch, schedule, loss, augment, plainEpochs } = recipe
  const found = result.folds.flatMap(({ learningRate }) => learningRate?.rate ?? [])
  const optimizer = found.length > 0 ? { ...recipe.optimizer, rate: `auto: ${found.join(', ')}` } : recipe.optimizer
  return {
    ...result,
    startedAt,
    seed,
    examples: evaluations.reduce((sum, { count }) => sum + count, 0),
    confusion: pooled(evaluations),
    histories,
    settings: {
      recipe: id,
      recipeSource: source,
      epochs,
      batch,
      optimizer,
      schedule,
      loss,
      augment: augment ?? 'none',
      ...(plainEpochs && { plainEpochs }),
    },
  }
}

/** The sum of confusion matrices. */
const pooled = (evaluations: readonly Evaluation[]): number[][] =>
  evaluations[0].confusion.map((row, i) =>
    row.map((_, j) => evaluations.reduce((sum, { confusion }) => sum + confusion[i][j], 0)),
  )
