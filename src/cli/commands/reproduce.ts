import { type Command, Option } from 'commander'
import type { Experiment, RecipeKind } from '../../papers/experiment.ts'
import { numberText } from '../../papers/numberText.ts'
import type { Row } from '../../papers/rows.ts'
import { startBackend } from '../backend.ts'
import { duration, percent } from '../format.ts'
import { onInterrupt } from '../interrupt.ts'
import { addShared, type SharedOptions, wholeNumber } from '../options.ts'
import { createOutput, type Output } from '../output.ts'
import { createProgress } from '../progress.ts'
import { table } from '../table.ts'
import { trainingProgress } from '../trainingProgress.ts'
import { version } from '../version.ts'

interface ReproduceOptions extends Omit<SharedOptions, 'seed'> {
  list?: boolean
  quick?: boolean
  fresh?: boolean
  recipe?: RecipeKind
  variant?: string
  seeds?: number
  out: string
  work: string
  write?: string
}

export function define(command: Command): void {
  command
    .argument('[name]', 'an experiment, or a paper for all of its experiments (default: everything)')
    .option('--list', 'list the experiments')
    .option('--quick', 'everything on a few hundred examples: shows that it runs, its figures mean nothing')
    .addOption(
      new Option(
        '--recipe <which>',
        'train with these settings (default: what the experiment is measured with)',
      ).choices(['paper', 'inkling']),
    )
    .option('--variant <name>', 'only this part of the experiment')
    .option(
      '--seeds <n>',
      'repeat with so many seeds (default: 3 for what takes less than five minutes, else 1)',
      wholeNumber(1, 100),
    )
    .option('--fresh', 'measure again what is finished')
    .option('--out <dir>', 'where results and figures are kept', 'results')
    .option('--write <file>', 'measure nothing: write the page of all results, such as docs/results.md')
    .option('--work <dir>', 'where trainings work; what was stopped there is gone on with', 'runs/reproduce')
  addShared(command, 'json', 'dataDir', 'threads').action(reproduce)
  command.addHelpText(
    'after',
    `
What is finished is kept and not measured again; Ctrl-C stops, the same call goes on.

Examples:
  inkling reproduce --list
  inkling reproduce compare-mlp
  inkling reproduce fatov-2024
  inkling reproduce cifar-cnn --recipe paper
  inkling reproduce --write docs/results.md
  inkling reproduce --quick --out /tmp/quick`,
  )
}

async function reproduce(name: string | undefined, options: ReproduceOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const { experiments, findExperiments } = await import('../../papers/registry.ts')
  if (options.list) return showList(experiments, output)
  if (options.write !== undefined) {
    const { writePage } = await import('../../papers/page.ts')
    const { out, work, quick } = options
    await writePage(options.write, { results: quick ? `${out}/quick` : out, work, quick })
    output.result({ file: options.write })
    output.say(`Wrote ${options.write}`)
    return
  }
  const found = findExperiments(name)
  // Of a paper, those that have it.
  const chosen = found.filter(e => options.variant === undefined || e.trials.some(t => t.variant === options.variant))
  const rows = await measure(chosen.length > 0 ? chosen : found, options)
  output.result({ rows })
  output.say(`\n${rowsText(rows)}`)
  if (options.quick)
    output.say(
      '\nOf a quick version on a few hundred examples: it shows that everything runs, its figures mean nothing.',
    )
}

function showList(experiments: readonly Experiment[], output: Output): void {
  output.result({ experiments: experiments.map(({ id, paper, title, minutes }) => ({ id, paper, title, minutes })) })
  output.say(
    table(
      ['id', 'paper', 'minutes', 'what'],
      experiments.map(({ id, paper, title, minutes }) => [id, paper, String(minutes), title]),
    ),
  )
}

async function measure(chosen: readonly Experiment[], options: ReproduceOptions): Promise<Row[]> {
  const [{ reproduce }, { rowsOf }, { createLoader }, { TrainingInterrupted }] = await Promise.all([
    import('../../papers/runner.ts'),
    import('../../papers/rows.ts'),
    import('../../papers/data.ts'),
    import('../../training/interrupted.ts'),
  ])
  const { threads, dataDir, quick = false, out, work, ...rest } = options
  const progress = createProgress()
  const interruption = new AbortController()
  const release = onInterrupt(() => {
    progress.line('Stopping; what is finished is kept ...')
    interruption.abort()
  })
  const backend = await startBackend(threads)
  const said = new Set<string>()
  // What the data have to say is said once, not for every trial.
  const onNote = (text: string) => {
    if (!said.has(text)) progress.line(text)
    said.add(text)
  }
  const load = createLoader({ dataDir, quick, onNote })
  const rows: Row[] = []
  try {
    for (const experiment of chosen) {
      const { finished } = await reproduce(experiment, {
        ...rest,
        ...{ backend, dataDir, quick, load, work },
        results: quick ? `${out}/quick` : out,
        signal: interruption.signal,
        callbacks: [trainingProgress(progress)],
        onNote,
        version: version(),
      })
      rows.push(...rowsOf(experiment, finished).filter(row => row.measured !== null))
    }
  } catch (error) {
    if (!(error instanceof TrainingInterrupted)) throw error
    throw new TrainingInterrupted(error.run, `the same call${options.fresh ? ' without --fresh' : ''}`)
  } finally {
    progress.end()
    release()
    await backend.close()
  }
  return rows
}

/** The table of `reproduce`: published against measured. */
function rowsText(rows: readonly Row[]): string {
  if (rows.length === 0) return 'Nothing is finished.'
  const value = (v: number | null, { unit }: Row) => (v === null ? '-' : unit === 'share' ? percent(v) : numberText(v))
  return table(
    ['id', 'variant', 'recipe', 'metric', 'published', 'measured', 'difference', 'met', 'epochs', 'time', 'seed'],
    rows.map(row => [
      ...[row.id, row.variant, row.recipe, row.metric],
      value(row.published, row),
      value(row.measured, row) + (row.spread === null ? '' : ` ± ${value(row.spread, row).replace(' %', '')}`),
      value(row.difference, row).replace(' %', ' points'),
      row.met === null ? '' : row.met ? 'yes' : 'no',
      row.epochs === null ? '-' : String(row.epochs),
      row.seconds === null ? '-' : duration(row.seconds),
      row.seeds === 1 ? String(row.seed) : `0-${row.seeds - 1}`,
    ]),
  )
}
