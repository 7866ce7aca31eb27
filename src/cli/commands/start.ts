import type { Command } from 'commander'
import type { Callback } from '../../training/callbacks.ts'
import { evaluationText } from '../evaluationText.ts'
import { duration } from '../format.ts'
import { onInterrupt } from '../interrupt.ts'
import { addShared, type SharedOptions, wholeNumber } from '../options.ts'
import { createOutput, type Output } from '../output.ts'
import { checkPort, serveUntilInterrupted } from '../serving.ts'
import { readEvaluation, resultText, runTraining } from '../trainingJob.ts'

interface StartOptions extends SharedOptions {
  serve: boolean
  port?: number
  out?: string
}

/** Training takes no longer than this, whatever the machine. */
const MOST_SECONDS = 60
/** MNIST must arrive within this time, or digits are drawn instead. */
const FETCH_SECONDS = 10

export function define(command: Command): void {
  command
    .option('--no-serve', 'end after the summary')
    .option('--port <n>', 'port of the report (default: 4173 or the next free one)', wholeNumber(0, 65535))
    .option('--out <dir>', 'folder of the run (default: runs/<date>-<model>-<n>)')
  addShared(command, 'json', 'seed', 'dataDir', 'threads').action(start)
  command.addHelpText('after', '\nExamples:\n  inkling start\n  inkling start --no-serve --data-dir path/to/data')
}

async function start(options: StartOptions): Promise<void> {
  const output = createOutput(options.json === true)
  if (options.serve) await checkPort(options.port)
  const data = await chooseData(options.dataDir, output)
  output.note(`Training quick-cnn on ${data === 'mnist' ? 'MNIST' : 'drawn digits'}; it takes less than a minute.`)
  const result = await runTraining({
    ...{ model: 'quick-cnn', recipe: 'quick', data },
    ...{ dataDir: options.dataDir, threads: options.threads, seed: options.seed, out: options.out },
    callbacks: [untilTimeIsUp()],
  })
  output.result(result)
  if (!output.json) {
    const evaluation = await readEvaluation(result.run)
    output.say(`\nHow it reads the ${evaluation.part} digits:\n`)
    output.say(`${evaluationText(evaluation)}\n\n${resultText(result)}\n`)
    output.say(`Read your own scans:  npx inkling predict my-digit.png
See its details:      npx inkling evaluate ${result.run}
Train a larger one:   npx inkling train kaggle-cnn --data ${data} --epochs 5
`)
  }
  if (options.serve) await serveUntilInterrupted(result.run, options.port, output)
}

/** MNIST where it is or can be fetched quickly; else the digits that the program draws, and that is said. */
async function chooseData(dataDir: string | undefined, output: Output): Promise<'mnist' | 'drawn'> {
  const { bringMnist } = await import('../../data/obtain.ts')
  const interruption = new AbortController()
  const release = onInterrupt(() => interruption.abort())
  try {
    const reason = await bringMnist({
      dataDir,
      signal: interruption.signal,
      seconds: FETCH_SECONDS,
      onFetch: () => output.note('MNIST is not here; trying to fetch it ...'),
    })
    if (reason === undefined) return 'mnist'
    output.note(`It could not be fetched: ${reason}`)
    output.note('Digits that the program draws itself are used instead. They look like handwriting, but are none.')
    return 'drawn'
  } finally {
    release()
  }
}

/** Ends the training after an epoch when another one would take it past the minute. */
function untilTimeIsUp(): Callback {
  let total = 0
  return {
    onEpoch({ seconds }, control) {
      total += seconds
      if (total + seconds > MOST_SECONDS) control.stop(`time is up after ${duration(total)}`)
    },
  }
}
