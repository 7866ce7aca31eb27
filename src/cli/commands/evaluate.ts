import { type Command, Option } from 'commander'
import type { Dataset } from '../../data/dataset.ts'
import type { SignalReport } from '../../data/signals/report.ts'
import type { Ensemble } from '../../training/ensemble.ts'
import type { PredictorSettings } from '../../training/trainable.ts'
import { startBackend } from '../backend.ts'
import { cascadeText } from '../cascadeText.ts'
import { evaluationText, filesText } from '../evaluationText.ts'
import { checkSameExamples, judgedBy, PARTS, type Part } from '../judged.ts'
import { loadMembers, namesOf, runsOf, ttaInWords, ttaOf } from '../members.ts'
import { addContext, addShared, realNumber, type SharedOptions, wholeNumber } from '../options.ts'
import { createOutput } from '../output.ts'
import { chooseRun } from '../runs.ts'

interface EvaluateOptions extends SharedOptions {
  data?: string
  part?: Part
  tta?: number
  context?: string
  labels?: string
  label?: string
  sampledAt?: number
}

export function define(command: Command): void {
  command
    .argument('[run...]', 'a run, or a weights.safetensors; several are averaged (default: the newest run in ./runs)')
    .option('--data <name or path>', 'as for `inkling train` (default: what the run was trained on)')
    .addOption(
      new Option('--part <part>', 'which part of it (default: test, or validation where there is none)').choices(PARTS),
    )
    .option('--tta <n>', 'read each picture in n random variants too, and average', wholeNumber(1, 1000))
    .option('--labels <file>', 'of other signals: what is where in them, as for `inkling train`')
    .option('--label <column>', 'the column of --labels that holds the classes')
    .option(
      '--sampled-at <hz>',
      'of other signals: the rate of CSV files without a column of times',
      realNumber(0, 1e7, true),
    )
  addContext(command)
  addShared(command, 'json', 'dataDir', 'threads').action(evaluate)
  command.addHelpText(
    'after',
    `
Examples:
  inkling evaluate runs/<id>
  inkling evaluate runs/<id> --data az --json
  inkling evaluate runs/<one> runs/<other> --tta 8
  inkling evaluate runs/<id> --context letters      only letters stand there: others are left out`,
  )
}

async function evaluate(named: string[], options: EvaluateOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const runs = runsOf(named.length > 0 ? named : [chooseRun(undefined, output)])
  const ensemble = await loadMembers(runs)
  const judged = []
  for (const run of runs) judged.push(await judgedBy(run, ensemble.classes, options))
  checkSameExamples(runs, judged)
  const tta = options.tta === undefined ? undefined : await ttaOf(runs, options.tta)
  const backend = await startBackend(options.threads)
  const datasets = judged.map(one => one.dataset)
  const settings = runs.map((_, i) => ({ backend, tta: tta?.[i] }))
  const { context } = options
  const { evaluateInContext } = await import('../../training/inContext.ts')
  const evaluation =
    context === undefined
      ? await ensemble.evaluate(datasets, settings)
      : await evaluateInContext(ensemble, datasets, settings, context)
  const [{ dataset, loaded }] = judged
  const [member] = ensemble.members
  const { cascadeStages } = await import('../../training/cascade.ts')
  const alone = runs.length === 1 && !tta && context === undefined
  const cascade = alone ? await cascadeStages(backend, member, dataset) : undefined
  const files =
    loaded.signals && context === undefined ? await filesOf(ensemble, datasets, settings, loaded.signals) : undefined
  await backend.close()
  if (tta) output.note(ttaInWords(tta))
  const warnings = [...new Set(judged.flatMap(one => one.warnings))]
  const names = namesOf(runs, ensemble)
  output.result({
    ...names,
    data: dataset.name,
    examples: evaluation.count,
    context,
    tta,
    warnings,
    cascade,
    files,
    ...evaluation,
  })
  if (output.json) return
  const among = context === undefined ? '' : `, only ${evaluation.classes.join(' ')}`
  output.say(`${names.run}: ${names.model} on ${dataset.name} (${loaded.source})${among}\n`)
  output.say(evaluationText(evaluation))
  if (files) output.say(`\n${filesText(files)}`)
  if (cascade) output.say(`\n${cascadeText(cascade)}`)
  for (const warning of warnings) output.say(`\nWARNING: ${warning}`)
}

/** How well whole recordings are read, where each is of one class. */
async function filesOf(
  ensemble: Ensemble,
  datasets: readonly Dataset[],
  settings: readonly PredictorSettings[],
  signals: SignalReport,
) {
  const { fileScores } = await import('../../training/fileScores.ts')
  return fileScores(datasets[0], await ensemble.probabilities(datasets, settings), signals)
}
