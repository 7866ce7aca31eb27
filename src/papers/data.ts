import { type Dataset, slice } from '../data/dataset.ts'
import { type LoadedDataset, type LoadOptions, loadDataset } from '../data/load.ts'
import { compact } from '../data/normalise.ts'
import { stratifiedSplit } from '../data/split.ts'

/** Bytes of data kept in memory. */
const KEPT = 500e6
/** Examples of each part of a quick version; of colour pictures fewer, since their networks are large. */
const QUICK = { train: 320, validation: 120, test: 120 }
const QUICK_COLOUR = { train: 64, validation: 32, test: 50 }

/** Loads data as asked for, keeping what was asked for last; `quick` cuts every part to a few hundred examples. */
export function createLoader(common: { dataDir?: string; quick: boolean }) {
  const kept = new Map<string, LoadedDataset>()
  return async (name: string, options: LoadOptions = {}): Promise<LoadedDataset> => {
    const key = JSON.stringify([name, options])
    const known = kept.get(key)
    kept.delete(key)
    const loaded = known ?? (await load(name, options))
    kept.set(key, loaded) // the last one of all
    for (const [oldest] of kept) if (kept.size > 1 && sizeOf(kept.values()) > KEPT) kept.delete(oldest)
    return loaded
  }

  async function load(name: string, options: LoadOptions): Promise<LoadedDataset> {
    const loaded = await loadDataset(name, { dataDir: common.dataDir, ...options })
    return common.quick ? cut(loaded) : loaded
  }
}

const sizeOf = (sets: Iterable<LoadedDataset>) =>
  [...sets].reduce((sum, { train, test }) => {
    const own = test && test.features.buffer !== train.features.buffer ? test.features.byteLength : 0
    return sum + train.features.byteLength + own
  }, 0)

/** A loaded set with a few examples a part, by class. */
function cut(loaded: LoadedDataset): LoadedDataset {
  const most = loaded.train.shape[2] === 3 ? QUICK_COLOUR : QUICK
  const few = (part: Dataset | undefined, count: number) =>
    part && part.length > count
      ? compact(part.labels ? stratifiedSplit(part, [count, part.length - count])[0] : slice(part, 0, count))
      : part
  return {
    ...loaded,
    train: few(loaded.train, most.train) as Dataset,
    validation: few(loaded.validation, most.validation),
    test: few(loaded.test, most.test),
    // The same labels in the same order: the same examples are drawn.
    intervals: loaded.intervals && {
      train: few(loaded.intervals.train, most.train) as Dataset,
      test: few(loaded.intervals.test, most.test) as Dataset,
    },
  }
}
