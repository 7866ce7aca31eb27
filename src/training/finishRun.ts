import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { classCounts, type Dataset, rowOf } from '../data/dataset.ts'
import type { LoadedDataset } from '../data/loaded.ts'
import { overlapWarning } from '../data/overlap.ts'
import { dataWarnings } from '../data/warnings.ts'
import type { Evaluation } from '../evaluation/types.ts'
import type { Model } from '../nn/model.ts'
import { simpleBaselines } from './baselines.ts'
import { cascadeStages } from './cascade.ts'
import { chosenByValidation } from './chosenBy.ts'
import { fileScores } from './fileScores.ts'
import { writeFileAtomic } from './files.ts'
import { TrainingInterrupted } from './interrupted.ts'
import { learnedWarnings } from './learnedBefore.ts'
import { modelBytes } from './modelFile.ts'
import { scoresOf } from './partScores.ts'
import { sizeOfPart } from './parts.ts'
import { judge } from './predictDataset.ts'
import type { Predictions } from './predictor.ts'
import type { RunConfig } from './runConfig.ts'
import { RUN_FILES } from './runFolder.ts'
import type { Baseline, Finished, RunEvaluation, RunFacts, RunReport, RunResult } from './runResult.ts'
import { Standing } from './standing.ts'
import { taskOf } from './task.ts'

const accuraciesOf = ({ name, train, validation, test }: Baseline) =>
  [name, { train: train.accuracy, validation: validation?.accuracy, test: test?.accuracy }] as const

/**
 * Judges what was learned, and writes weights, evaluation and report.
 * @throws TrainingInterrupted between two parts, when the signal says so
 */
export async function finishRun(
  ended: Finished,
  { report, signal, withoutTest }: { report?: RunReport; signal?: AbortSignal; withoutTest?: boolean },
): Promise<RunResult> {
  const finished = withoutTest ? { ...ended, data: { ...ended.data, test: undefined } } : ended
  const { folder, config, model, data, backend, fitted } = finished
  const weightsSha256 = await writeWeightsFile(folder, model, fitted.weights, config)
  const standing = new Standing(backend, { model, weights: fitted.weights, scaling: config.recipe.input ?? {} })
  const block = sizeOfPart(config.recipe.batch, config.recipe.accumulate ?? 1)
  const parts = { train: data.train, validation: data.validation, test: data.test }
  const scores: RunEvaluation['scores'] = { train: { loss: 0, accuracy: 0 }, validation: null, test: null }
  const judgedPart = data.test ? 'test' : data.validation ? 'validation' : 'train'
  let predictions: Predictions | undefined
  try {
    for (const part of ['train', 'validation', 'test'] as const) {
      const dataset = parts[part]
      if (!dataset) continue
      if (signal?.aborted) throw new TrainingInterrupted(folder)
      const made = await standing.predict(dataset, Math.min(block, dataset.length))
      scores[part] = scoresOf(model, made, dataset)
      if (part === judgedPart) predictions = made
    }
  } finally {
    await standing.close()
  }
  const judged = { dataset: parts[judgedPart] as Dataset, predictions: predictions as Predictions }
  const evaluation = judge(model, judged.predictions, judged.dataset)
  const { table, signals } = data.loaded
  const baselines = table || signals ? await simpleBaselines(finished, signal) : undefined
  const files = signals && fileScores(judged.dataset, judged.predictions, signals)
  const cascade = await cascadeStages(
    backend,
    { model, weights: fitted.weights, scaling: config.recipe.input },
    judged.dataset,
  )
  const warnings = [...warningsOf(finished), ...guessing(judged.dataset, evaluation)]
  const record: RunEvaluation = {
    part: judgedPart,
    data: judged.dataset.name,
    weightsSha256,
    scores,
    baselines,
    files,
    cascade,
    warnings,
    ...evaluation,
  }
  if (report) {
    const page = await report(
      { ...factsOf(finished, { part: judgedPart, evaluation, warnings, baselines }), cascade },
      { ...judged, nameOf: namesOf(data.loaded, judged.dataset) },
    )
    await writeFileAtomic(join(folder, RUN_FILES.report), page, { what: 'the report' })
  }
  // Last: a run that has an evaluation has everything.
  await writeFileAtomic(join(folder, RUN_FILES.evaluation), `${JSON.stringify(record)}\n`, { what: 'the evaluation' })
  return {
    run: folder,
    ...scores,
    parameters: config.model.parameters.total,
    seconds: fitted.seconds,
    examplesPerSecond: fitted.examplesPerSecond,
    weightsSha256,
    model: config.model.id,
    data: config.data.name,
    task: taskOf(data.loaded),
    classes: config.model.classes,
    baselines,
    files,
    epochs: fitted.history.length,
    learningRate: config.learningRate && { auto: true, rate: config.learningRate.rate },
    cascade,
    keptEpoch: fitted.keptEpoch ?? null,
    ended: fitted.ended,
    warnings,
  }
}

/** Names of a part's examples by their files, where they have one. */
function namesOf({ signals, images }: LoadedDataset, part: Dataset): ((position: number) => string) | undefined {
  if (signals) return i => `${signals.files[signals.fileOf[rowOf(part, i)]]}:${signals.startOf[rowOf(part, i)]}`
  return images && (i => images.names[rowOf(part, i)])
}

/** Writes `weights.safetensors`; gives the SHA-256 of its bytes as they are on the disk. */
export async function writeWeightsFile(
  folder: string,
  model: Model,
  weights: ReadonlyMap<string, Float32Array>,
  config: RunConfig,
): Promise<string> {
  const path = join(folder, RUN_FILES.weights)
  const bytes = modelBytes(model, weights, { classes: config.model.classes, scaling: config.recipe.input ?? {} })
  await writeFileAtomic(path, bytes, { what: 'the weights' })
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}

function warningsOf({ data, config }: Finished): string[] {
  const { overlap, loaded } = data
  const warnings = dataWarnings(loaded)
  const shared = overlap && overlapWarning(overlap)
  if (shared) warnings.push(shared)
  warnings.push(...learnedWarnings(config.from?.learned))
  const decided = data.validation && chosenByValidation(config)
  const chosen = decided ? `, by which ${decided}` : ''
  if (config.fold)
    warnings.push(`Fold ${config.fold.index} of ${config.fold.of}: the figures are of the fold held out${chosen}.`)
  else if (!data.test) {
    const why = config.data.counts.test > 0 ? 'The test part was left alone' : 'There is no test part'
    const judged = data.validation ? `the validation part${chosen}` : 'the training part itself'
    warnings.push(`${why}: the figures are of ${judged}.`)
  }
  return warnings
}

/** Said of what is not more often right than its most frequent class: a rate that was too high, or rare classes. */
function guessing({ classes }: Dataset, { accuracy, perClass, count }: Evaluation): string[] {
  const counts = perClass.map(({ support }) => support)
  const most = Math.max(...counts)
  if (accuracy > most / count) return []
  const share = `${((100 * most) / count).toFixed(1)} %`
  const often = accuracy < most / count ? 'more' : 'as'
  return [
    `Always saying "${classes[counts.indexOf(most)]}" would be ${often} often right (${share}): a lower learning rate, more epochs, or classes evened out may help.`,
  ]
}

/** What a run's evaluation says of it. */
interface Judgement {
  part: RunEvaluation['part']
  evaluation: Evaluation
  warnings: string[]
  baselines?: readonly Baseline[]
}

function factsOf(
  { model, config, data, fitted }: Finished,
  { part, evaluation, warnings, baselines = [] }: Judgement,
): RunFacts {
  const { id, source, epochs, batch, optimizer, schedule, loss, validation, examples, cap, oversample } = config.recipe
  const { augment, plainEpochs, input } = config.recipe
  const { parameters, layers } = model.summary()
  return {
    title: `${config.model.id} on ${config.data.name}`,
    run: {
      id: config.id,
      startedAt: config.startedAt,
      seconds: fitted.seconds,
      bestEpoch: fitted.keptEpoch,
      ...(fitted.ended !== undefined && { endedEarly: fitted.ended }),
      seed: config.seed,
      recipe: id,
      recipeSource: source,
      epochs,
      batch,
      optimizer,
      schedule,
      loss,
      validation,
      ...(examples !== undefined && { examples }),
      ...(cap !== undefined && { cap }),
      ...(oversample && { oversample }),
      augment: augment ?? 'none',
      ...(plainEpochs && { plainEpochs }),
      ...(input && { input }),
      ...(config.from && { from: config.from.path }),
      ...(baselines.length > 0 && { accuracyBeside: Object.fromEntries(baselines.map(accuraciesOf)) }),
    },
    model: { name: config.model.id, parameters, layers },
    data: {
      name: config.data.name,
      part,
      trainCount: data.train.length,
      ...(data.shown && { epochCount: data.shown.length }),
      validationCount: data.validation?.length ?? 0,
      testCount: config.data.counts.test,
      classes: config.model.classes,
      trainDistribution: classCounts(data.train),
      source: data.loaded.source,
      warnings,
    },
    history: fitted.history,
    rateTest: config.learningRate,
    evaluation,
    environment: config.environment,
  }
}
