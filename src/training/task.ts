import type { LoadedDataset } from '../data/loaded.ts'

/** What the examples of a run are. */
export type Task = 'image' | 'table' | 'signal'

/** Pictures have height, width and channels; what has one axis less is a signal. */
export function taskOf({ train, table }: Pick<LoadedDataset, 'train' | 'table'>): Task {
  if (table) return 'table'
  return train.shape.length === 3 ? 'image' : 'signal'
}
