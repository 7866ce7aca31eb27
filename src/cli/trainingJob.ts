import { join } from 'node:path'
import type { RunEvaluation, RunReport, RunResult } from '../training/runResult.ts'
import type { CommonOptions, TrainRunOptions } from '../training/trainOptions.ts'
import { plural } from '../words.ts'
import { cascadeText } from './cascadeText.ts'
import { filesText } from './evaluationText.ts'
import { count, duration, loss, percent } from './format.ts'
import { inOptions } from './inOptions.ts'
import { onInterrupt } from './interrupt.ts'
import { createProgress } from './progress.ts'
import { list, table } from './table.ts'
import { trainingProgress } from './trainingProgress.ts'
import { version } from './version.ts'

/** Runs a training as all commands do: see {@link interactively}. */
export async function runTraining(options: TrainRunOptions): Promise<RunResult> {
  const { trainRun } = await import('../training/train.ts')
  return await interactively(options, common => trainRun({ ...options, ...common }))
}

/** Live progress on stderr, the report at the end; Ctrl-C saves a checkpoint. */
export async function interactively<T>(
  { callbacks = [] }: CommonOptions,
  job: (common: CommonOptions) => Promise<T>,
): Promise<T> {
  const progress = createProgress()
  const interruption = new AbortController()
  const release = onInterrupt(() => {
    progress.line('Stopping; saving a checkpoint ...')
    interruption.abort()
  })
  try {
    return await job({
      signal: interruption.signal,
      callbacks: [...callbacks, trainingProgress(progress)],
      onNote: text => progress.line(text),
      onRateTest: (done, total) => progress.update({ label: 'range test', done, total, fields: [] }),
      report: makeReport,
      version: version(),
    })
  } catch (error) {
    throw inOptions(error)
  } finally {
    progress.end()
    release()
  }
}

const makeReport: RunReport = async (facts, { dataset, predictions, nameOf }) => {
  const [{ renderReport }, { collectExamples }] = await Promise.all([
    import('../report/report.ts'),
    import('../report/examples.ts'),
  ])
  return renderReport({ ...facts, examples: collectExamples(dataset, predictions.probabilities, { nameOf }) })
}

/** What a training brought, in a few lines. */
export function resultText(result: RunResult): string {
  const parts = (['train', 'validation', 'test'] as const).flatMap(part => {
    const scores = result[part]
    return scores ? [[part, percent(scores.accuracy), loss(scores.loss)]] : []
  })
  const kept = result.keptEpoch === null ? '' : `, kept the weights of epoch ${result.keptEpoch}`
  return [
    table(['part', 'accuracy', 'loss'], parts, { align: ['left', 'right', 'right'] }),
    ...(result.cascade ? ['', cascadeText(result.cascade)] : []),
    ...(result.baselines ? ['', comparison(result, result.baselines)] : []),
    ...(result.files ? ['', filesText(result.files)] : []),
    '',
    list([
      ['model', `${result.model}, ${count(result.parameters)} parameters, on ${result.data}`],
      [
        'training',
        `${plural(result.epochs, 'epoch')} in ${duration(result.seconds)}, ${count(result.examplesPerSecond)} ${UNITS[result.task]}/s${kept}`,
      ],
      ...(result.ended === undefined ? [] : [['ended early', result.ended] as const]),
      ['run', result.run],
      ['report', join(result.run, 'report.html')],
    ]),
    ...result.warnings.map(warning => `\nWARNING: ${warning}`),
  ].join('\n')
}

/** What an example is called. */
const UNITS = { image: 'images', table: 'rows', signal: 'windows' } as const

/** The accuracy of a table's or signal's network beside simpler classifiers'. */
function comparison(result: RunResult, baselines: NonNullable<RunResult['baselines']>): string {
  const row = (name: string, scores: Pick<RunResult, 'train' | 'validation' | 'test'>) => [
    name,
    ...(['train', 'validation', 'test'] as const).map(part => percent(scores[part]?.accuracy ?? Number.NaN)),
  ]
  const rows = [row(result.model, result), ...baselines.map(scores => row(scores.name, scores))]
  return table(['accuracy', 'train', 'validation', 'test'], rows, { align: ['left', 'right', 'right', 'right'] })
}

/** The scores that a finished run wrote. */
export async function readEvaluation(run: string): Promise<RunEvaluation> {
  const { readFile } = await import('node:fs/promises')
  return JSON.parse(await readFile(join(run, 'evaluation.json'), 'utf8'))
}
