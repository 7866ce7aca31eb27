import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { LoadedDataset } from '../../data/load.ts'
import { overlapWarning } from '../../data/overlap.ts'
import { InklingError } from '../../errors.ts'
import { startBackend } from '../backend.ts'
import { evaluationText } from '../evaluationText.ts'
import { addShared, type SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { chooseRun } from '../runs.ts'

interface EvaluateOptions extends SharedOptions {
  data?: string
  part: 'test' | 'train'
}

export function define(command: Command): void {
  command
    .argument('[run]', 'a run, or a weights.safetensors (default: the newest run in ./runs)')
    .option('--data <name or path>', 'as for `inkling train` (default: what the run was trained on)')
    .addOption(new Option('--part <part>', 'which part of it').choices(['test', 'train']).default('test'))
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
  const trainedOn = await dataOf(run)
  const loaded = await loadDataset(options.data ?? trainedOn?.request ?? 'mnist', {
    dataDir: options.dataDir,
    drawn: trainedOn?.drawnSettings,
  })
  const dataset = partOf(loaded, options.part)
  const backend = await startBackend(options.threads)
  const evaluation = await model.evaluate(dataset, { backend })
  await backend.close()
  const warnings: string[] = []
  if (loaded.drawn) warnings.push('These are drawn digits, no real handwriting.')
  if (trainedOn?.overlap && options.part === 'test' && isOwn(options.data, trainedOn.request)) {
    const shared = overlapWarning({ ...trainedOn.overlap, testLength: trainedOn.counts.test })
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

/** What a run was trained on; undefined for a weights file. */
async function dataOf(run: string) {
  if (!statSync(run).isDirectory()) return undefined
  const { readConfig } = await import('../../training/runFolder.ts')
  return readConfig(run).data
}

function partOf(loaded: LoadedDataset, part: 'test' | 'train') {
  const dataset = part === 'train' ? loaded.train : loaded.test
  if (!dataset) {
    throw new InklingError(`${loaded.name} has no test part with labels`, {
      hint: 'Judge on the other one with --part train.',
    })
  }
  return dataset
}
