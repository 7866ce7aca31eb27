/** `inkling/data`: data sets in memory, pictures made ready, splits and guards. */
import type { Dataset } from './dataset.ts'
import type { GlyphOptions } from './datasets/glyphOptions.ts'
import type { HeartExamples, MitdbOptions } from './heartbeats/mitdb.ts'
import type { LoadedDataset } from './loaded.ts'
import { type ObtainOptions, obtainDataset } from './obtain.ts'

export { capPerClass, classWeights, oversample } from './balance.ts'
export {
  classCounts,
  createDataset,
  type Dataset,
  type DatasetParts,
  exampleAt,
  type Groups,
  gather,
  labelAt,
  labelsOf,
  type RowSource,
  slice,
  strideOf,
  subset,
} from './dataset.ts'
export type { GlyphOptions } from './datasets/glyphOptions.ts'
export { readKaggleCsv } from './datasets/kaggle.ts'
export type { DataFile, DatasetInfo } from './datasets/types.ts'
export { type FetchOptions, type FetchProgress, type FetchResult, fetchDataset } from './fetch.ts'
export { type Fold, foldOf } from './folds.ts'
export { groupAt, groupSplit, groupsOf, withGroups } from './groups.ts'
export { AAMI_CLASSES, aamiClass, DS1, DS2, type HeartLabels, PACED } from './heartbeats/classes.ts'
export { INTERVALS } from './heartbeats/intervals.ts'
export type { HeartExamples, MitdbOptions } from './heartbeats/mitdb.ts'
export type { HeartSummary } from './heartbeats/summary.ts'
export { describeImages, imageFolder } from './images/imageFolder.ts'
export type { ImageProposal } from './images/propose.ts'
export type { ImageFolderOptions, ImageReport } from './images/report.ts'
export { type DatasetLocation, findDataset, loadDataset } from './load.ts'
export type { LoadedDataset, LoadedFile, LoadOptions } from './loaded.ts'
export { channelStatistics, compact, type Normalisation, type Scaling, scalingFor } from './normalise.ts'
export { digitsAtHand, type ObtainOptions, obtainDataset } from './obtain.ts'
export { onlyClasses } from './onlyClasses.ts'
export {
  findOverlap,
  guardOverlap,
  OVERLAP_LIMIT,
  type Overlap,
  type OverlapRecord,
  type SharedExample,
} from './overlap.ts'
export { type PreparedDigit, prepareDigit } from './pictures/digit.ts'
export { expandPictures, listPictures, readGrey, readPicture } from './pictures/files.ts'
export { frameByMass } from './pictures/framing.ts'
export { type GreyPicture, type Picture, toGrey, toRgb } from './pictures/picture.ts'
export { type ContactSheet, type ContactSheetOptions, classDistribution, contactSheet } from './preview.ts'
export { datasetInfo, listDatasets } from './registry.ts'
export type { SignalReport } from './signals/report.ts'
export { loadSignals } from './signals/signals.ts'
export type { SignalForm, SignalOptions } from './signals/types.ts'
export { holdOut, randomSplit, type SplitOptions, stratifiedSplit } from './split.ts'
export type { CategoryColumn, NumberColumn, TableColumn } from './table/columns.ts'
export type { TableOptions, TableReport } from './table/report.ts'
export { loadTable } from './table/table.ts'

/** MNIST: 60,000 handwritten digits to train on, 10,000 to test with. Fetched into the user's cache where not found. */
export async function mnist(options: ObtainOptions = {}): Promise<{ train: Dataset; test: Dataset }> {
  const { train, test } = await obtainDataset('mnist', options)
  return { train, test: test as Dataset }
}

/**
 * The MIT-BIH Arrhythmia Database as Float32 examples [length, leads], standardised per record. By default windows of 100
 * samples of lead MLII around each beat, the five AAMI classes, DS1 against DS2. `train.groups` holds each example's
 * record (`groupsOf(train)`); `notes` say what a figure on this split means.
 */
export async function mitdb(options: MitdbOptions & Omit<ObtainOptions, 'mitdb'> = {}): Promise<HeartExamples> {
  const { dataDir, fetch, drawn, ...settings } = options
  const loaded = await obtainDataset('mitdb', { dataDir, fetch, mitdb: settings })
  return loaded as LoadedDataset & HeartExamples
}

/**
 * MNIST's digits and the letters A-Z in 36 classes of at most 2,000 pictures, split 62/28/10 by class. Framed alike unless
 * the options ask for the paper's framing; `notes` say how many pictures there were.
 */
export async function glyphs(
  options: GlyphOptions & Omit<ObtainOptions, 'glyphs'> = {},
): Promise<{ train: Dataset; validation: Dataset; test: Dataset; notes: string[] }> {
  const { dataDir, fetch, ...settings } = options
  const loaded = await obtainDataset('glyphs', { dataDir, fetch, glyphs: settings })
  return loaded as LoadedDataset & { validation: Dataset; test: Dataset; notes: string[] }
}
