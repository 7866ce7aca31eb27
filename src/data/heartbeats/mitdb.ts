import { InklingError } from '../../errors.ts'
import { classCounts, createDataset, type Dataset, type Groups, subset } from '../dataset.ts'
import { randomSplit } from '../split.ts'
import { DS1, DS2, HEART_CLASSES, type HeartLabels, PACED } from './classes.ts'
import { copyStretches, type Stretches, segmentsOf, windowsOf } from './examples.ts'
import { INTERVALS } from './intervals.ts'
import { type HeartRecord, type ReadFile, readHeartRecord, readLeads } from './records.ts'

/** How the MIT-BIH Arrhythmia Database becomes examples. */
export interface MitdbOptions {
  /** Windows around every beat, or segments without overlap. Default `beat`. */
  unit?: 'beat' | 'segment'
  /** See {@link HeartLabels}. Default `aami`. */
  labels?: HeartLabels
  /**
   * `inter-patient`: DS1 trains, DS2 tests (default). `random`: examples are drawn at random, so that every patient is
   * on both sides.
   */
  split?: 'inter-patient' | 'random'
  /** `MLII` alone (default; 102 and 104 have none and are left out), or `both` with MLII first where there is one. */
  leads?: 'MLII' | 'both'
  /** Keep the paced records 102, 104, 107 and 217. Default: only with `not-n` and a random split. */
  paced?: boolean
  /** Samples of an example, 360 a second. Default 100. */
  length?: number
  /** Share of the test part of a random split. Default 0.2. */
  testShare?: number
  /** Of the random split. Default 0. */
  seed?: number
}

/** The database as examples: Float32 [length, leads], standardised per record. */
export interface HeartExamples {
  train: Dataset
  test: Dataset
  /** R-R intervals [4] of the same examples in the same order, for a baseline that sees no signal. */
  intervals: { train: Dataset; test: Dataset }
  /** What anybody who quotes a figure must know. */
  notes: string[]
}

/** A plan of what is cut from which record, before any signal is read. */
export interface HeartPlan {
  options: Required<MitdbOptions>
  parts: { record: HeartRecord; positions: number[]; stretches: Stretches }[]
  labels: Int32Array
  groups: Groups
  notes: string[]
}

/** Fills in the defaults and refuses what does not go together. */
export function completeMitdb(options: MitdbOptions): Required<MitdbOptions> {
  const labels = options.labels ?? 'aami'
  const split = options.split ?? 'inter-patient'
  if (!(labels in HEART_CLASSES)) {
    throw new InklingError(`labels "${labels}" are unknown`, { exitCode: 2, hint: 'Known: aami, abnormal, not-n.' })
  }
  if (split === 'inter-patient' && options.paced) {
    throw new InklingError('the inter-patient split leaves the paced records out', { exitCode: 2 })
  }
  const length = options.length ?? 100
  if (!(Number.isInteger(length) && length > 0 && length <= 100_000)) {
    throw new InklingError(`a heartbeat example of ${length} samples is impossible`, { exitCode: 2 })
  }
  return {
    ...{ unit: options.unit ?? 'beat', labels, split, leads: options.leads ?? 'MLII', length },
    paced: options.paced ?? (labels === 'not-n' && split === 'random'),
    ...{ testShare: options.testShare ?? 0.2, seed: options.seed ?? 0 },
  }
}

/** Decides on records, stretches and labels; reads headers and annotations only. */
export async function planMitdb(names: readonly string[], read: ReadFile, settings: MitdbOptions): Promise<HeartPlan> {
  const options = completeMitdb(settings)
  const { unit, labels: scheme, split, leads, paced, length } = options
  const inSplit = split === 'inter-patient' ? new Set([...DS1, ...DS2]) : undefined
  const parts: HeartPlan['parts'] = []
  const without: string[] = []
  const leftOut = names.filter(name => !paced && (PACED as readonly string[]).includes(name))
  for (const name of names) {
    if (leftOut.includes(name) || (inSplit && !inSplit.has(name))) continue
    const record = await readHeartRecord(name, read)
    const mlii = record.leads.indexOf('MLII')
    if (mlii < 0) without.push(name)
    if (mlii < 0 && leads === 'MLII') continue
    const first = Math.max(0, mlii)
    if (leads === 'both' && record.leads.length < 2) {
      throw new InklingError(`record ${name} has one lead; two were asked for`, { exitCode: 2 })
    }
    const positions = leads === 'MLII' ? [first] : [first, first === 0 ? 1 : 0]
    parts.push({ record, positions, stretches: (unit === 'beat' ? windowsOf : segmentsOf)(record, length, scheme) })
  }
  const count = parts.reduce((sum, { stretches }) => sum + stretches.labels.length, 0)
  const labels = new Int32Array(count)
  const ids = new Int32Array(count)
  let at = 0
  parts.forEach(({ stretches }, i) => {
    labels.set(stretches.labels, at)
    ids.fill(i, at, (at += stretches.labels.length))
  })
  const groups = { kind: 'record', names: parts.map(p => p.record.name), ids, together: split === 'inter-patient' }
  return { options, parts, labels, groups, notes: notesOf(options, leftOut, without) }
}

/** The positions of the two parts of a plan's split. */
export function splitPlan(plan: HeartPlan): [train: Uint32Array, test: Uint32Array] {
  const { labels, groups, options } = plan
  if (options.split === 'random') {
    const dummy = createDataset({ name: 'mitdb', shape: [1], classes: ['-'], features: new Uint8Array(labels.length) })
    const [train, test] = randomSplit(dummy, [1 - options.testShare, options.testShare], { seed: options.seed })
    return [train.indices as Uint32Array, test.indices as Uint32Array]
  }
  const of = (records: readonly string[]) => {
    const wanted = groups.names.map(name => records.includes(name))
    return Uint32Array.from(labels.keys()).filter(i => wanted[groups.ids[i]])
  }
  return [of(DS1), of(DS2)]
}

/** Reads the signals of a plan and makes its datasets, called `name/train` and `name/test`. */
export async function buildMitdb(plan: HeartPlan, read: ReadFile, name = 'mitdb'): Promise<HeartExamples> {
  const { options, parts, labels, groups } = plan
  const { length, leads } = options
  const width = leads === 'both' ? 2 : 1
  const features = new Float32Array(labels.length * length * width)
  const rhythm = new Float32Array(labels.length * INTERVALS.length)
  let at = 0
  for (const { record, positions, stretches } of parts) {
    copyStretches(await readLeads(record, positions, read), width, stretches.starts, length, features, at)
    rhythm.set(stretches.intervals, at * INTERVALS.length)
    at += stretches.starts.length
  }
  const classes = HEART_CLASSES[options.labels]
  const all = { ...createDataset({ name, shape: [length, width], classes, features, labels }), groups }
  const beats = {
    ...createDataset({ name, shape: [INTERVALS.length], classes, features: rhythm, labels }),
    groups,
  }
  const [train, test] = splitPlan(plan)
  const held = subset(all, test, `${name}/test`)
  return {
    train: subset(all, train, `${name}/train`),
    test: held,
    intervals: {
      train: subset(beats, train, `${name}/train intervals`),
      test: subset(beats, test, `${name}/test intervals`),
    },
    notes: [...plan.notes, ...majorityNote(held)],
  }
}

function notesOf(options: Required<MitdbOptions>, paced: string[], without: string[]): string[] {
  const notes = [
    options.split === 'random'
      ? 'warning: intra-patient: a random split puts every patient on both sides (it leaks patients); the figures say nothing about new patients'
      : 'inter-patient: DS1 trains, DS2 tests; no patient is on both sides, but for one person (201 in DS1, 202 in DS2)',
  ]
  if (paced.length > 0) notes.push(`paced records left out: ${paced.join(', ')}`)
  if (without.length > 0) {
    const done = options.leads === 'MLII' ? 'left out' : 'their leads are taken as they come'
    notes.push(`records without the lead MLII, ${done}: ${without.join(', ')}`)
  }
  return notes
}

/** An accuracy below the share of the largest class is no achievement. */
function majorityNote(test: Dataset): string[] {
  if (test.length === 0) return []
  const counts = classCounts(test)
  const most = Math.max(...counts)
  const share = ((100 * most) / test.length).toFixed(1)
  return [
    `warning: ${share} % of the test part is "${test.classes[counts.indexOf(most)]}": saying so always is that accurate`,
  ]
}
