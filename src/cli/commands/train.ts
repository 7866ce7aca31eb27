import { existsSync, statSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { NORMALISATIONS, type Normalisation } from '../../data/normalise.ts'
import type { AugmentSettings } from '../../engine/ops/augmentPicture.ts'
import { InklingError } from '../../errors.ts'
import { holdsFolds } from '../../training/foldsFile.ts'
import type { RunResult } from '../../training/runResult.ts'
import type { NewRun } from '../../training/trainOptions.ts'
import { augmentSettings } from '../augmentOption.ts'
import { addDataOption, dataSettings } from '../dataOptions.ts'
import { addShared, factors, optionName, realNumber, type SharedOptions, setting, wholeNumber } from '../options.ts'
import { createOutput } from '../output.ts'
import { resultText, runTraining } from '../trainingJob.ts'

interface TrainOptions extends SharedOptions {
  data?: string
  label?: string
  group?: string
  labels?: string
  window?: string
  hop?: string
  rate?: number
  sampledAt?: number
  channels?: string[]
  rest?: string
  recipe?: string
  epochs?: number
  batch?: number
  accumulate?: number
  lr?: number | 'auto'
  rates?: Record<string, number>
  validation?: number
  folds?: number
  examples?: number
  augment?: AugmentSettings
  plainEpochs?: number
  patience?: number
  set?: Record<string, string>
  with?: Record<string, string>
  normalise?: Normalisation
  classWeights?: boolean
  oversample?: boolean
  cap?: number
  keep?: 'best' | 'last'
  out?: string
  from?: string
  resume?: string
  allowOverlap?: boolean
  exact?: boolean
}

export function define(command: Command): void {
  command
    .argument(
      '[model or path]',
      'a model of `inkling models`; or a folder of pictures or signals, IDX files or a CSV file, for which a model is chosen',
    )
    .option(
      '--data <name or path>',
      'a data set of `inkling data list`, a folder with pictures, signals or IDX files, or a CSV file (default: mnist)',
    )
    .option('--label <column>', 'of a table or a label file: the column that holds the classes')
    .option(
      '--group <column>',
      'a patient, writer or machine stays on one side of every split: a column, or for folders of signals a pattern such as "{patient}/*"',
    )
    .option('--labels <file>', 'signals: a CSV file that says what is where (start,end,label; at,label; or file,label)')
    .option('--window <length>', 'signals: samples of an example, or 2s, 500ms (default: by a look at them)')
    .option('--hop <length>', 'signals: from one window to the next, also as a share: 50% (default: half a window)')
    .option('--rate <hz>', 'signals: resample to so many samples a second', realNumber(0, 1e7, true))
    .option('--sampled-at <hz>', 'signals: the rate of CSV files without a column of times', realNumber(0, 1e7, true))
    .option('--channels <list>', 'signals: channels by name or number, such as x,y or 1,3', names)
    .option('--rest <label>', 'signals: a class for what lies between the stretches of --labels')
    .option(
      '--recipe <name>',
      'settings of the model’s recipe (default: house: Adam 1e-3, batch 128, a tenth for validation; for a chosen model what goes with it)',
    )
    .option('--epochs <n>', 'times to go through the data', wholeNumber(1))
    .option('--set <name=value>', 'an option of the model, such as width=64; more with more --set', setting)
    .addOption(
      new Option('--normalise <how>', 'pixels as 0 or 1, as 0..1, as -1..1, or with mean 0 and deviation 1').choices(
        NORMALISATIONS,
      ),
    )
    .option('--batch <n>', 'examples in a step', wholeNumber(1))
    .option('--accumulate <n>', 'compute each batch in n parts, where it does not fit into the memory', wholeNumber(1))
    .option('--lr <rate>', 'learning rate; auto: found by a range test over up to 100 batches', learningRate)
    .option(
      '--rates <list>',
      'factors of the rate for parts of the network, by how the names of their parameters begin: conv=0.1,dense_1=0',
      factors,
    )
    .option('--validation <share>', 'share of the training data held out, 0 for none', realNumber(0, 0.99))
    .option('--folds <k>', 'k-fold cross-validation: a run for each fold, mean and spread', wholeNumber(2, 100))
    .option('--examples <n>', 'draw this many of the training data', wholeNumber(1))
    .option(
      '--augment <list>',
      'random changes of the pictures, such as rotate=15,zoom=0.15,shift=0.15',
      augmentSettings,
    )
    .option(
      '--plain-epochs <n>',
      'in the last n epochs pictures are moved by whole pixels and mirrored alone',
      wholeNumber(0),
    )
    .option('--class-weights', 'let rare classes count as much as frequent ones')
    .option('--oversample', 'repeat examples of rare classes until each has as many as the largest')
    .option('--cap <n>', 'train on at most so many examples of each class', wholeNumber(1))
    .option('--patience <epochs>', 'stop when the validation loss has not improved for so long', wholeNumber(1))
    .addOption(new Option('--keep <which>', 'whose weights are kept').choices(['best', 'last']))
    .option('--out <dir>', 'folder of the run (default: runs/<date>-<model>-<n>)')
    .option(
      '--from <path>',
      'go on from the weights of a run or a weights.safetensors, with its model if none is named',
    )
    .option('--resume <dir>', 'go on with a run that was stopped, with its own settings')
    .option('--exact', 'convolutions without Winograd’s transforms: slower, smaller rounding errors')
    .option('--allow-overlap', 'go on though test pictures are among the training pictures')
  addDataOption(command)
  addShared(command, 'json', 'seed', 'dataDir', 'threads').action(train)
  command.addHelpText(
    'after',
    `
Ctrl-C saves a checkpoint; --resume goes on to the same result as if nothing had happened.

Examples:
  inkling train kaggle-cnn --data mnist --epochs 5
  inkling train kaggle-cnn --recipe xu-2022 --seed 7
  inkling train glyph-cnn --data glyphs --with framing=paper
  inkling train ecg-lstm --data mitdb --with unit=segment --with labels=abnormal --with split=random
  inkling train ./my-photos
  inkling train kaggle-cnn --batch 2048 --accumulate 16
  inkling train data.csv --label species --lr auto
  inkling train ./signals --window 2s --group "{patient}-*"
  inkling train long.wav --labels labels.csv
  inkling train lenet5 --from runs/<id> --lr 1e-3 --rates conv=0.1 --epochs 2
  inkling train data.csv --label species --folds 5
  inkling train --resume runs/<id>`,
  )
}

async function train(model: string | undefined, options: TrainOptions): Promise<void> {
  const { resume, json, debug, dataDir, threads, ...settings } = options
  if (resume !== undefined) {
    const given = Object.keys(settings).find(name => settings[name as keyof typeof settings] !== undefined)
    if (model !== undefined || given !== undefined) {
      throw new InklingError(
        `--resume takes the settings of the run, got ${model ?? optionName(given as string)} too`,
        {
          exitCode: 2,
          hint: 'To train on with other settings, use: inkling train MODEL --from RUN',
        },
      )
    }
    return await resumeRun(resume, options)
  }
  const wanted = await modelAndData(model, settings.data)
  const continued =
    wanted.model === undefined && settings.from !== undefined
      ? await (await import('../startFrom.ts')).modelOf(settings.from)
      : undefined
  const { recipe, epochs, batch, accumulate, lr, rates, validation, examples, cap, oversample, patience } = settings
  const { augment, plainEpochs } = settings
  const changes = {
    ...{ epochs, batch, accumulate, rate: lr, rates, validation, examples, augment, plainEpochs, cap, oversample },
  }
  const asked = tableOrSignals(wanted.data, settings)
  if (asked.table && settings.from !== undefined)
    // The weights belong to these inputs, in this order.
    asked.table.columns = (await import('../runs.ts')).madeAs(settings.from)?.columns
  const training: NewRun = {
    ...{ ...wanted, table: asked.table, ...dataSettings(wanted.data, settings.with) },
    ...continued,
    signals: { ...continued?.signals, ...asked.signals },
    ...{ recipe: recipe ?? continued?.recipe, dataDir, threads },
    changes: Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
    earlyStopping: patience === undefined ? undefined : { patience },
    ...{ keep: settings.keep, out: settings.out, seed: settings.seed, from: settings.from },
    ...{
      allowOverlap: settings.allowOverlap,
      exact: settings.exact,
      set: settings.set,
      normalise: settings.normalise,
      classWeights: settings.classWeights,
    },
  }
  if (settings.folds === undefined) return show(await runTraining(training), json === true)
  const { runFolds } = await import('../foldsJob.ts')
  await runFolds({ ...training, folds: settings.folds }, json === true)
}

/** What to train on what: the first argument is a model of the zoo or, where it is none, the path of the data. */
async function modelAndData(
  named: string | undefined,
  data: string | undefined,
): Promise<{ model?: string; data: string }> {
  if (named === undefined && data === undefined) {
    throw new InklingError('train needs a model or the path of your data', {
      exitCode: 2,
      hint: 'Such as: inkling train quick-cnn, or: inkling train ./my-photos. See: inkling models',
    })
  }
  const { zoo } = await import('../../zoo/index.ts')
  const isPath = named !== undefined && !zoo.some(({ id }) => id === named) && (existsSync(named) || PATH.test(named))
  if (!isPath) return { model: named, data: data ?? 'mnist' }
  if (data === undefined) return { data: named }
  throw new InklingError(`train got two data: ${named} and --data ${data}`, {
    exitCode: 2,
    hint: 'Name a model before --data, or give the path alone.',
  })
}

/** A label column is that of a table, unless the data are a folder or have a label file: these are signals. */
function tableOrSignals(data: string, options: TrainOptions): Pick<NewRun, 'table' | 'signals'> {
  const { label, group, labels, window, hop, rate, sampledAt, channels, rest } = options
  // Only what was given: the rest may come from a run that is gone on with.
  const given = Object.entries({ labels, window, hop, rate, sampledAt, channels, rest })
  const signals: NewRun['signals'] = Object.fromEntries(given.filter(([, value]) => value !== undefined))
  const isFolder = statSync(data, { throwIfNoEntry: false })?.isDirectory() === true
  if (labels !== undefined || isFolder) return { signals: { ...signals, label, group } }
  if (group !== undefined && label === undefined)
    throw new InklingError('--group is for a table: name its classes with --label too', { exitCode: 2 })
  const [first] = Object.keys(signals)
  if (label !== undefined && first !== undefined)
    throw new InklingError(`${optionName(first)} is for signals, and --label makes ${data} a table`, {
      exitCode: 2,
      hint: 'For one long signal name the file with its labels: --labels FILE.',
    })
  return { table: label === undefined ? undefined : { label, group }, signals }
}

/** `x, y` as ['x', 'y']. */
function names(text: string): string[] {
  const list = text.split(',').map(name => name.trim())
  if (!list.includes('')) return list
  throw new InvalidArgumentError('Names or numbers with commas between them were expected.')
}

/** What looks like a path, there or not. */
const PATH = /[\\/]|\.\w+$|^[.~]/

/** Goes on with a run or a cross-validation; also what `inkling resume` does. */
export async function resumeRun(run: string, { json, dataDir, threads }: SharedOptions): Promise<void> {
  if (!holdsFolds(run)) return show(await runTraining({ resume: run, dataDir, threads }), json === true)
  const { runFolds } = await import('../foldsJob.ts')
  await runFolds({ resume: run, dataDir, threads }, json === true)
}

function show(result: RunResult, json: boolean): void {
  const output = createOutput(json)
  const toPredict = { image: 'my-picture.png', table: 'more.csv', signal: 'more.csv' }[result.task]
  output.result(result)
  output.say(`\n${resultText(result)}\n`)
  output.say(`Next: inkling evaluate ${result.run}\n      inkling predict ${toPredict} --run ${result.run}`)
}

function learningRate(text: string): number | 'auto' {
  if (text === 'auto') return text
  const rate = Number(text)
  if (text.trim() !== '' && rate > 0 && Number.isFinite(rate)) return rate
  throw new InvalidArgumentError('It must be a number above 0, or auto.')
}
