import { type Command, Option } from 'commander'
import { InklingError } from '../../errors.ts'
import { startBackend } from '../backend.ts'
import { addDataOption, dataSettings } from '../dataOptions.ts'
import { evaluationText } from '../evaluationText.ts'
import { count, duration } from '../format.ts'
import { onInterrupt } from '../interrupt.ts'
import { addShared, type SharedOptions, wholeNumber } from '../options.ts'
import { createOutput } from '../output.ts'
import { createProgress } from '../progress.ts'

interface KnnCommandOptions extends SharedOptions {
  data: string
  k: number
  weights: 'uniform' | 'distance'
  examples?: number
  with?: Record<string, string>
}

export function define(command: Command): void {
  command
    .option('--data <name or path>', 'as for `inkling train`', 'mnist')
    .option('--k <n>', 'neighbours that vote', wholeNumber(1), 3)
    .addOption(
      new Option('--weights <how>', 'one vote each, or 1 / distance')
        .choices(['uniform', 'distance'])
        .default('uniform'),
    )
    .option('--examples <n>', 'draw this many of the training data (default: all)', wholeNumber(1))
  addDataOption(command)
  addShared(command, 'json', 'seed', 'dataDir', 'threads').action(knn)
  command.addHelpText(
    'after',
    `
The search is exact: Euclidean distance on the pixels as 0..1. Of equally many votes the class with the nearest neighbour
wins; of equally near neighbours the one that comes first in the data.

Examples:
  inkling knn
  inkling knn --data glyphs --k 5 --weights distance
  inkling knn --data glyphs --with framing=paper
  inkling knn --examples 6000 --json`,
  )
}

async function knn(options: KnnCommandOptions): Promise<void> {
  const { data, k, weights, examples, seed = 0, dataDir, threads, json } = options
  const output = createOutput(json === true)
  const [{ loadDataset }, { dataWarnings }, { labelsOf }, { drawExamples }, { guardOverlap, overlapWarning }] =
    await Promise.all([
      import('../../data/load.ts'),
      import('../../data/warnings.ts'),
      import('../../data/dataset.ts'),
      import('../../data/split.ts'),
      import('../../data/overlap.ts'),
    ])
  const loaded = await loadDataset(data, { dataDir, ...dataSettings(data, options.with) })
  const test = loaded.test?.labels && loaded.test
  if (!test) throw new InklingError(`${loaded.name} has no test part with labels to judge neighbours on`)
  const shared = overlapWarning(guardOverlap(loaded.train, test, { allowOverlap: true }))
  const train = drawExamples(loaded.train, examples, { seed })
  const { knnPredict } = await import('../../classical/knn.ts')
  const { evaluateProbabilities } = await import('../../evaluation/index.ts')
  const progress = createProgress()
  const interruption = new AbortController()
  const release = onInterrupt(() => interruption.abort(new InklingError('stopped')))
  const backend = await startBackend(threads)
  const began = performance.now()
  try {
    const { probabilities } = await knnPredict(backend, train, test, {
      ...{ k, weights, signal: interruption.signal },
      onProgress: (done, total) => progress.update({ label: 'neighbours', done, total, fields: [] }),
    })
    progress.end()
    const seconds = (performance.now() - began) / 1000
    const evaluation = evaluateProbabilities(probabilities, labelsOf(test), test.classes)
    const warnings = [...dataWarnings(loaded), ...(shared ? [shared] : [])]
    const facts = { data: loaded.name, k, weights, train: train.length, examples: test.length, seconds, warnings }
    output.result({ ...facts, error: 1 - evaluation.accuracy, ...evaluation })
    if (output.json) return
    output.say(
      `${k} nearest of ${count(train.length)} for each of ${count(test.length)} examples of ${test.name}, ${duration(seconds)}\n`,
    )
    output.say(evaluationText(evaluation))
    for (const warning of warnings) output.say(`\nWARNING: ${warning}`)
  } finally {
    progress.end()
    release()
    await backend.close()
  }
}
