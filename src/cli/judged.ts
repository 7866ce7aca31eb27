import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Dataset, labelsOf } from '../data/dataset.ts'
import type { LoadedDataset, LoadOptions } from '../data/loaded.ts'
import { overlapWarning } from '../data/overlap.ts'
import { listDatasets } from '../data/registry.ts'
import type { SignalOptions } from '../data/signals/types.ts'
import { dataWarnings } from '../data/warnings.ts'
import { InklingError } from '../errors.ts'
import { readImported } from '../training/importedRun.ts'
import { learnedWarnings } from '../training/learnedBefore.ts'
import type { RunConfig, SignalSettings } from '../training/runConfig.ts'
import { folderOfRun } from '../training/runFolder.ts'
import type { Recipe } from '../zoo/index.ts'
import { learnedPictures } from './learnedPictures.ts'
import { configOf } from './runs.ts'

/** The parts of a data set that can be judged on. */
export const PARTS = ['test', 'validation', 'train'] as const
export type Part = (typeof PARTS)[number]

/** What `inkling evaluate` was asked for. */
export interface Asked {
  data?: string
  part?: Part
  dataDir?: string
  /** What may stand there alone. */
  context?: string
  /** Of other signals: their label file and its column, and the rate of CSV files without times. */
  labels?: string
  label?: string
  sampledAt?: number
}

/** What a run is judged on, made into examples as the run made its own. */
export interface Judged {
  dataset: Dataset
  part: Part
  loaded: LoadedDataset
  warnings: string[]
}

/** The examples to judge a run on: those of its own data, or of other data with the same classes. */
export async function judgedBy(run: string, classes: readonly string[], asked: Asked): Promise<Judged> {
  const { loadDataset } = await import('../data/load.ts')
  const config = configOf(run)
  const trainedOn = config?.data
  const own = config && isOwn(asked.data, config.data.request) ? config : undefined
  const imported = readImported(folderOfRun(run))
  checkSignalOptions(asked, own !== undefined, trainedOn?.settings?.signals !== undefined)
  const nameless = trainedOn && trainedOn.request === undefined && 'was trained on data that were given in memory'
  const why = imported ? 'was imported' : nameless
  if (why && asked.data === undefined)
    throw new InklingError(`${run} ${why}: say what to judge it on with --data`, { exitCode: 2 })
  const loaded = await loadDataset(asked.data ?? trainedOn?.request ?? 'mnist', {
    dataDir: asked.dataDir,
    drawn: trainedOn?.drawnSettings,
    images: imported?.pictures && { ...imported.pictures, testShare: 0 },
    ...(own || !trainedOn ? trainedOn?.settings : othersSettings(trainedOn, classes, asked)),
  })
  const read = own ? loaded : asClassesOf(loaded, classes)
  const { dataset, part, sha256 } = await choosePart(read, asked.part, own)
  const warnings = dataWarnings(loaded)
  if (own?.data.overlap && part === 'test') {
    const shared = overlapWarning({ ...own.data.overlap, testLength: own.data.counts.test })
    if (shared) warnings.push(shared)
  }
  if (!own) {
    warnings.push(...warningsOf(loaded, classes, trainedOn?.request, asked.context))
    warnings.push(...(await learnedPictures(run, dataset, asked.dataDir)))
  }
  warnings.push(...learnedWarnings(own?.from?.learned, part))
  const had = own?.data.sha256[part === 'test' ? 'test' : 'train']
  if (own && had !== undefined && sha256 !== had)
    warnings.push(
      `The data ${loaded.name} are not those that the run was trained on: among the examples judged may be some that it learned.`,
    )
  return { dataset, part, loaded, warnings }
}

/** Refuses what is for other signals than the run's own where there are none. */
function checkSignalOptions({ data, labels, label, sampledAt }: Asked, own: boolean, readsSignals: boolean): void {
  if (readsSignals && !own && labels === undefined && data && statSync(data, { throwIfNoEntry: false })?.isFile())
    throw new InklingError(`which stretches of ${data} belong to which class? Name its label file with --labels`, {
      exitCode: 2,
    })
  if (label !== undefined && labels === undefined)
    throw new InklingError('--label names a column of the label file: name that with --labels', { exitCode: 2 })
  if (labels === undefined && sampledAt === undefined) return
  if (!readsSignals)
    throw new InklingError('--labels and --sampled-at are for a run that learned signals', { exitCode: 2 })
  if (own)
    throw new InklingError('--labels and --sampled-at are for other signals: name them with --data', { exitCode: 2 })
}

/**
 * Checks that several runs are judged on the same examples: where a part was drawn by the seed, what one run is judged on
 * may be what another has learned.
 */
export function checkSameExamples(runs: readonly string[], judged: readonly Judged[]): void {
  const labels = judged.map(({ dataset }) => labelsOf(dataset).join())
  const other = labels.findIndex(list => list !== labels[0])
  if (other < 0) return
  const { dataset, part } = judged[other]
  throw new InklingError(
    `${runs[other]} would be judged on other examples (the ${part} part of ${dataset.name}) than ${runs[0]}: their data or splits differ`,
    {
      exitCode: 2,
      hint: 'Name data that none of them was trained on: --data PATH. Runs of one --seed have one split.',
    },
  )
}

/** Whether `data` names what the run was trained on, which `own` is. */
const isOwn = (data: string | undefined, own: string | undefined) =>
  data === undefined || data.toLowerCase() === own || resolve(data) === own

/**
 * Pictures of another folder get the form of the run's, the rows of another table the run's inputs; all of them are
 * judged, none were trained on.
 */
function othersSettings(
  { settings, columns }: RunConfig['data'],
  classes: readonly string[],
  asked: Asked,
): LoadOptions {
  const { images, table, signals } = settings ?? {}
  return {
    images: images && { ...images, testShare: 0 },
    table: table && columns && { label: table.label, known: { columns, classes } },
    signals: signals && signalsOf(signals, classes, asked),
  }
}

/** Signals cut as the run's; a label file is named anew. */
function signalsOf(
  { window, hop, rate, channels, sampledAt, rest, label }: SignalSettings,
  classes: readonly string[],
  asked: Asked,
): SignalOptions {
  const form = { window: Number(window), hop: Number(hop), rate, channels }
  const labels = asked.labels === undefined ? {} : { labels: asked.labels, label: asked.label ?? label, rest }
  return { ...labels, sampledAt: asked.sampledAt ?? sampledAt, known: { form, classes } }
}

/** The data with the run's classes, which must be among them by their names; in their order, and however few they are. */
function asClassesOf(loaded: LoadedDataset, own: readonly string[]): LoadedDataset {
  const { name, classes } = loaded.train
  const places = classes.map(label => own.indexOf(label))
  const unknown = classes.filter((_, k) => places[k] < 0)
  if (unknown.length > 0) {
    const some = (list: readonly string[]) => `${list.slice(0, 8).join(', ')}${list.length > 8 ? ', ...' : ''}`
    throw new InklingError(
      `${name} has other classes than the run: of its ${classes.length} the run does not know ${some(unknown)}`,
      { hint: `The run knows ${own.length}: ${some(own)}` },
    )
  }
  if (classes.length === own.length && places.every((place, k) => place === k)) return loaded
  const as = (part: Dataset): Dataset => ({
    ...part,
    classes: own,
    labels: part.labels && Int32Array.from(part.labels, label => places[label]),
  })
  const { train, validation, test } = loaded
  return { ...loaded, train: as(train), validation: validation && as(validation), test: test && as(test) }
}

/** What must be known of data with fewer classes than the run has, or of a set that the run's data were drawn from. */
function warningsOf(
  { name, train }: LoadedDataset,
  own: readonly string[],
  trainedOn: string | undefined,
  context: string | undefined,
): string[] {
  const warnings: string[] = []
  const few = train.classes.length
  if (few < own.length && context === undefined)
    warnings.push(
      `${name} has ${few} of the run's ${own.length} classes: what is read as another one counts as wrong; --context leaves those out`,
    )
  const parts = listDatasets().find(info => info.name === trainedOn?.toLowerCase())?.combines
  if (parts?.includes(name))
    warnings.push(
      `${trainedOn} is made of ${parts.join(' and ')}: among the examples judged may be some that the run learned`,
    )
  return warnings
}

/**
 * The part that was asked for. On the data of the run `own`, training and validation part are those of its training, and
 * `sha256` is the content hash that its `config.json` has of the same.
 */
async function choosePart(
  loaded: LoadedDataset,
  asked: Part | undefined,
  own: RunConfig | undefined,
): Promise<{ dataset: Dataset; part: Part; sha256?: string }> {
  const { contentHash, prepareRunData } = await import('../training/runData.ts')
  // Of another folder of pictures without parts, or of another table, nothing is held back.
  const whole = !own && (loaded.images || loaded.table || loaded.signals) && !loaded.test
  const test = whole ? loaded.train : loaded.test?.labels && loaded.test
  const part = asked ?? (test || !own ? 'test' : own.data.counts.validation > 0 ? 'validation' : 'train')
  if (part === 'test') {
    if (test) return { dataset: test, part, sha256: own && contentHash(test) }
    throw new InklingError(`${loaded.name} has no test part with labels`, {
      hint: 'Judge on the other one with --part train.',
    })
  }
  if (!own) {
    if (part === 'train') return { dataset: loaded.train, part }
    throw new InklingError('only the data that a run was trained on have a validation part', { exitCode: 2 })
  }
  const data = await prepareRunData(loaded, own.recipe as unknown as Recipe, own.seed, {
    allowOverlap: true,
    fold: own.fold,
  })
  const dataset = data[part]
  if (!dataset) throw new InklingError(`${loaded.name}: this run held out no validation part`, { exitCode: 2 })
  return { dataset, part, sha256: data.sha256.train }
}
