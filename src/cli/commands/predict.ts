import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { isCsv } from '../../data/files.ts'
import { InklingError } from '../../errors.ts'
import type { ReaderModel } from '../../reader/networks.ts'
import { plural } from '../../words.ts'
import { startBackend } from '../backend.ts'
import { percent } from '../format.ts'
import { isOfHearts, readInputs } from '../inputs.ts'
import { loadMembers, namesOf, runsOf, ttaInWords, ttaOf } from '../members.ts'
import { addContext, addShared, realNumber, type SharedOptions, wholeNumber } from '../options.ts'
import { createOutput, type Output } from '../output.ts'
import { chooseReaders, madeAs, shippedReaders } from '../runs.ts'
import { averageByName } from '../signalInputs.ts'
import { table } from '../table.ts'

interface PredictOptions extends SharedOptions {
  run?: string[]
  model?: ReaderModel
  top: number
  submission?: string
  tta?: number
  context?: string
  windows?: boolean
  sampledAt?: number
}

/** Rows of Kaggle's test.csv. */
const KAGGLE_ROWS = 28_000

export function define(command: Command): void {
  command
    .argument(
      '<path...>',
      'pictures (PNG, JPEG, WebP), signals (WAV, CSV) or heartbeats (WFDB), folders of them, or one CSV file of pixels or of a table’s rows',
    )
    .option(
      '--run <dir>',
      'a run, or a weights.safetensors; several are averaged (default: the newest run in ./runs, else --model reader)',
      (run: string, runs: string[] = []) => [...runs, run],
    )
    .addOption(new Option('--model <name>', 'one of the digit readers that come with inkling').choices(shippedReaders))
    .option('--top <n>', 'how many classes to show for each', wholeNumber(1, 1000), 3)
    .option('--tta <n>', 'read each picture in n random variants too, and average', wholeNumber(1, 1000))
    .option('--submission <file>', 'write the predictions of a CSV file in Kaggle’s format')
    .option('--windows', 'signals: each window by itself, as FILE:START, where files were learned as a whole')
    .option('--sampled-at <hz>', 'signals: the rate of CSV files without a column of times', realNumber(0, 1e7, true))
  addContext(command)
  addShared(command, 'json', 'threads').action(predict)
  command.addHelpText(
    'after',
    `
Digits may have any size, dark ink on light or light on dark: the ink is cropped and centred as MNIST's was. A picture
that has MNIST's form already is taken as it is. A run that learned a folder of pictures sees them as it saw those; for one that
learned cifar-10 or made-pictures the middle of each is made as small as these. Of several files those that cannot be read are left out and named.
Of a signal the probabilities of its windows are averaged; a run that learned stretches of long signals answers window by
window: FILE:START, START being the first sample. A run on heartbeats reads WFDB records, beat by beat as RECORD:SAMPLE, and
CSV files with a heartbeat in each line.

Examples:
  inkling predict my-digit.png
  inkling predict my-digit.png --model pocket-reader
  inkling predict scans/ --run runs/<id> --json
  inkling predict scans/ --run runs/<one> --run runs/<other> --tta 8
  inkling predict letter.png --run runs/<id> --context letters
  inkling predict new.wav long.csv --run runs/<id> --json
  inkling predict test.csv --submission submission.csv`,
  )
}

async function predict(paths: string[], options: PredictOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const runs = runsOf(chooseReaders(options, output))
  const ensemble = await loadMembers(runs)
  const inputs = []
  for (const [i, run] of runs.entries()) inputs.push(await readInputs(paths, run, ensemble.members[i], options))
  const [{ dataset, names, windows, unreadable = [], notes = [] }] = inputs
  const blank = new Set(inputs.flatMap(input => [...input.blank]))
  const other = inputs.findIndex(input => input.names.join('\n') !== names.join('\n'))
  if (other > 0)
    throw new InklingError(
      `${runs[other]} makes ${inputs[other].names.length} examples of these files, ${runs[0]} makes ${names.length}`,
      { hint: 'Only answers about the same examples can be averaged.' },
    )
  if (options.submission !== undefined) for (const run of runs) checkSubmission(paths, options.submission, madeAs(run))
  const tta = options.tta === undefined ? undefined : await ttaOf(runs, options.tta)
  // Waking workers takes longer than reading a handful of digits on this thread.
  const backend = await startBackend(options.threads ?? (dataset.length < 64 ? 0 : undefined))
  const { predictInContext } = await import('../../training/inContext.ts')
  const { classes, predictions: answers } = await predictInContext(
    ensemble,
    inputs.map(input => input.dataset),
    runs.map((_, i) => ({ backend, tta: tta?.[i] })),
    options.context ?? 'free',
  )
  const made = windows ? averageByName(answers, names, windows, classes) : answers
  const predictions = made.map((found, i) => {
    const order = Array.from(found.probabilities.keys()).sort((a, b) => found.probabilities[b] - found.probabilities[a])
    return {
      file: names[i],
      label: found.label,
      probability: found.probability,
      top: order.slice(0, options.top).map(k => ({ label: classes[k], probability: found.probabilities[k] })),
      ...(blank.has(names[i]) && { blank: true }),
      ...(windows && (windows.starts?.[i] ?? { windows: (found as { windows?: number }).windows })),
    }
  })
  await backend.close()
  if (tta) output.note(ttaInWords(tta))
  if (options.submission !== undefined) {
    const labels = predictions.map(({ label }) => label)
    await writeSubmission(options.submission, labels, output)
  }
  output.result({
    ...namesOf(runs, ensemble),
    ...{ context: options.context, tta, predictions },
    ...(unreadable.length > 0 && { unreadable }),
  })
  if (options.submission === undefined) output.say(inWords(predictions))
  for (const note of notes) output.note(note)
  for (const { file, reason } of unreadable) output.note(`warning: left out: ${file} ${reason}`)
  for (const name of blank) output.note(`warning: no ink was found in ${name}`)
}

function inWords(
  predictions: readonly { file: string; label: string; top: { label: string; probability: number }[] }[],
) {
  return table(
    ['file', 'reads', 'sure', 'else'],
    predictions.map(({ file, label, top }) => [
      file,
      label,
      percent(top[0].probability),
      top
        .slice(1)
        .map(other => `${other.label} ${percent(other.probability)}`)
        .join(', '),
    ]),
    { align: ['left', 'left', 'right', 'left'] },
  )
}

function checkSubmission(paths: readonly string[], file: string, data: ReturnType<typeof madeAs>): void {
  const other = data?.columns
    ? 'a table'
    : data?.settings?.signals
      ? 'signals'
      : data && isOfHearts(data) && 'heartbeats'
  if (other) {
    throw new InklingError(`--submission writes the format of Kaggle’s digits, and this run learned ${other}`, {
      exitCode: 2,
      hint: 'Take the labels from --json.',
    })
  }
  if (!isCsv(paths[0])) {
    throw new InklingError('--submission is for the rows of a CSV file, such as Kaggle’s test.csv', { exitCode: 2 })
  }
  if (existsSync(file) && paths.includes(file)) {
    throw new InklingError(`--submission would overwrite ${file}, which is being read`, { exitCode: 2 })
  }
}

/** `ImageId,Label` with ImageId 1, 2, ... in the order of the rows, whole or not at all. */
async function writeSubmission(file: string, labels: readonly string[], output: Output): Promise<void> {
  const { writeFileAtomic } = await import('../../training/files.ts')
  const rows = labels.map((label, i) => `${i + 1},${label}`)
  await writeFileAtomic(file, `ImageId,Label\n${rows.join('\n')}\n`, { what: 'the submission' })
  output.say(`${file}: ${plural(labels.length, 'row')}, ImageId 1 to ${labels.length}`)
  if (labels.length !== KAGGLE_ROWS) {
    output.note(`warning: Kaggle expects ${KAGGLE_ROWS} rows, these are ${labels.length}`)
  }
}
