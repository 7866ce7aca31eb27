/** `inkling/data`: data sets in memory. */
import type { Dataset } from './dataset.ts'
import { type LoadOptions, loadDataset } from './load.ts'

export * from './dataset.ts'
export { readKaggleCsv } from './datasets/kaggle.ts'
export type { DataFile, DatasetInfo } from './datasets/types.ts'
export {
  type DatasetLocation,
  findDataset,
  type LoadedDataset,
  type LoadedFile,
  type LoadOptions,
  loadDataset,
} from './load.ts'
export {
  findOverlap,
  guardOverlap,
  OVERLAP_LIMIT,
  type Overlap,
  type OverlapRecord,
  type SharedExample,
} from './overlap.ts'
export { datasetInfo, listDatasets } from './registry.ts'
export { holdOut, randomSplit, type SplitOptions, stratifiedSplit } from './split.ts'

/** MNIST: 60,000 handwritten digits to train on, 10,000 to test with. */
export async function mnist(options: LoadOptions = {}): Promise<{ train: Dataset; test: Dataset }> {
  const { train, test } = await loadDataset('mnist', options)
  return { train, test: test as Dataset }
}
