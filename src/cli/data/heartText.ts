import type { HeartSummary } from '../../data/heartbeats/summary.ts'
import { plural } from '../../words.ts'
import { count } from '../format.ts'
import { table } from '../table.ts'

/** Beats by type, and segments by class for each split, for people. */
export function heartText({ records, beats, segments }: Pick<HeartSummary, 'records' | 'beats' | 'segments'>): string {
  const types = Object.entries(beats).map(([type, n]) => `${type} ${count(n)}`)
  const all = Object.values(beats).reduce((a, b) => a + b, 0)
  const rows = Object.entries(segments).flatMap(([labels, splits]) =>
    Object.entries(splits).flatMap(([split, parts]) =>
      Object.entries(parts).map(([part, classes]) => [
        ...[labels, split, part],
        Object.entries(classes)
          .map(([name, n]) => `${name} ${count(n as number)}`)
          .join(', '),
      ]),
    ),
  )
  return [
    `${plural(records.length, 'record')}, ${plural(all, 'beat', count)}: ${types.join(', ')}`,
    '',
    table(['segments of 100', 'split', 'part', 'by class'], rows),
  ].join('\n')
}
