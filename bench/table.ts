import type { Machine } from './machine.ts'
import type { Row } from './rows.ts'
import type { Absence } from './systems/system.ts'
import { workloads } from './workloads/index.ts'

export interface Result {
  rows: Row[]
  machine: Machine
  absent: Absence[]
}

const columns = [
  '',
  'system',
  'training step ms',
  'forward ms',
  'GFLOP/s',
  'of FMA peak',
  'PyTorch / this',
  'others / this',
]

/** The figures as a Markdown table that also reads well in a terminal. */
export function tableOf({ rows, machine, absent }: Result): string {
  const cells = [columns, ...rows.map((row, i) => cellsOf(row, rows[i - 1]?.workload !== row.workload))]
  const widths = columns.map((_, c) => Math.max(3, ...cells.map(line => line[c].length)))
  const line = (values: string[]) => `| ${values.map((v, c) => v.padEnd(widths[c])).join(' | ')} |`
  const rule = `|${widths.map(w => '-'.repeat(w + 2)).join('|')}|`
  const table = [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n')
  const notes = absent.map(a => `- ${a.system}: ${a.reason}`)
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}. FMA peak: ${peaks(machine)}.`,
    table,
    ...(notes.length ? [`Absent:\n\n${notes.join('\n')}`] : []),
  ].join('\n\n')
}

function cellsOf(row: Row, first: boolean): string[] {
  const title = workloads.find(w => w.id === row.workload)?.title
  const form = [row.variant, row.threads && `${row.threads}T`].filter(Boolean).join(', ')
  const others = Object.entries(row.ratios).filter(([name]) => name !== 'pytorch')
  return [
    first ? `${row.workload} ${title ?? ''}`.trim() : '',
    form ? `${row.system} (${form})` : row.system,
    time(row.trainMs, row.trainSpread),
    time(row.forwardMs, row.forwardSpread),
    row.gflops === null ? '' : row.gflops.toFixed(row.gflops < 10 ? 1 : 0),
    row.shareOfPeak === null ? '' : `${(100 * row.shareOfPeak).toFixed(0)} %`,
    ratios(row),
    row.system === 'inkling' ? others.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(', ') : '',
  ]
}

function ratios({ ratioToPyTorch, forwardRatioToPyTorch, trainMs, system }: Row): string {
  if (system === 'pytorch') return ''
  if (trainMs === null || forwardRatioToPyTorch === null) return ratioToPyTorch?.toFixed(2) ?? ''
  return `${ratioToPyTorch?.toFixed(2) ?? '-'} (forward ${forwardRatioToPyTorch.toFixed(2)})`
}

function time(value: number | null, spread: [number, number] | null): string {
  if (value === null) return ''
  return spread ? `${short(value)} (${short(spread[0])}..${short(spread[1])})` : short(value)
}

/** Three digits that count. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

function peaks({ fmaPeak, fmaPeakOneThread }: Machine): string {
  const of = (width: 'wide' | 'narrow', bits: number) =>
    `${fmaPeakOneThread[width]?.toFixed(0) ?? '-'} and ${fmaPeak[width]?.toFixed(0) ?? '-'} GFLOP/s on 1 and 2 threads with ${bits}-bit vectors`
  return `${of('wide', 256)}, ${of('narrow', 128)}`
}
