import type { Dataset } from './dataset.ts'
import type { GlyphOptions } from './datasets/glyphOptions.ts'
import type { MitdbOptions } from './heartbeats/mitdb.ts'
import type { ImageFolderOptions, ImageReport } from './images/report.ts'
import type { SignalReport } from './signals/report.ts'
import type { SignalOptions } from './signals/types.ts'
import type { TableOptions, TableReport } from './table/report.ts'

/** Settings of `loadDataset`. */
export interface LoadOptions {
  /** Looked in first, before $INKLING_DATA and the user's cache. */
  dataDir?: string
  /** How many pictures the built-in sets make, and the seed of these and of made heartbeats. */
  drawn?: { train?: number; test?: number; seed?: number }
  /** How heartbeats become examples; for the sets `mitdb` and `made-heartbeats`. */
  mitdb?: MitdbOptions
  /** How digits and letters are joined; for the set `glyphs` only. */
  glyphs?: GlyphOptions
  /** How a folder of pictures is read; default: by a look at them. */
  images?: ImageFolderOptions
  /** Which column of a CSV file is the label, and how its rows are split. */
  table?: TableOptions
  /** Whether a table that comes without `table` may be asked for its label by the option `--label`, which few commands have. */
  asksLabel?: boolean
  /** How recordings (CSV or WAV) are cut into windows and split; default: by a look at them. */
  signals?: SignalOptions
}

/** The parts of a data set. */
export interface LoadedParts {
  train: Dataset
  /** Where the set itself has one: the epoch is chosen on it. */
  validation?: Dataset
  test?: Dataset
  /** Examples without labels, e.g. Kaggle's test.csv. */
  unlabelled?: Dataset
  /** What anybody who quotes a figure on these parts must know. */
  notes?: string[]
  /** Heartbeats: the R-R intervals of the same examples. */
  intervals?: { train: Dataset; test: Dataset }
  /** Folders of pictures: what was found in them. */
  images?: ImageReport
  /** Tables: how columns became inputs. */
  table?: TableReport
  /** Signals: how they were cut into windows. */
  signals?: SignalReport
}

/** A file that was read, for the record of a run. */
export interface LoadedFile {
  /** Base name: records must not depend on where somebody keeps the data. */
  path: string
  /** SHA-256 of the unpacked bytes. */
  sha256: string
  /** True: the canonical file; false: another one; undefined: there is nothing to compare with. */
  canonical?: boolean
}

/** A data set in memory. */
export interface LoadedDataset extends LoadedParts {
  /** Its name in the registry, or the base name of its path. */
  name: string
  /** For people: where it came from. */
  source: string
  files: LoadedFile[]
  /** True for built-in sets, which the program draws or makes: no real data. */
  drawn: boolean
}
