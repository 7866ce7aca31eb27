import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { Dataset } from '../../data/dataset.ts'
import { InklingError } from '../../errors.ts'
import type { ReaderModel } from '../../reader/networks.ts'
import { startBackend } from '../backend.ts'
import { percent } from '../format.ts'
import { addShared, type SharedOptions, wholeNumber } from '../options.ts'
import { createOutput, type Output } from '../output.ts'
import { chooseReader, shippedReaders } from '../runs.ts'
import { table } from '../table.ts'

interface PredictOptions extends SharedOptions {
  run?: string
  model?: ReaderModel
  top: number
  submission?: string
}

/** What is predicted: one dataset of all inputs, and what each example is called. */
interface Inputs {
  dataset: Dataset
  names: string[]
  /** Names of pictures in which no ink was found. */
  blank: ReadonlySet<string>
}

/** Rows of Kaggle's test.csv. */
const KAGGLE_ROWS = 28_000

export function define(command: Command): void {
  command
    .argument('<path...>', 'pictures (PNG, JPEG, WebP), folders of pictures, or one CSV file of pixels')
    .option('--run <dir>', 'a run, or a weights.safetensors (default: the newest run in ./runs, else --model reader)')
    .addOption(new Option('--model <name>', 'one of the digit readers that come with inkling').choices(shippedReaders))
    .option('--top <n>', 'how many classes to show for each', wholeNumber(1, 1000), 3)
    .option('--submission <file>', 'write the predictions of a CSV file in Kaggle’s format')
  addShared(command, 'json', 'threads').action(predict)
  command.addHelpText(
    'after',
    `
Pictures may have any size, dark ink on light or light on dark: the ink is cropped and centred as MNIST's was. A picture
that has MNIST's form already is taken as it is.

Examples:
  inkling predict my-digit.png
  inkling predict my-digit.png --model pocket-reader
  inkling predict scans/ --run runs/<id> --json
  inkling predict test.csv --submission submission.csv`,
  )
}

async function predict(paths: string[], options: PredictOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const run = chooseReader(options, output)
  const { loadModel } = await import('../../training/trainable.ts')
  const model = await loadModel(run)
  const { dataset, names, blank } = await readInputs(paths, model.inputShape, model.classes)
  if (options.submission !== undefined) checkSubmission(paths, options.submission)
  // Waking workers takes longer than reading a handful of digits on this thread.
  const backend = await startBackend(options.threads ?? (dataset.length < 64 ? 0 : undefined))
  const predictions = (await model.predict(dataset, { backend })).map((found, i) => {
    const order = Array.from(found.probabilities.keys()).sort((a, b) => found.probabilities[b] - found.probabilities[a])
    return {
      file: names[i],
      label: found.label,
      probability: found.probability,
      top: order.slice(0, options.top).map(k => ({ label: model.classes[k], probability: found.probabilities[k] })),
      ...(blank.has(names[i]) && { blank: true }),
    }
  })
  await backend.close()
  if (options.submission !== undefined) {
    const labels = predictions.map(({ label }) => label)
    await writeSubmission(options.submission, labels, output)
  }
  output.result({ run, model: model.name, predictions })
  if (options.submission === undefined) output.say(inWords(predictions))
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

async function readInputs(paths: string[], shape: readonly number[], classes: readonly string[]): Promise<Inputs> {
  const tables = paths.filter(path => /\.csv(\.gz|\.br)?$/i.test(path))
  if (tables.length > 0 && paths.length > 1) {
    throw new InklingError(`a CSV file is predicted alone, got ${paths.length} paths`, { exitCode: 2 })
  }
  return tables.length > 0 ? await readTable(tables[0], shape, classes) : await readPictures(paths, shape, classes)
}

async function readTable(path: string, shape: readonly number[], classes: readonly string[]): Promise<Inputs> {
  const { readKaggleCsv } = await import('../../data/datasets/kaggle.ts')
  const { dataset } = await readKaggleCsv(path, { shape, classes })
  // Row 1 stands in line 2, below the header.
  return { dataset, names: Array.from({ length: dataset.length }, (_, i) => `${path}:${i + 1}`), blank: new Set() }
}

async function readPictures(paths: string[], shape: readonly number[], classes: readonly string[]): Promise<Inputs> {
  const { createDataset } = await import('../../data/dataset.ts')
  const { prepareDigit } = await import('../../data/pictures/digit.ts')
  const { expandPictures, readGrey } = await import('../../data/pictures/files.ts')
  if (shape.join() !== '28,28,1') {
    throw new InklingError(
      `this run reads examples of shape [${shape.join(', ')}]; pictures are prepared for [28, 28, 1]`,
    )
  }
  const names = expandPictures(paths)
  const features = new Uint8Array(names.length * 28 * 28)
  const blank = new Set<string>()
  for (const [i, name] of names.entries()) {
    const digit = prepareDigit(await readGrey(name))
    features.set(digit.pixels, i * 28 * 28)
    if (digit.blank) blank.add(name)
  }
  return { dataset: createDataset({ name: 'pictures', shape, classes, features }), names, blank }
}

function checkSubmission(paths: readonly string[], file: string): void {
  if (!/\.csv(\.gz|\.br)?$/i.test(paths[0])) {
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
  output.say(`${file}: ${labels.length} rows, ImageId 1 to ${labels.length}`)
  if (labels.length !== KAGGLE_ROWS) {
    output.note(`warning: Kaggle expects ${KAGGLE_ROWS} rows, these are ${labels.length}`)
  }
}
