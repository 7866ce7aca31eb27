import type { CascadeStage } from '../evaluation/cascade.ts'
import { count, figure, percent } from './format.ts'
import { table } from './table.ts'

const STAGES = { main: 'main network alone', top: 'asked by the top answer', mass: 'asked by probability' } as const

/** A cascade before and after: accuracy, what each group mixed up, how often its specialist was asked. */
export function cascadeText(stages: readonly CascadeStage[]): string {
  const [{ groups }] = stages
  const name = (classes: readonly string[]) => classes.join('/')
  const header = groups.flatMap(g => [`${name(g.classes)} mixed up`, 'elsewhere', 'asked'])
  const rows = stages.map(({ stage, used, accuracy, loss, groups: read, thresholds }) => [
    `${STAGES[stage]}${used ? ' *' : ''}`,
    percent(accuracy),
    figure(loss),
    ...read.flatMap(({ mixedUp, confusion, asked, classes }, s) => [
      count(mixedUp),
      count(confusion.reduce((sum, row) => sum + row[classes.length], 0)),
      thresholds && thresholds[s] > 1 ? 'never' : count(asked) + (thresholds ? ` (from ${thresholds[s]})` : ''),
    ]),
  ])
  const align = ['left', ...header.map(() => 'right'), 'right', 'right'] as ('left' | 'right')[]
  return `${table(['specialists', 'accuracy', 'loss', ...header], rows, { align })}\n* what this run answers`
}
