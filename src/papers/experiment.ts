import type { LoadedDataset, LoadOptions } from '../data/loaded.ts'
import type { Backend } from '../engine/backend.ts'
import type { Callback } from '../training/callbacks.ts'
import type { EpochRecord } from '../training/history.ts'

/** The papers, by what `inkling reproduce` calls them. */
export const PAPER_IDS = ['li-2024', 'xu-2022', 'dutta-2022', 'fatov-2024', 'mnist-report'] as const
export type PaperId = (typeof PAPER_IDS)[number]

/** Whose settings a trial is trained with: those of its paper, or those that Inkling would take. */
export type RecipeKind = 'paper' | 'inkling'

/** What a paper prints, or owes without printing it, and how it is compared. */
export interface Published {
  /** Name of the trial's metric, such as `accuracy`. */
  metric: string
  /** As printed; a share is from 0 to 1. Absent: the paper prints none. */
  value?: number
  /** No paper prints the figure: it is Inkling's own aim. */
  aim?: boolean
  /** Default 'higher'. 'none': of interest, but no figure to reach. */
  better?: 'higher' | 'lower' | 'none'
  /** How it is shown: a share as per cent (default), or a number. */
  unit?: 'share' | 'number'
  /** The trials that it is about; default: all. */
  variants?: readonly string[]
  /** Figures of one answer: a trial has met those of the same name only where it has met them all. */
  together?: string
  /** What must be known to compare: a misprint, another reading. */
  note?: string
}

/** The data of a trial, for the record. */
export interface DataFacts {
  name: string
  /** Of features and labels of each part. */
  sha256: { train: string; test?: string }
  files: { path: string; sha256: string }[]
  counts: { train: number; validation: number; test: number }
  notes: string[]
}

/** What an epoch brought, without its times. */
export type Course = Omit<EpochRecord, 'seconds' | 'examplesPerSecond'>

/** What a trial brought: plain JSON. */
export interface Measured {
  metrics: Record<string, number>
  epochs?: number
  /** The recipe or other settings, to repeat it. */
  settings?: unknown
  data?: DataFacts
  history?: Course[]
  /** Whatever tables and figures of the experiment need. */
  details?: Record<string, unknown>
  /** What whoever reads the figures must know. */
  notes?: string[]
}

/** What a trial has at hand. */
export interface TrialContext {
  seed: number
  recipe: RecipeKind
  /** A version on few examples: nothing it gives is to be believed. */
  quick: boolean
  /** Its own work folder: what lies there is gone on with. */
  folder: string
  backend: Backend
  /** Where data are looked for first. */
  dataDir?: string
  /** Loads data, cut to few examples when `quick`; data asked for again are kept. */
  load(name: string, options?: LoadOptions): Promise<LoadedDataset>
  signal?: AbortSignal
  /** Watch a training. */
  callbacks?: readonly Callback[]
  note(text: string): void
  /** Version of the program, for the record. */
  version?: string
  /** Keeps a figure: an SVG file and a CSV file with its values. Undefined where figures are not wanted. */
  figure?(name: string, figure: DrawnFigure): Promise<void>
}

/** Loss and accuracy by epoch; the confusion matrix. Both are drawn from what is stored, where that is there. */
export type UsualFigure = 'curves' | 'confusion'

/** A figure with its values. */
export interface DrawnFigure {
  svg: string
  /** The first row is the header. */
  csv: readonly (readonly (string | number | null)[])[]
}

/** One thing that is measured; a trial with `once` has no chance in it: one seed does. */
export interface Trial {
  /** Unique within the experiment, such as `honest-framing`; '' for the only one. */
  variant: string
  title?: string
  once?: boolean
  /** The recipes that it is run with. Default: all of the experiment. */
  recipes?: readonly RecipeKind[]
  /** What it is trained with now: what was measured with other settings is measured anew. */
  settings?(recipe: RecipeKind): unknown
  /** Which of the usual figures are drawn of it. Default: both; a sweep draws its trials together. */
  keeps?: readonly UsualFigure[]
  /** Why it cannot be run on this machine, or undefined. */
  absent?(): Promise<string | undefined>
  run(context: TrialContext): Promise<Measured>
}

/** A finished trial. */
export interface Finished extends Measured {
  variant: string
  recipe: RecipeKind
  seed: number
  quick: boolean
  seconds: number
  finishedAt: string
  environment: { inkling: string; node: string; platform: string; processor: string; backend: string; threads: number }
}

/** A row, or a group of rows, of `papers.md`. */
export interface Experiment {
  id: string
  paper: PaperId
  title: string
  /** All trials with all seeds, on two cores. */
  minutes: number
  /** How the figures are measured: on what, by which epoch. */
  measured: string
  /** Recipes that are run where none is asked for, in this order. Default: the paper's. */
  recipes?: readonly RecipeKind[]
  trials: readonly Trial[]
  published: readonly Published[]
  /** Figures over all trials. */
  draw?(finished: readonly Finished[], figure: NonNullable<TrialContext['figure']>): Promise<void>
}
