import { HEART_CLASSES, type HeartLabels } from './classes.ts'
import { type MitdbOptions, planMitdb, splitPlan } from './mitdb.ts'
import { type ReadFile, readHeartRecord } from './records.ts'

/** Examples of each class. */
export type ClassCounts = Record<string, number>

/** What is in the database, without a signal being read. */
export interface HeartSummary {
  records: { name: string; leads: string[]; seconds: number; beats: ClassCounts }[]
  /** Beats by their symbol, most frequent first. */
  beats: ClassCounts
  /** Segments of 100 samples by class: scheme of labels, then split, then part. */
  segments: Record<string, Record<string, { train: ClassCounts; test: ClassCounts }>>
}

/** Counts beats and segments; random splits are those of seed 0. */
export async function summarizeMitdb(names: readonly string[], read: ReadFile): Promise<HeartSummary> {
  const records: HeartSummary['records'] = []
  const all: string[] = []
  for (const name of names) {
    const record = await readHeartRecord(name, read)
    const seconds = record.length / record.header.frequency
    records.push({ name, leads: record.leads, seconds, beats: tally(record.beatSymbols) })
    all.push(...record.beatSymbols)
  }
  const segments: HeartSummary['segments'] = {}
  for (const labels of Object.keys(HEART_CLASSES) as HeartLabels[]) {
    segments[labels] = {}
    for (const split of ['random', 'inter-patient'] as const) {
      segments[labels][split] = await countParts(names, read, { unit: 'segment', labels, split })
    }
  }
  return { records, beats: tally(all), segments }
}

async function countParts(names: readonly string[], read: ReadFile, options: MitdbOptions) {
  const plan = await planMitdb(names, read, options)
  const classes = HEART_CLASSES[plan.options.labels]
  const [train, test] = splitPlan(plan).map(positions => {
    const counts: ClassCounts = Object.fromEntries(classes.map(name => [name, 0]))
    for (const position of positions) counts[classes[plan.labels[position]]]++
    return counts
  })
  return { train, test }
}

function tally(symbols: readonly string[]): ClassCounts {
  const counts = new Map<string, number>()
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]))
}
