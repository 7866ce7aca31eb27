import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { InklingError } from '../../errors.ts'
import { axesOf, parseAxes, trialName } from '../../training/sweep/axes.ts'
import { epochsLeft } from '../../training/sweep/epochsLeft.ts'
import type { NewSweep, ResumedSweep, SweepResult } from '../../training/sweep/sweep.ts'
import type { SweepRecord, Trial } from '../../training/sweep/sweepFile.ts'
import { plural } from '../../words.ts'
import { addDataOption, dataSettings } from '../dataOptions.ts'
import { count, duration, loss, percent } from '../format.ts'
import { addShared, optionName, realNumber, type SharedOptions, wholeNumber } from '../options.ts'
import { createOutput } from '../output.ts'
import { createProgress } from '../progress.ts'
import { list, table } from '../table.ts'
import { interactively } from '../trainingJob.ts'

interface SweepOptions extends SharedOptions {
  data?: string
  label?: string
  group?: string
  grid?: string
  random?: number
  recipe?: string
  epochs?: number
  examples?: number
  validation?: number
  jobs?: number
  early: boolean
  with?: Record<string, string>
  allowOverlap?: boolean
  out?: string
  resume?: string
}

export function define(command: Command): void {
  command
    .argument('[model]', 'a model of `inkling models`')
    .option('--data <name or path>', 'as for `inkling train` (default: mnist)')
    .option('--label <column>', 'of a table: the column that holds the classes')
    .option('--group <column>', 'with --label: rows of one value of it stay on one side')
    .option('--grid <axes>', 'the axes with their values, such as "lr=1e-4,1e-3;batch=32,128", or a JSON file of them')
    .option('--random <n>', 'draw so many trials; axes may then be ranges, such as lr=1e-4..1e-1', wholeNumber(1, 1000))
    .option('--recipe <name>', 'the settings that are no axis (default: house)')
    .option('--epochs <n>', 'of a trial that is not stopped early', wholeNumber(1))
    .option('--examples <n>', 'draw this many of the training data', wholeNumber(1))
    .option('--validation <share>', 'share of the training data held out to compare by', realNumber(0, 0.99, true))
    .option(
      '--jobs <n>',
      'trials side by side; the threads are shared out (default: one for each thread)',
      wholeNumber(1, 64),
    )
    .option('--no-early', 'train every trial to the end')
    .option('--allow-overlap', 'go on though test pictures are among the training pictures')
    .option('--out <dir>', 'folder of the sweep (default: runs/<date>-<model>-sweep-<n>)')
    .option('--resume <dir>', 'go on with a sweep that was stopped or killed')
  addDataOption(command)
  addShared(command, 'json', 'seed', 'dataDir', 'threads').action(sweep)
  command.addHelpText(
    'after',
    `
Axes: lr, batch, epochs, optimizer (sgd, momentum, rmsprop, adam, adamw, amsgrad), decay, schedule (constant, cosine,
oneCycle), smoothing, normalise (binary, unit, signed, standardise), seed, and every option of the model (inkling models NAME), such
as width or pooling.

Hopeless trials are stopped early by successive halving: after a ninth of the epochs the better third goes on, after a third
of them the better third of these. Trials are compared on the validation part; the test part is judged for the best alone.
Each trial is a run of its own (OUT/trials/001): inkling evaluate, predict and report take it.

Examples:
  inkling sweep mnist-bpnn --grid "lr=1e-3,3e-3;width=30,100,300" --epochs 5
  inkling sweep glyph-cnn --data glyphs --grid "pooling=max,average;normalise=unit,signed" --epochs 9
  inkling sweep kaggle-cnn --random 20 --grid "lr=1e-4..1e-2;batch=32,64,128;optimizer=adam,momentum" --examples 10000
  inkling sweep --resume runs/<id>`,
  )
}

async function sweep(model: string | undefined, options: SweepOptions): Promise<void> {
  const { json, threads, jobs, dataDir } = options
  const settings = options.resume === undefined ? declared(model, options) : resumed(model, options)
  const { runSweep } = await import('../../training/sweep/sweep.ts')
  const progress = createProgress()
  const watch = watcher(text => progress.line(text))
  const result = await interactively({}, ({ signal, onNote, report, version }) =>
    runSweep({ ...settings, threads, jobs, dataDir, signal, onNote, report, version, onTrial: watch }),
  )
  const { renderSweep } = await import('../../report/sweep.ts')
  const { writeFileAtomic } = await import('../../training/files.ts')
  const page = join(result.sweep, 'report.html')
  await writeFileAtomic(page, renderSweep(result, new Date().toISOString()), { what: 'the page' })
  const output = createOutput(json === true)
  output.result(result)
  output.say(`\n${sweepText(result)}\n\n${list([...bestLines(result), ['page', page]])}`)
  for (const warning of result.warnings) output.say(`\nWARNING: ${warning}`)
  output.say(`\nNext: inkling report ${result.best.run}`)
}

function declared(model: string | undefined, options: SweepOptions): NewSweep {
  const { grid, label, group, data = 'mnist', random, recipe, epochs, examples, validation, seed, out } = options
  if (model === undefined || grid === undefined)
    throw new InklingError('sweep needs a model and the axes', {
      exitCode: 2,
      hint: 'Such as: inkling sweep mnist-bpnn --grid "lr=1e-3,3e-3;width=30,100"',
    })
  if (group !== undefined && label === undefined)
    throw new InklingError('--group is for a table: name its classes with --label too', { exitCode: 2 })
  return {
    ...{ model, data, axes: readAxes(grid), random, recipe, epochs, examples, validation, seed, out },
    ...{ table: label === undefined ? undefined : { label, group }, ...dataSettings(data, options.with) },
    ...{ stopEarly: options.early, allowOverlap: options.allowOverlap },
  }
}

function resumed(model: string | undefined, { resume, ...options }: SweepOptions): ResumedSweep {
  const fixed = [
    'data',
    'with',
    'label',
    'group',
    'grid',
    'random',
    'recipe',
    'epochs',
    'examples',
    'validation',
    'seed',
    'out',
    'allowOverlap',
  ] as const
  const option = fixed.find(name => options[name] !== undefined)
  const given = model ?? (option && optionName(option))
  if (given === undefined && options.early) return { resume: resume as string }
  throw new InklingError(`--resume takes the settings of the sweep, got ${given ?? '--no-early'} too`, { exitCode: 2 })
}

function readAxes(grid: string) {
  if (!/\.json$/i.test(grid)) return parseAxes(grid)
  let json: unknown
  if (!existsSync(grid))
    throw new InklingError(`${grid} does not exist: --grid takes axes or a JSON file of them`, { exitCode: 2 })
  try {
    json = JSON.parse(readFileSync(grid, 'utf8'))
  } catch (cause) {
    throw new InklingError(`${grid} is no readable JSON: ${(cause as Error).message}`, { exitCode: 2, cause })
  }
  return axesOf(json, grid)
}

/** A line for each epoch of a trial and for each that ends, with the time that the whole sweep will still take. */
export function watcher(say: (text: string) => void, now: () => number = () => performance.now()) {
  const known = new Map<string, { state?: Trial['state']; epochs: number }>()
  const began = now()
  let heard = 0
  return ({ id, values, state, epochs, validationAccuracy, error, course }: Trial, record: SweepRecord) => {
    const before = known.get(id)
    if (before?.state === state && before.epochs === epochs) return
    // Epochs that the trials of a resumed sweep bring with them took none of this time.
    if (known.size === 0) for (const t of record.trials) known.set(t.id, { epochs: t.epochs })
    if (state === 'running' && epochs === (before?.epochs ?? 0) + 1) heard++
    known.set(id, { state, epochs })
    const done = record.trials.filter(t => ['finished', 'stopped', 'failed'].includes(t.state)).length
    const head = `${done}/${record.trials.length}  trial ${id}  ${trialName(values)}`
    const left = epochsLeft(record)
    const seconds = ((now() - began) / 1000 / heard) * left
    const rest = heard > 0 && left > 0 ? `  about ${duration(seconds)} left` : ''
    if (state === 'failed') say(`${head}  failed: ${error}`)
    else if (state === 'running' && epochs > 0)
      say(
        `${head}  epoch ${epochs}/${values.epochs ?? record.epochs}  validation accuracy ${percent(course[epochs - 1].accuracy)}${rest}`,
      )
    else if (state === 'finished' || state === 'stopped')
      say(`${head}  ${state}  best ${percent(validationAccuracy ?? Number.NaN)}${rest}`)
  }
}

/** The table of all trials, from best to worst. */
export function sweepText({ trials, best }: SweepResult): string {
  const axes = Object.keys(trials[0].values)
  const rows = trials.map(t => [
    t.id === best.id ? `${t.id} *` : t.id,
    ...axes.map(axis => String(t.values[axis])),
    percent(t.validationAccuracy ?? Number.NaN),
    t.validationLoss === null ? 'n/a' : loss(t.validationLoss),
    plural(t.epochs, 'epoch'),
    t.parameters === null ? '-' : count(t.parameters),
    duration(t.seconds),
    t.state,
  ])
  const align = ['left', ...axes.map(() => 'right'), 'right', 'right', 'right', 'right', 'right', 'left'] as const
  return table(['trial', ...axes, 'validation', 'loss', 'trained', 'parameters', 'time', 'state'], rows, {
    align: align as readonly ('left' | 'right')[],
  })
}

function bestLines({ best, trials, seconds }: SweepResult): [string, string][] {
  const scores = (s: { accuracy: number; loss: number } | null) =>
    s ? `${percent(s.accuracy)}, loss ${loss(s.loss)}` : 'none'
  return [
    ['best', `trial ${best.id}: ${trialName(best.values)}`],
    ['validation', scores(best.validation)],
    ['test', `${scores(best.test)} (judged for the best alone)`],
    ['trials', `${trials.length}, ${duration(seconds)} of training`],
    ['run', best.run],
  ]
}
