import { existsSync } from 'node:fs'
import { rm, rmdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { classesBelow } from '../data/folds.ts'
import type { LoadedDataset } from '../data/loaded.ts'
import type { Backend } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import type { Model } from '../nn/index.ts'
import { writeFileAtomic } from './files.ts'
import {
  FOLDS_FILE,
  type FoldRecord,
  type FoldsRecord,
  foldFolder,
  holdsFolds,
  readFolds,
  writeFolds,
} from './foldsFile.ts'
import { type FoldsResult, foldsResult } from './foldsResult.ts'
import { TrainingInterrupted } from './interrupted.ts'
import { loadSettings } from './loadSettings.ts'
import { loadRunData, requestOf } from './runData.ts'
import { createRunFolder, modelOf, RUN_FILES, readConfig } from './runFolder.ts'
import type { RunResult } from './runResult.ts'
import { startBackend, trainRun } from './train.ts'
import type { CommonOptions, NewRun, ResumedRun } from './trainOptions.ts'

/** What every {@link trainFolds} takes beside a run's options. */
interface FoldsCommon {
  /** A fold begins or has ended. */
  onFold?(fold: number, of: number, result?: FoldRecord): void
  /** Makes the report of all folds, `report.html` of their folder. */
  foldsReport?(result: FoldsResult): string | Promise<string>
}

/** A new cross-validation: a run for each of so many folds. */
export interface NewFolds extends FoldsCommon, Omit<NewRun, 'fold' | 'request'> {
  folds: number
}

/** One that goes on where it was stopped; finished folds stay as they are. */
export interface ResumedFolds extends FoldsCommon, Omit<ResumedRun, 'model'> {
  /** For a model that is none of the zoo. */
  model?: Model
  folds?: undefined
}

/**
 * k-fold cross-validation: trains one run for each fold, which holds that fold out. Folds are drawn by class and by the seed,
 * and groups that belong together stay in one fold. A test part is left alone. The weights of the last epoch are kept unless
 * `keep` says otherwise: an epoch chosen by the fold itself would flatter it.
 *
 * @throws TrainingInterrupted after the signal; it goes on with {@link ResumedFolds}
 */
export async function trainFolds(options: NewFolds | ResumedFolds): Promise<FoldsResult> {
  const backend = options.backend ?? (await startBackend(options.threads))
  try {
    return await run({ ...options, backend })
  } finally {
    if (!options.backend) await backend.close()
  }
}

async function run(options: (NewFolds | ResumedFolds) & { backend: Backend }): Promise<FoldsResult> {
  const { folder, record, settings, data } = await (options.resume === undefined ? begin(options) : goOn(options))
  const said = new Set<string>()
  // What is said of the data is the same for each fold, what is said of a rate is news.
  const onNote = (note: string) => {
    if (!said.has(note) || note.startsWith('learning rate')) options.onNote?.(note)
    said.add(note)
  }
  let last: RunResult | undefined
  try {
    for (let fold = 1; fold <= record.folds; fold++) {
      if (record.finished.some(one => one.fold === fold)) continue
      options.signal?.throwIfAborted()
      options.onFold?.(fold, record.folds)
      const at = foldFolder(folder, fold)
      const common = { ...commonOf(options), onNote }
      last = await trainRun(
        existsSync(join(at, RUN_FILES.config))
          ? { ...common, resume: at, ...inMemory(settings) }
          : { ...settings, ...common, ...data, out: at, fold: { index: fold, of: record.folds } },
      )
      const { train, validation, epochs, keptEpoch, seconds, ended, learningRate, weightsSha256 } = last
      if (!validation) throw new Error(`fold ${fold} has no validation part`)
      const baselines = last.baselines?.map(({ name, validation: judged }) => ({ name, validation: judged }))
      const result: FoldRecord = {
        ...{ fold, train, validation, epochs, keptEpoch, seconds, ended, learningRate, weightsSha256, baselines },
      }
      record.finished.push(result)
      await writeFolds(folder, record)
      options.onFold?.(fold, record.folds, result)
    }
  } catch (error) {
    const begun = record.finished.length > 0 || existsSync(foldFolder(folder, 1))
    if (!begun) await abandon(folder)
    const stopped = error instanceof TrainingInterrupted || (error as Error).name === 'AbortError'
    throw begun && stopped ? new TrainingInterrupted(folder) : error
  }
  const result = foldsResult(folder, record)
  if (options.foldsReport)
    await writeFileAtomic(join(folder, RUN_FILES.report), await options.foldsReport(result), { what: 'the report' })
  return result
}

/** What a cross-validation works on. */
interface Plan {
  folder: string
  record: FoldsRecord
  /** The settings of each new run. */
  settings: NewRun
  /** Loaded once for all folds, where the loading does not depend on the fold. */
  data: Pick<NewRun, 'data' | 'request'> | undefined
}

async function begin(options: NewFolds): Promise<Plan> {
  const { folds, out, model, changes } = options
  if (!(Number.isInteger(folds) && folds >= 2))
    throw new InklingError(`folds must be a whole number of at least 2, got ${folds}`, { exitCode: 2 })
  if (changes?.validation !== undefined)
    throw new InklingError('the folds are the validation parts: give folds or a validation share, not both', {
      exitCode: 2,
    })
  if (out !== undefined && holdsFolds(out))
    throw new InklingError(`${out} holds a cross-validation already`, {
      exitCode: 2,
      hint: `Go on with it by --resume ${out}, or choose another folder.`,
    })
  const settings: NewRun = {
    ...asked(options),
    keep: options.keep ?? 'last',
    changes: { ...changes, validation: 1 / folds },
  }
  const data = await loadOnce(settings, folds, options)
  if (options.keep === 'best' || options.earlyStopping)
    options.onNote?.('warning: the epoch is chosen by the fold that is judged: the figures are a little too good')
  const named = typeof options.data === 'string' ? basename(options.data) : options.data.name
  const name = typeof model === 'string' ? model : (model?.name ?? named)
  const folder = await createRunFolder(`${name}-folds`, out)
  const record: FoldsRecord = { format: 1, folds, settings: plain(settings), finished: [] }
  await writeFolds(folder, record)
  return { folder, record, settings, data }
}

async function goOn(options: ResumedFolds): Promise<Plan> {
  const folder = options.resume
  const record = readFolds(folder)
  const { model = record.settings.model ?? (await describedIn(folder)), data = record.settings.data } = options
  if (data === undefined)
    throw new InklingError(`${folder} was trained on data that were given in memory: give them again`, { exitCode: 2 })
  const settings = { ...record.settings, model, data } as NewRun
  const { length } = record.finished
  options.onNote?.(`${folder} goes on: ${length} of ${record.folds} folds are finished`)
  const left = Array.from({ length: record.folds }, (_, i) => foldFolder(folder, i + 1))
  const fresh = left.some(at => !existsSync(join(at, RUN_FILES.config)))
  return { folder, record, settings, data: fresh ? await loadOnce(settings, record.folds, options) : undefined }
}

/** A model that is none of the zoo, by what the first fold knows of it; undefined where it is chosen by the data. */
async function describedIn(folder: string): Promise<Model | undefined> {
  const first = foldFolder(folder, 1)
  if (!existsSync(join(first, RUN_FILES.config))) return undefined
  const config = readConfig(first)
  return config.model.zoo ? undefined : await modelOf(config, first)
}

/** The examples of all folds; undefined for a table, which is standardised anew for each. */
async function loadOnce(settings: NewRun, folds: number, options: CommonOptions): Promise<Plan['data']> {
  const { data, table } = settings
  if (table) return undefined
  const load = loadSettings({ ...settings, ...commonOf(options), fold: { index: 1, of: folds } })
  const { loaded, request } = await loadRunData(data, load)
  const { groups } = loaded.train
  const kept = groups?.kind === 'picture' ? 'copies of one picture' : `all of one ${groups?.kind}`
  options.onNote?.(
    `folds: ${Math.min(loaded.train.length, settings.changes?.examples ?? loaded.train.length)} examples, drawn by class and seed${groups?.together ? `; ${kept} are in one fold` : ''}`,
  )
  const scarce = classesBelow(loaded.train, folds)
  if (scarce.length > 0)
    options.onNote?.(`warning: not every fold has an example of ${scarce.slice(0, 5).join(', ')}: fewer than ${folds}`)
  for (const [part, held] of [
    ['test', loaded.test],
    ['validation', loaded.validation],
  ] as const)
    if (held) options.onNote?.(`the ${part} part of ${loaded.name} (${held.length} examples) is left alone`)
  return { data: loaded, request }
}

/** What a run needs again when it goes on, where it was given in memory. */
function inMemory({ model, data }: NewRun): { model?: Model; data?: LoadedDataset } {
  return { ...(typeof model === 'object' && { model }), ...(typeof data === 'object' && { data }) }
}

/** The options that are about this process, not about the training. */
function commonOf(options: CommonOptions): CommonOptions {
  const { backend, threads, signal, callbacks, onRateTest, report, version, checkpointEvery, dataDir } = options
  return { backend, threads, signal, callbacks, onRateTest, report, version, checkpointEvery, dataDir }
}

/** The options that are about the training. */
function asked(options: NewFolds): NewRun {
  const { folds: _, out: __, onFold: ___, foldsReport: ____, onNote: _____, ...rest } = options
  for (const name of Object.keys(commonOf(options))) delete rest[name as keyof typeof rest]
  return rest
}

/** The same as plain JSON; what was given in memory is left out. */
function plain({ model, data, from, ...rest }: NewRun): FoldsRecord['settings'] {
  return JSON.parse(
    JSON.stringify({
      ...rest,
      from: from && resolve(from),
      ...(typeof model === 'string' && { model }),
      ...(typeof data === 'string' && { data: requestOf(data) }),
    }),
  )
}

/** Takes back the folder in which nothing was learned. */
async function abandon(folder: string): Promise<void> {
  await rm(join(folder, FOLDS_FILE), { force: true })
  await rmdir(folder).catch(() => {})
}
