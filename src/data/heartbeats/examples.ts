import { type HeartLabels, labelOfSymbols } from './classes.ts'
import { beatIntervals, INTERVALS } from './intervals.ts'
import type { HeartRecord } from './records.ts'

/** Stretches of one record that become examples. */
export interface Stretches {
  /** First sample of each; a window at the edge of the record may begin before it or end behind it. */
  starts: Int32Array
  /** Class ids. */
  labels: Int32Array
  /** R-R intervals [n, 4] of the (first) beat inside; zeros where there is none. */
  intervals: Float32Array
}

/** Cuts a record without overlap into stretches of `length` samples; a shorter rest at the end is left out. */
export function segmentsOf(record: HeartRecord, length: number, scheme: HeartLabels): Stretches {
  const { beatSamples, beatSymbols } = record
  const rhythm = beatIntervals(beatSamples, record.header.frequency)
  const starts: number[] = []
  const labels: number[] = []
  const intervals: number[] = []
  let beat = 0
  for (let start = 0; start + length <= record.length; start += length) {
    const first = beat
    while (beat < beatSamples.length && beatSamples[beat] < start + length) beat++
    const label = labelOfSymbols(beatSymbols.slice(first, beat), scheme)
    if (label === undefined) continue
    starts.push(start)
    labels.push(label)
    for (let k = 0; k < INTERVALS.length; k++) intervals.push(beat > first ? rhythm[4 * first + k] : 0)
  }
  return asArrays(starts, labels, intervals)
}

/** A window of `length` samples around every beat, the annotation in its middle. */
export function windowsOf(record: HeartRecord, length: number, scheme: HeartLabels): Stretches {
  const { beatSamples, beatSymbols } = record
  return {
    starts: beatSamples.map(sample => sample - Math.floor(length / 2)),
    labels: Int32Array.from(beatSymbols, symbol => labelOfSymbols([symbol], scheme) as number),
    intervals: beatIntervals(beatSamples, record.header.frequency),
  }
}

/** Copies stretches of a signal [samples, leads] one behind the other; beyond the record its edge is repeated. */
export function copyStretches(
  signal: Float32Array,
  leads: number,
  starts: Int32Array,
  length: number,
  out: Float32Array,
  at: number,
): void {
  const samples = signal.length / leads
  let to = at * length * leads
  for (const start of starts) {
    if (start >= 0 && start + length <= samples) {
      out.set(signal.subarray(start * leads, (start + length) * leads), to)
      to += length * leads
      continue
    }
    for (let t = start; t < start + length; t++) {
      const from = Math.min(Math.max(0, t), samples - 1) * leads
      for (let lead = 0; lead < leads; lead++) out[to++] = signal[from + lead]
    }
  }
}

function asArrays(starts: number[], labels: number[], intervals: number[]): Stretches {
  return {
    starts: Int32Array.from(starts),
    labels: Int32Array.from(labels),
    intervals: Float32Array.from(intervals),
  }
}
