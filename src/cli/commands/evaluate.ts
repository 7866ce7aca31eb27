import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Dataset } from '../../data/dataset.ts'
import type { LoadedDataset, LoadOptions } from '../../data/load.ts'
import { overlapWarning } from '../../data/overlap.ts'
import { InklingError } from '../../errors.ts'
import { readImported } from '../../training/importedRun.ts'
import type { RunConfig } from '../../training/runConfig.ts'
import type { Recipe } from '../../zoo/index.ts'
import { startBackend } from '../backend.ts'
import { evaluationText } from '../evaluationText.ts'
import { addShared, type SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { chooseRun, configOf } from '../runs.ts'

const PARTS = ['test', 'validation', 'train'] as const
type Part = (typeof PARTS)[number]

interface EvaluateOptions extends SharedOptions {
  data?: string
  part?: Part
}

export function define(command: Command): void {
  command
    .argument('[run]', 'a run, or a weights.safetensors (default: the newest run in ./runs)')
    .option('--data <name or path>', 'as for `inkling train` (default: what the run was trained on)')
    .addOption(
      new Option('--part <part>', 'which part of it (default: test, or validation where there is none)').choices(PARTS),
    )
  addShared(command, 'json', 'dataDir', 'threads').action(evaluate)
  command.addHelpText(
    'after',
    '\nExamples:\n  inkling evaluate runs/<id>\n  inkling evaluate runs/<id> --data az --json',
  )
}

async function evaluate(named: string | undefined, options: EvaluateOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const run = chooseRun(named, output)
  const { loadModel } = await import('../../training/trainable.ts')
  const model = await loadModel(run)
  const { loadDataset } = await import('../../data/load.ts')
  const config = configOf(run)
  const trainedOn = config?.data
  const own = config && isOwn(options.data, config.data.request) ? config : undefined
  const imported = readImported(run)
  if (imported && options.data === undefined)
    throw new InklingError(`${run} was imported: say what to judge it on with --data`, { exitCode: 2 })
  const loaded = await loadDataset(options.data ?? trainedOn?.request ?? 'mnist', {
    dataDir: options.dataDir,
    drawn: trainedOn?.drawnSettings,
    images: imported?.pictures && { ...imported.pictures, testShare: 0 },
    ...(own || !trainedOn ? trainedOn?.settings : othersSettings(trainedOn, model.classes)),
  })
  if (!own) checkClasses(loaded.train, model.classes)
  const { dataset, part } = await choosePart(loaded, options.part, own)
  const backend = await startBackend(options.threads)
  const evaluation = await model.evaluate(dataset, { backend })
  await backend.close()
  const warnings: string[] = []
  if (loaded.drawn) warnings.push('These are drawn digits, no real handwriting.')
  if (own?.data.overlap && part === 'test') {
    const shared = overlapWarning({ ...own.data.overlap, testLength: own.data.counts.test })
    if (shared) warnings.push(shared)
  }
  output.result({ run, model: model.name, data: dataset.name, examples: dataset.length, warnings, ...evaluation })
  if (output.json) return
  output.say(`${run}: ${model.name} on ${dataset.name} (${loaded.source})\n`)
  output.say(evaluationText(evaluation))
  for (const warning of warnings) output.say(`\nWARNING: ${warning}`)
}

/** Whether `data` names what the run was trained on, which `own` is. */
const isOwn = (data: string | undefined, own: string | undefined) =>
  data === undefined || data.toLowerCase() === own || resolve(data) === own

/**
 * Pictures of another folder get the form of the run's, the rows of another table the run's inputs; all of them are
 * judged, none were trained on.
 */
function othersSettings({ settings, columns }: RunConfig['data'], classes: readonly string[]): LoadOptions {
  const { images, table } = settings ?? {}
  return {
    images: images && { ...images, testShare: 0 },
    table: table && columns && { label: table.label, known: { columns, classes } },
  }
}

function checkClasses({ name, classes }: Dataset, own: readonly string[]) {
  if (classes.length !== own.length || classes.every((label, k) => label === own[k])) return
  throw new InklingError(`${name} has other classes than the run: ${classes.slice(0, 8).join(', ')}`, {
    hint: `The run knows ${own.slice(0, 8).join(', ')}${own.length > 8 ? ', ...' : ''}.`,
  })
}

/** The part that was asked for. On the data of the run `own`, training and validation part are those of its training. */
async function choosePart(
  loaded: LoadedDataset,
  asked: Part | undefined,
  own: RunConfig | undefined,
): Promise<{ dataset: Dataset; part: Part }> {
  // Of another folder of pictures without parts, or of another table, nothing is held back.
  const whole = !own && (loaded.images || loaded.table) && !loaded.test
  const test = whole ? loaded.train : loaded.test?.labels && loaded.test
  const part = asked ?? (test || !own ? 'test' : own.data.counts.validation > 0 ? 'validation' : 'train')
  if (part === 'test') {
    if (test) return { dataset: test, part }
    throw new InklingError(`${loaded.name} has no test part with labels`, {
      hint: 'Judge on the other one with --part train.',
    })
  }
  if (!own) {
    if (part === 'train') return { dataset: loaded.train, part }
    throw new InklingError('only the data that a run was trained on have a validation part', { exitCode: 2 })
  }
  const { prepareRunData } = await import('../../training/runData.ts')
  const data = await prepareRunData(loaded, own.recipe as unknown as Recipe, own.seed, { allowOverlap: true })
  const dataset = data[part]
  if (!dataset) throw new InklingError(`${loaded.name}: this run held out no validation part`, { exitCode: 2 })
  return { dataset, part }
}
