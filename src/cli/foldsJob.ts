import { join } from 'node:path'
import type { NewFolds, ResumedFolds } from '../training/folds.ts'
import type { FoldsResult } from '../training/foldsResult.ts'
import { count, duration, loss, percent } from './format.ts'
import { createOutput } from './output.ts'
import { list, table } from './table.ts'
import { interactively } from './trainingJob.ts'

/** Runs a cross-validation as all trainings run, tells its table, and where to go on. */
export async function runFolds(options: NewFolds | ResumedFolds, json: boolean): Promise<void> {
  const { trainFolds } = await import('../training/folds.ts')
  const result = await interactively(options, common =>
    trainFolds({
      ...options,
      ...common,
      foldsReport: makeFoldsReport,
      onFold(fold, of, done) {
        const what = done ? `validation accuracy ${percent(done.validation.accuracy)}` : 'begins'
        common.onNote?.(`fold ${fold} of ${of}: ${what}`)
      },
    }),
  )
  const output = createOutput(json)
  output.result(result)
  output.say(`\n${foldsText(result)}\n`)
  output.say(`Next: inkling report ${result.run}
      inkling predict PATH --run ${result.run}   # the mean of its runs`)
}

async function makeFoldsReport(result: FoldsResult): Promise<string> {
  const [{ renderFolds }, { foldsFacts }] = await Promise.all([
    import('../report/folds.ts'),
    import('../training/foldsResult.ts'),
  ])
  return renderFolds(await foldsFacts(result))
}

/** The table of the folds, their mean and spread. */
export function foldsText(result: FoldsResult): string {
  const { folds, mean, std, baselines = [] } = result
  const rows = folds.map(({ fold, validation, train, epochs, keptEpoch, seconds }) => [
    String(fold),
    percent(validation.accuracy),
    loss(validation.loss),
    percent(train.accuracy),
    keptEpoch === null || keptEpoch === epochs ? String(epochs) : `${epochs}, kept ${keptEpoch}`,
    duration(seconds),
  ])
  return [
    table(
      ['fold', 'validation accuracy', 'loss', 'training accuracy', 'epochs', 'time'],
      [...rows, ['mean', percent(mean)], ['standard deviation', percent(std)]],
      { align: ['left', 'right', 'right', 'right', 'right', 'right'] },
    ),
    ...(baselines.length > 0
      ? [
          '',
          table(
            ['accuracy on the same folds', 'mean', 'standard deviation'],
            [{ name: result.model, mean, std }, ...baselines].map(one => [
              one.name,
              percent(one.mean),
              percent(one.std),
            ]),
            { align: ['left', 'right', 'right'] },
          ),
        ]
      : []),
    '',
    list([
      ['model', `${result.model}, ${count(result.parameters)} parameters, on ${result.data}`],
      ['training', `${folds.length} runs in ${duration(result.seconds)}`],
      ['folds', result.run],
      ['report', join(result.run, 'report.html')],
    ]),
    ...result.warnings.map(warning => `\nWARNING: ${warning}`),
  ].join('\n')
}
