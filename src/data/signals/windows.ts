import { InklingError } from '../../errors.ts'
import { secondsText } from './lengths.ts'
import type { Signal, SignalListing, Stretch } from './types.ts'

/** A labelled piece of a signal in samples, or a moment (`to` is then `from`). */
export interface Placed extends Stretch {
  from: number
  to: number
}

/** Where an example lies. */
export interface Window {
  file: number
  /** First sample. */
  start: number
  /** Index of its stretch among the placed. */
  stretch: number
}

/** Windows with the name of the group that each belongs to. */
export interface Grouped {
  kind: string
  windows: Window[]
  names: string[]
  /** Windows left out since they lie over a cut in time. */
  dropped: number
  /** Classes that have too few recordings for a split by recordings. */
  few: string[]
}

/** The stretches of a listing in samples. @throws InklingError for one outside its signal, or two that contradict */
export function placeStretches(listing: SignalListing, signals: readonly Signal[]): Placed[] {
  const placed = listing.stretches.map(stretch => {
    const signal = signals[stretch.file]
    const { span, file } = stretch
    const { pace = signal.rate } = signal
    if (!span) return { ...stretch, from: 0, to: signal.samples }
    const where = `${listing.labelFile}, line ${stretch.line}`
    const sample = (value: number) => {
      if (span.unit === 'samples') return Math.round(value * signal.factor)
      if (pace !== undefined) return Math.round((value - signal.start) * pace)
      throw new InklingError(
        `${listing.labelFile} gives seconds, and ${listing.files[file].name} does not say how many samples one has`,
        {
          exitCode: 2,
          hint: 'Say it with --sampled-at HZ, or call the columns start_sample,end_sample (or at_sample).',
        },
      )
    }
    const [from, to] = 'at' in span ? [sample(span.at), sample(span.at)] : [sample(span.from), sample(span.to)]
    // A last row may round up beyond the last sample.
    if (from >= 0 && from <= signal.samples && to <= signal.samples + 1)
      return { ...stretch, from, to: Math.min(to, signal.samples) }
    const text = 'at' in span ? `${span.at}` : `${span.from} to ${span.to}`
    const length =
      span.unit === 'samples'
        ? `${Math.round(signal.samples / signal.factor)} samples`
        : `${signal.start === 0 ? '' : `${signal.start} to `}${secondsText(signal.start + signal.samples / (pace as number))}`
    throw new InklingError(
      `${where}: ${text}${span.unit === 'seconds' ? ' s' : ''} is outside ${listing.files[file].name}, which has ${length}`,
    )
  })
  refuseContradictions(placed, listing)
  return placed
}

function refuseContradictions(placed: readonly Placed[], { labelFile }: SignalListing): void {
  const ordered = placed.filter(({ to, from }) => to > from).sort((a, b) => a.file - b.file || a.from - b.from)
  let open: Placed[] = []
  for (const next of ordered) {
    open = open.filter(({ file, to }) => file === next.file && to > next.from)
    const before = open.find(({ label }) => label !== next.label)
    if (before) {
      const lines = [before.line, next.line].join(' and ')
      throw new InklingError(`${labelFile}, lines ${lines}: ${before.label} and ${next.label} lie over each other`)
    }
    open.push(next)
  }
}

/**
 * What lies between the stretches of every labelled signal, as stretches of a class of its own. What lies between two
 * parts or two groups belongs to neither, and is left out.
 */
export function restStretches(
  placed: readonly Placed[],
  signals: readonly Signal[],
  label: string,
  window: number,
): Placed[] {
  const rest: Placed[] = []
  signals.forEach((signal, file) => {
    const own = placed.filter(stretch => stretch.file === file).sort((a, b) => a.from - b.from)
    if (own.length === 0) return
    let at = 0
    let last = own[0]
    const add = (to: number, next: Placed) => {
      if (to - at >= window && last.group === next.group && last.part === next.part)
        rest.push({ file, label, from: at, to, group: next.group, part: next.part })
    }
    for (const next of own) {
      const { from, to } = next
      // A moment takes the window around it.
      const [begin, end] = to > from ? [from, to] : [from - Math.floor(window / 2), from + Math.ceil(window / 2)]
      add(begin, next)
      if (end > at) [at, last] = [end, next]
    }
    add(signal.samples, last)
  })
  return rest
}

/**
 * Cuts stretches into windows from their beginning on; a moment gets one window with it in the middle.
 * `short` are the stretches too short for one, and moments too near to an end.
 */
export function cutWindows(
  placed: readonly Placed[],
  signals: readonly Signal[],
  { window, hop }: { window: number; hop: number },
): { windows: Window[]; short: Placed[] } {
  const windows: Window[] = []
  const short: Placed[] = []
  placed.forEach((stretch, index) => {
    const { file, from, to } = stretch
    if (to === from) {
      const start = from - Math.floor(window / 2)
      if (start >= 0 && start + window <= signals[file].samples) windows.push({ file, start, stretch: index })
      else short.push(stretch)
      return
    }
    if (to - from < window) short.push(stretch)
    for (let start = from; start + window <= to; start += hop) windows.push({ file, start, stretch: index })
  })
  return { windows, short }
}

/** The samples of windows one behind the other, [windows, window, channels]. */
export function gatherWindows(
  windows: readonly Pick<Window, 'file' | 'start'>[],
  signals: readonly Signal[],
  window: number,
): Float32Array {
  const channels = signals[0].names.length
  const size = window * channels
  const out = new Float32Array(windows.length * size)
  windows.forEach(({ file, start }, i) => {
    out.set(signals[file].values.subarray(start * channels, (start + window) * channels), i * size)
  })
  return out
}
