import { type Command, Option } from 'commander'
import { startBackend } from '../backend.ts'
import { evaluationText } from '../evaluationText.ts'
import { checkSameExamples, judgedBy, PARTS, type Part } from '../judged.ts'
import { loadMembers, namesOf, ttaInWords, ttaOf } from '../members.ts'
import { addShared, type SharedOptions, wholeNumber } from '../options.ts'
import { createOutput } from '../output.ts'
import { chooseRun } from '../runs.ts'

interface EvaluateOptions extends SharedOptions {
  data?: string
  part?: Part
  tta?: number
}

export function define(command: Command): void {
  command
    .argument('[run...]', 'a run, or a weights.safetensors; several are averaged (default: the newest run in ./runs)')
    .option('--data <name or path>', 'as for `inkling train` (default: what the run was trained on)')
    .addOption(
      new Option('--part <part>', 'which part of it (default: test, or validation where there is none)').choices(PARTS),
    )
    .option('--tta <n>', 'read each picture in n random variants too, and average', wholeNumber(1, 1000))
  addShared(command, 'json', 'dataDir', 'threads').action(evaluate)
  command.addHelpText(
    'after',
    `
Examples:
  inkling evaluate runs/<id>
  inkling evaluate runs/<id> --data az --json
  inkling evaluate runs/<one> runs/<other> --tta 8`,
  )
}

async function evaluate(named: string[], options: EvaluateOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const runs = named.length > 0 ? named : [chooseRun(undefined, output)]
  const ensemble = await loadMembers(runs)
  const judged = []
  for (const run of runs) judged.push(await judgedBy(run, ensemble.classes, options))
  checkSameExamples(runs, judged)
  const tta = options.tta === undefined ? undefined : await ttaOf(runs, options.tta)
  if (tta) output.note(ttaInWords(tta))
  const backend = await startBackend(options.threads)
  const evaluation = await ensemble.evaluate(
    judged.map(({ dataset }) => dataset),
    runs.map((_, i) => ({ backend, tta: tta?.[i] })),
  )
  await backend.close()
  const [{ dataset, loaded }] = judged
  const warnings = [...new Set(judged.flatMap(one => one.warnings))]
  const names = namesOf(runs, ensemble)
  output.result({ ...names, data: dataset.name, examples: dataset.length, tta, warnings, ...evaluation })
  if (output.json) return
  output.say(`${names.run}: ${names.model} on ${dataset.name} (${loaded.source})\n`)
  output.say(evaluationText(evaluation))
  for (const warning of warnings) output.say(`\nWARNING: ${warning}`)
}
