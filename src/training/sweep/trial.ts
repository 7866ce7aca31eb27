import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LoadedDataset } from '../../data/loaded.ts'
import type { Backend } from '../../engine/backend.ts'
import { InklingError } from '../../errors.ts'
import type { Callback } from '../callbacks.ts'
import { readIfThere } from '../files.ts'
import type { EpochRecord } from '../history.ts'
import { TrainingInterrupted } from '../interrupted.ts'
import { RUN_FILES, readConfig, readMetrics } from '../runFolder.ts'
import type { RunEvaluation } from '../runResult.ts'
import { trainRun } from '../train.ts'
import type { CommonOptions } from '../trainOptions.ts'
import { beats } from './halving.ts'
import { newRunOf } from './newRun.ts'
import { type SweepRecord, type Trial, trialFolder } from './sweepFile.ts'

/** What a trial is advanced with. */
interface Advance {
  folder: string
  record: SweepRecord
  trial: Trial
  /** Epochs at which it waits for the others; the last rung is the end. */
  until: number
  loaded: LoadedDataset
  backend: Backend
  options: Pick<CommonOptions, 'signal' | 'report' | 'version'>
  changed(trial: Trial, keep: boolean): Promise<void>
}

/**
 * Trains a trial up to a rung, from nothing or from its checkpoint. What a trial knows comes from its folder, so that a kill
 * at any moment loses nothing. A trial that cannot be trained has failed; the sweep goes on.
 */
export async function advance(job: Advance): Promise<void> {
  const { folder, record, trial, until, loaded, backend, options, changed } = job
  const at = trialFolder(folder, trial.id)
  const began = existsSync(join(at, RUN_FILES.config))
  if (began) await takeStock(trial, at)
  const last = until === record.rungs[record.rungs.length - 1]
  if (trial.state === 'finished' || (!last && trial.course.length >= until)) return await changed(trial, true)
  trial.state = 'running'
  const pause = new AbortController()
  const watch: Callback = {
    onEpoch(epoch) {
      note(trial, epoch)
      void changed(trial, false)
      if (!last && epoch.epoch >= until) pause.abort()
    },
  }
  const signal = options.signal ? AbortSignal.any([options.signal, pause.signal]) : pause.signal
  const { report, version } = options
  // Trials are compared without the test part, of which the best alone gets to see anything.
  const common = { backend, signal, callbacks: [watch], report, version, withoutTest: true }
  try {
    const { data, ...run } = newRunOf(record, trial)
    await (began
      ? trainRun({ ...common, resume: at, data: loaded })
      : trainRun({ ...common, ...run, data: loaded, request: record.data, out: at }))
  } catch (error) {
    if (!(error instanceof InklingError)) throw error
    if (!(error instanceof TrainingInterrupted)) {
      trial.state = 'failed'
      trial.error = error.message
      return await changed(trial, true)
    }
  }
  await takeStock(trial, at)
  await changed(trial, true)
}

/** What a trial's folder says of it. */
async function takeStock(trial: Trial, at: string): Promise<void> {
  trial.parameters = readConfig(at).model.parameters.total
  Object.assign(trial, { course: [], seconds: 0, epochs: 0, validationAccuracy: null, validationLoss: null })
  for (const epoch of await readMetrics(at)) note(trial, epoch)
  // The evaluation is written last: with it a run has everything.
  trial.state = existsSync(join(at, RUN_FILES.evaluation)) ? 'finished' : 'running'
}

function note(trial: Trial, { epoch, validationAccuracy: accuracy = 0, validationLoss, seconds }: EpochRecord): void {
  // An epoch after a resume may be one that was counted before.
  if (epoch <= trial.course.length) return
  const loss = Number.isFinite(validationLoss) ? (validationLoss as number) : null
  trial.course.push({ accuracy, loss })
  trial.epochs = epoch
  trial.seconds += seconds
  const before = { accuracy: trial.validationAccuracy ?? undefined, loss: trial.validationLoss ?? undefined }
  if (!beats({ accuracy, loss: loss ?? undefined }, before)) return
  trial.validationAccuracy = accuracy
  trial.validationLoss = loss
}

/** Judges the best trial on the test part too: its weights, evaluation and report are written again. */
export async function judgeBest({
  folder,
  trial,
  loaded,
  backend,
  options: { signal, report, version },
}: Omit<Advance, 'record' | 'until' | 'changed'>): Promise<void> {
  try {
    await trainRun({ resume: trialFolder(folder, trial.id), data: loaded, backend, signal, report, version })
  } catch (error) {
    // It is the sweep that goes on later.
    if (!(error instanceof TrainingInterrupted)) throw error
  }
}

/** The evaluation of a finished trial. */
export async function evaluationOf(run: string): Promise<RunEvaluation> {
  const bytes = await readIfThere(join(run, RUN_FILES.evaluation))
  if (!bytes) throw new InklingError(`${run} has no evaluation`)
  return JSON.parse(new TextDecoder().decode(bytes)) as RunEvaluation
}
