import type { LayerRow } from './context.ts'

/** What `inkling models NAME --json` shows. */
export interface ModelSummary {
  name: string
  parameters: { total: number; trainable: number }
  layers: LayerRow[]
}

const count = (n: number) => n.toLocaleString('en-US')

/** A model's layers as a table of text. */
export function summaryText({ name, parameters, layers }: ModelSummary): string {
  const rows = [
    ['layer', 'type', 'output shape', 'parameters'],
    ...layers.map(l => [l.name, l.type, l.outputShape.join(' x '), count(l.parameters)]),
  ]
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  const line = (row: string[]) =>
    row.map((cell, i) => (i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ')
  const rule = '-'.repeat(widths.reduce((a, b) => a + b + 2, -2))
  const { total, trainable } = parameters
  const fixed = total - trainable
  return [
    name,
    line(rows[0]),
    rule,
    ...rows.slice(1).map(line),
    rule,
    `${count(total)} parameters, ${count(trainable)} trainable${fixed ? `, ${count(fixed)} not` : ''}`,
  ].join('\n')
}
