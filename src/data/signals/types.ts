import type { Part } from '../parts.ts'

/** One recording: channels over time. */
export interface Signal {
  /** Names of the channels; numbers from 1 where the file has none. */
  names: readonly string[]
  /** Samples a second; undefined for a CSV file without times. */
  rate?: number
  /** Samples a second by the file's own clock, of which `rate` may be the round number: over minutes they drift apart. */
  pace?: number
  /** Time of the first sample in seconds. */
  start: number
  /** [samples, channels]. */
  values: Float32Array
  samples: number
  /** Samples here for one of the file: below 1 where it was resampled to a lower rate. */
  factor: number
}

/** A stretch of one file with a label: a whole file, or what a row of a label file names. */
export interface Stretch {
  /** Index into the listing's files. */
  file: number
  /** Class name. */
  label: string
  /** Where it lies; absent: the whole file. `at` is one moment, which a window is centred on. */
  span?: { unit: 'seconds' | 'samples'; from: number; to: number } | { unit: 'seconds' | 'samples'; at: number }
  part?: Part
  /** Its source (patient, machine), where sources were asked for. */
  group?: string
  /** Line of the label file. */
  line?: number
}

/** The files of a set and their labelled stretches, before any is opened. */
export interface SignalListing {
  root: string
  /** A folder for each class; `train/`, `val/`, `test/` of them; or a label file. */
  layout: 'classes' | 'parts' | 'labels'
  /** For errors and `config.json`. */
  labelFile?: string
  files: { path: string; name: string }[]
  stretches: Stretch[]
  /** Files that the label file names and that are not there. */
  missing: string[]
}

/** How signals become examples: plain data, for `config.json`. */
export interface SignalForm {
  /** Samples in a window, and from one to the next. */
  window: number
  hop: number
  /** Samples a second of a window; undefined where the files do not tell. */
  rate?: number
  /** Names (or numbers from 1) of the channels, in the order of the model's input. */
  channels: string[]
}

/** Settings of `loadSignals`; what is not given is chosen by a look at the signals. */
export interface SignalOptions {
  /** Length of a window: samples (`128`) or seconds (`2s`, `500ms`). */
  window?: string
  /** From one window to the next: samples, seconds, or a share of the window (`50%`). */
  hop?: string
  /** Resample to so many samples a second. */
  rate?: number
  /** The rate of CSV files without a column of times. */
  sampledAt?: number
  /** Channels by name, or by number from 1. */
  channels?: readonly string[]
  /** A CSV file of stretches or events: `start,end,label`, `at,label`, or `file,label` for a folder. */
  labels?: string
  /** The label file's column of classes. Default `label`. */
  label?: string
  /** Name of a class for what lies between the stretches of a label file. */
  rest?: string
  /**
   * What stays on one side of every split: a column of the label file, or for folders a pattern of the path below the
   * class folder with the source in braces: `{patient}/*`, `{machine}-*.csv`. Default: a recording.
   */
  group?: string
  /** Share of the test part where the data have no parts. Default 0.2. */
  testShare?: number
  /** Of the split. Default 0. */
  seed?: number
  /** What another set taught: its classes; nothing is chosen or split. */
  known?: { form: SignalForm; classes: readonly string[] }
}
