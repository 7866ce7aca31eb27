import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { appendFile, mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { InklingError } from '../errors.ts'
import type { Model } from '../nn/model.ts'
import { findModel } from '../zoo/index.ts'
import { PARTIAL_ENDING, readIfThere, writeError, writeFileAtomic } from './files.ts'
import { FOLDS_FILE, foldsAreDone } from './foldsFile.ts'
import type { EpochRecord } from './history.ts'
import { loadInto } from './modelFile.ts'
import { describedBy } from './modelKinds.ts'
import { type RunConfig, runConfig } from './runConfig.ts'
import { TrainableModel } from './trainable.ts'

/** The files of a run's folder. */
export const RUN_FILES = {
  config: 'config.json',
  metrics: 'metrics.jsonl',
  weights: 'weights.safetensors',
  evaluation: 'evaluation.json',
  report: 'report.html',
} as const

/** Where runs go when nobody says otherwise. */
export const RUNS_FOLDER = 'runs'

/**
 * Makes the folder of a new run: `out`, or `runs/<date>-<model>-<n>` with the first free n.
 * @throws InklingError (exit code 2) when `out` holds something already
 */
export async function createRunFolder(model: string, out?: string, now = new Date()): Promise<string> {
  try {
    if (out !== undefined) {
      if (existsSync(join(out, RUN_FILES.config)))
        throw new InklingError(`${out} holds a run already`, {
          exitCode: 2,
          hint: `Go on with it by --resume ${out}, or choose another folder.`,
        })
      if (existsSync(out) && (!statSync(out).isDirectory() || (await readdir(out)).some(countsAsUsed)))
        throw new InklingError(`${out} is not an empty folder`, { exitCode: 2, hint: 'Choose another one with --out.' })
      await mkdir(out, { recursive: true })
      return out
    }
    await mkdir(RUNS_FOLDER, { recursive: true })
    const stem = `${dateOf(now)}-${model.replace(/[^\w.-]+/g, '-')}`
    for (let n = 1; ; n++) {
      const folder = join(RUNS_FOLDER, `${stem}-${n}`)
      try {
        await mkdir(folder) // fails when another process has just taken it
        return folder
      } catch (error) {
        if ((error as { code?: string }).code !== 'EEXIST') throw error
      }
    }
  } catch (error) {
    throw writeError(error, out ?? RUNS_FOLDER, { what: 'a run into' })
  }
}

/** Whether a file means that a folder is in use: what a kill left half written does not. */
const countsAsUsed = (name: string) => !name.endsWith(PARTIAL_ENDING)

/** Takes back a run's folder in which nothing was learned yet; what else lies in it stays. */
export async function abandonRunFolder(folder: string): Promise<void> {
  for (const name of [RUN_FILES.config, RUN_FILES.metrics]) await rm(join(folder, name), { force: true })
  for (const empty of [join(folder, 'checkpoint'), folder]) await rmdir(empty).catch(() => {})
}

/** The local date as 2026-11-21. */
function dateOf(now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}

export async function writeConfig(folder: string, config: RunConfig): Promise<void> {
  // Lists of numbers (a text holds no bare line break) stay on one line.
  const lists = /\[\n\s+([-\d.e+,\s]+?)\n\s+\]/g
  const text = JSON.stringify(config, undefined, 2).replace(lists, (_, list) => `[${list.replace(/\s+/g, ' ')}]`)
  await writeFileAtomic(join(folder, RUN_FILES.config), `${text}\n`)
}

/** The settings of a run. @throws InklingError when the folder is none */
export function readConfig(folder: string): RunConfig {
  const path = join(folder, RUN_FILES.config)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const code = (cause as { code?: string }).code
    if (!existsSync(folder)) throw new InklingError(`there is no run ${folder}`, { cause, hint: runsHint() })
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new InklingError(`${folder} is not a run: it has no ${RUN_FILES.config}`, { cause, hint: runsHint() })
    throw new InklingError(`${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new InklingError(`${path} is no JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof json === 'object' && json !== null && 'imported' in json)
    throw new InklingError(`${folder} was imported, not trained: there is nothing to go on with`, {
      hint: `Train it further with: inkling train --from ${folder} --data PATH`,
    })
  const parsed = runConfig.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new InklingError(`${path} is no run of this version: ${issue.path.join('.') || 'it'}: ${issue.message}`)
}

function runsHint(): string | undefined {
  const newest = newestRun()
  return newest === undefined ? 'Train one with `inkling train`.' : `The newest run is ${newest}`
}

/** Adds an epoch to the run's metrics. */
export async function appendMetrics(folder: string, record: EpochRecord): Promise<void> {
  const path = join(folder, RUN_FILES.metrics)
  try {
    await appendFile(path, `${JSON.stringify(record)}\n`)
  } catch (error) {
    throw writeError(error, path, { what: 'the metrics' })
  }
}

/** Replaces the run's metrics: a resumed run repeats epochs that were written after its checkpoint. */
export async function rewriteMetrics(folder: string, history: readonly EpochRecord[]): Promise<void> {
  const lines = history.map(record => `${JSON.stringify(record)}\n`)
  await writeFileAtomic(join(folder, RUN_FILES.metrics), lines.join(''), { what: 'the metrics' })
}

/** The epochs of a run so far. A last line that a kill cut off is left out. */
export async function readMetrics(folder: string): Promise<EpochRecord[]> {
  const path = join(folder, RUN_FILES.metrics)
  const bytes = await readIfThere(path)
  const lines = bytes ? new TextDecoder().decode(bytes).split('\n') : []
  const last = lines.pop() // '' after a whole last line
  const records = lines.map((line, i) => {
    try {
      return JSON.parse(line) as EpochRecord
    } catch (cause) {
      throw new InklingError(`${path}: line ${i + 1} is no JSON`, { cause })
    }
  })
  try {
    if (last) records.push(JSON.parse(last))
  } catch {
    // cut off while it was written
  }
  return records
}

/** The folder of a run that its weights file was named of; else what was named. */
export function folderOfRun(path: string): string {
  const folder = dirname(path)
  return basename(path) === RUN_FILES.weights && existsSync(join(folder, RUN_FILES.config)) ? folder : path
}

/** The run in a folder of runs that was finished last; undefined when there is none. */
export function newestRun(
  runs: string = RUNS_FOLDER,
  /** Whether a cross-validation counts too, once all its folds are done. */
  { folds = false }: { folds?: boolean } = {},
): string | undefined {
  let names: string[]
  try {
    names = readdirSync(runs)
  } catch {
    return undefined
  }
  let newest: { folder: string; time: number } | undefined
  for (const name of names.sort()) {
    const folder = join(runs, name)
    const file = folds && foldsAreDone(folder) ? FOLDS_FILE : RUN_FILES.weights
    const time = statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs
    if (time !== undefined && (!newest || time >= newest.time)) newest = { folder, time }
  }
  return newest?.folder
}

/** A trained run. */
export interface LoadedRun {
  folder: string
  config: RunConfig
  model: TrainableModel
  /** Of the bytes of `weights.safetensors`. */
  weightsSha256: string
}

/**
 * Loads a run's model with its weights.
 * @param model the description, for a run whose model is none of the zoo
 * @throws InklingError when it is no run, is not finished, or its weights belong to another model
 */
export async function loadRun(folder: string, model?: Model): Promise<LoadedRun> {
  const config = readConfig(folder)
  const path = join(folder, RUN_FILES.weights)
  const bytes = await readIfThere(path)
  if (!bytes)
    throw new InklingError(`${folder} has no weights yet: its training did not end`, {
      hint: `Go on with it by --resume ${folder}`,
    })
  const described = model ?? (await modelOf(config, folder))
  const { weights, classes, scaling } = loadInto(described, bytes, path)
  return {
    folder,
    config,
    model: new TrainableModel(described, { weights, classes, scaling }),
    weightsSha256: createHash('sha256').update(bytes).digest('hex'),
  }
}

/** The model that a run trains, built from the zoo or from its own description. */
export async function modelOf({ model }: RunConfig, folder: string): Promise<Model> {
  const described = await describedBy(model.origin, folder)
  if (described) return described
  if (!model.zoo)
    throw new InklingError(`${basename(folder)} trains "${model.id}", which is not in the zoo`, {
      hint: 'Give its description: loadRun(folder, model).',
    })
  return findModel(model.id).build({
    inputShape: model.inputShape,
    classes: model.classes.length,
    classNames: model.classes,
    set: model.options,
  })
}
