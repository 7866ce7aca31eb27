import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { InklingError } from '../../errors.ts'
import { classCounts, createDataset, type Dataset, subset } from '../dataset.ts'
import { groupSplit, withGroups } from '../groups.ts'
import type { LoadedDataset } from '../loaded.ts'
import { naturalOrder } from '../pictures/files.ts'
import { groupPattern, isGroupPattern } from './groupPattern.ts'
import { restOf } from './labelFile.ts'
import { listSignals } from './listing.ts'
import { lookAtSignals } from './look.ts'
import { notesOf } from './notes.ts'
import { timePieces } from './pieces.ts'
import { checkMemory, proposeForm, proposeModel, type SignalProposal } from './propose.ts'
import { readAlike } from './readAlike.ts'
import type { SignalReport } from './report.ts'
import type { Signal, SignalForm, SignalListing, SignalOptions } from './types.ts'
import {
  cutWindows,
  type Grouped,
  gatherWindows,
  type Placed,
  placeStretches,
  restStretches,
  type Window,
} from './windows.ts'

/** Fewer recordings than this cannot give one to each part. */
const PARTS = 3

/**
 * Loads recordings (CSV or WAV) as labelled windows [samples, channels], as they are: they are standardised as they enter the
 * model. A folder per class, `train/`, `val/`, `test/` of them, or signals with a label file. Windows of one recording
 * (or of one source, where `group` names it) stay on one side of every split; where recordings are too few for that,
 * pieces of time do, and the notes warn.
 */
export async function loadSignals(
  path: string,
  options: SignalOptions = {},
): Promise<LoadedDataset & { signals: SignalReport }> {
  const listing = await listSignals(path, options)
  const { known } = options
  const { signals, hashes } = await readAlike(listing, known ? { ...options, ...formOptions(known.form) } : options)
  const placed = placeStretches(listing, signals)
  const classesKnown = known && checkKnown(placed, listing, known.classes)
  const proposal = known ? asKnown(known.form) : propose(placed, signals, options)
  const { form } = proposal
  const rest = restOf(listing, options.rest)
  const all = rest === undefined ? placed : [...placed, ...restStretches(placed, signals, rest, form.window)]
  const cut = cutWindows(all, signals, form)
  if (cut.windows.length === 0)
    throw nothingFits(path, unitOf(listing) === 'file' ? 'signal' : 'stretch', all, form.window)
  const classes = classesKnown ?? classesOf(all, cut.windows, path)
  const grouped = known ? ungrouped(cut.windows) : groupsFor(cut.windows, all, listing, form.window, options.group)
  checkMemory(grouped.windows.length, form)
  const { windows } = grouped
  const name = basename(path)
  const ids = new Map(classes.map((label, id) => [label, id]))
  const dataset = createDataset({
    name,
    shape: [form.window, form.channels.length],
    classes,
    features: gatherWindows(windows, signals, form.window),
    labels: windows.map(({ stretch }) => ids.get(all[stretch].label) as number),
  })
  const whole = known ? dataset : withGroups(dataset, grouped.kind, grouped.names)
  const parts = known ? { train: dataset } : partsOf(whole, windows, all, options)
  const report: SignalReport = {
    ...{
      form,
      layout: listing.layout,
      unit: unitOf(listing),
      groupKind: grouped.kind,
      files: listing.files.map(file => file.name),
    },
    fileOf: Int32Array.from(windows, ({ file }) => file),
    startOf: Int32Array.from(windows, ({ start }) => start),
    short: cut.short.map(({ file, line }) => listing.files[file].name + (line === undefined ? '' : ` (line ${line})`)),
    model: proposeModel(parts.train.length, form),
  }
  const { reasons, warnings } = notesOf({ listing, signals, proposal, grouped, parts, report, own: !known })
  report.modelReason = reasons[3]
  const notes = [...reasons, ...warnings]
  const sha256 = createHash('sha256').update(hashes.join()).digest('hex')
  return {
    name,
    ...parts,
    source: resolve(path),
    files: [{ path: name, sha256 }],
    drawn: false,
    notes,
    signals: report,
  }
}

const unitOf = ({ stretches }: SignalListing) => (stretches.some(({ span }) => span) ? 'window' : 'file')

/** The error for data of which no window can be cut: of whole signals, of stretches, or of moments alone. */
function nothingFits(path: string, kind: 'signal' | 'stretch', placed: readonly Placed[], window: number) {
  const longest = placed.reduce((most, { from, to }) => Math.max(most, to - from), 0)
  if (longest === 0)
    return new InklingError(
      `every moment of ${path} is too near an end for the window of ${window} samples around it`,
      {
        hint: 'Take a shorter --window.',
      },
    )
  return new InklingError(`every ${kind} of ${path} is shorter than the window of ${window} samples`, {
    hint: `The longest has ${longest}. Take a shorter --window.`,
  })
}

const formOptions = ({ rate, channels }: SignalForm) => ({ rate, channels })

const asKnown = (form: SignalForm): SignalProposal => ({ form, window: '', hop: '' })

function checkKnown(placed: readonly Placed[], listing: SignalListing, classes: readonly string[]): readonly string[] {
  const stranger = placed.find(({ label }) => !classes.includes(label))
  if (!stranger) return classes
  const where =
    stranger.line === undefined ? listing.files[stranger.file].name : `${listing.labelFile}, line ${stranger.line}`
  throw new InklingError(`${where}: "${stranger.label}" is no class that was learned`, {
    hint: `Known: ${classes.slice(0, 10).join(', ')}${classes.length > 10 ? ', ...' : ''}.`,
  })
}

function propose(placed: readonly Placed[], signals: readonly Signal[], options: SignalOptions): SignalProposal {
  const pieces = placed.filter(({ from, to }) => to > from)
  const moments = placed.filter(({ from, to }) => to === from)
  const whole = (file: number) => ({ signal: signals[file], from: 0, to: signals[file].samples })
  const files = [...new Set(moments.map(({ file }) => file))]
  const look = lookAtSignals(
    pieces.map(({ file, from, to }) => ({ signal: signals[file], from, to })),
    files.length === 1 ? moments.map(({ from }) => from).sort((a, b) => a - b) : [],
  )
  const swing = pieces.length > 0 ? look.swing : lookAtSignals(files.map(whole), []).swing
  return proposeForm({ ...look, swing }, { rate: signals[0].rate, channels: signals[0].names }, options)
}

function classesOf(placed: readonly Placed[], windows: readonly Window[], path: string): string[] {
  const classes = [...new Set(windows.map(({ stretch }) => placed[stretch].label))].sort(naturalOrder)
  if (classes.length >= 2) return classes
  throw new InklingError(`${path} has windows of one class only: ${classes[0]}`, {
    hint: 'At least two classes are needed; are the others shorter than the window (--window)?',
  })
}

const ungrouped = (windows: Window[]): Grouped => ({ kind: 'recording', windows, names: [], dropped: 0, few: [] })

function groupsFor(
  windows: Window[],
  placed: readonly Placed[],
  listing: SignalListing,
  window: number,
  group: string | undefined,
): Grouped {
  if (group !== undefined) {
    const kind = isGroupPattern(group) ? groupPattern(group).kind : group
    return { kind, windows, names: windows.map(({ stretch }) => placed[stretch].group as string), dropped: 0, few: [] }
  }
  const names = windows.map(({ file }) => listing.files[file].name)
  const parts = new Set(windows.map(({ stretch }) => placed[stretch].part ?? 'train'))
  // Of parts that the data bring only the training part may yet be cut, for validation.
  const cut = windows.map((_, i) => i).filter(i => (placed[windows[i].stretch].part ?? 'train') === 'train')
  const teaching = cut.map(i => windows[i])
  const few = fewRecordings(teaching, placed, parts.size === 1 ? PARTS : 2)
  if (few.length === 0 || (parts.has('validation') && parts.has('test')))
    return { kind: 'recording', windows, names, dropped: 0, few: [] }
  const pieces = timePieces(teaching, placed, window)
  const dropped = new Set(cut.filter((_, at) => pieces[at] < 0))
  cut.forEach((i, at) => {
    names[i] = String(pieces[at])
  })
  const kept = windows.map((_, i) => i).filter(i => !dropped.has(i))
  return {
    kind: 'piece',
    windows: kept.map(i => windows[i]),
    names: kept.map(i => names[i]),
    dropped: dropped.size,
    few,
  }
}

/** The classes that have windows of fewer than so many recordings. */
function fewRecordings(windows: readonly Window[], placed: readonly Placed[], least: number): string[] {
  const recordings = new Map<string, Set<number>>()
  for (const { stretch, file } of windows) {
    const { label } = placed[stretch]
    recordings.set(label, (recordings.get(label) ?? new Set()).add(file))
  }
  return [...recordings].filter(([, files]) => files.size < least).map(([label]) => label)
}

/** The parts that the data bring, or a split of whole groups. */
function partsOf(
  all: Dataset,
  windows: readonly Window[],
  placed: readonly Placed[],
  { testShare = 0.2, seed = 0, group }: SignalOptions,
): { train: Dataset; validation?: Dataset; test?: Dataset } {
  const of = (part: Placed['part']) =>
    subset(
      all,
      windows.map((_, i) => i).filter(i => (placed[windows[i].stretch].part ?? 'train') === part),
      `${all.name}/${part}`,
    )
  if (placed.some(({ part }) => part)) {
    if (group !== undefined) refuseShared(all, windows, placed)
    const [train, validation, test] = [of('train'), of('validation'), of('test')]
    const taught = classCounts(train)
    const unknown = all.classes.filter((_, id) => taught[id] === 0)
    if (unknown.length > 0)
      throw new InklingError(`${all.name} has classes that training lacks: ${unknown.slice(0, 5).join(', ')}`, {
        hint: 'Every class needs recordings in the training part; are the folders named alike?',
      })
    if (test.length > 0) return { train, validation: validation.length > 0 ? validation : undefined, test }
    // What is judged by must not choose the epoch, so a lone val is the test.
    return { train, test: validation.length > 0 ? validation : undefined }
  }
  if (testShare === 0) return { train: all }
  const [train, test] = groupSplit(all, [1 - testShare, testShare], {
    seed,
    names: [`${all.name}/train`, `${all.name}/test`],
  })
  return { train, test }
}

/** A source that is in two parts of the data's own split. */
function refuseShared(all: Dataset, windows: readonly Window[], placed: readonly Placed[]): void {
  const seen = new Map<string, string>()
  for (const { stretch } of windows) {
    const { group = '', part = 'train' } = placed[stretch]
    const before = seen.get(group) ?? part
    seen.set(group, part)
    if (before !== part)
      throw new InklingError(`${all.groups?.kind} ${group} is in two parts of the split: ${before} and ${part}`, {
        hint: 'Put all of it into one part, or leave --group away.',
      })
  }
}
