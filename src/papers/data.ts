import { type Dataset, slice } from '../data/dataset.ts'
import { findDataset, loadDataset } from '../data/load.ts'
import type { LoadedDataset, LoadOptions } from '../data/loaded.ts'
import { STAND_INS } from '../data/made.ts'
import { compact } from '../data/normalise.ts'
import { stratifiedSplit } from '../data/split.ts'

/** Bytes of data kept in memory. */
const KEPT = 500e6
/** Examples of each part of a quick version; of colour pictures fewer, since their networks are large. */
const QUICK = { train: 320, validation: 120, test: 120 }
const QUICK_COLOUR = { train: 64, validation: 32, test: 50 }
/** So many pictures are made where real ones are not at hand: enough for every part of a quick version. */
const MADE = { train: 1000, test: 300, seed: 0 }

/**
 * Loads data as asked for, keeping what was asked for last; `quick` cuts every part to a few hundred examples, and takes
 * what the program makes itself for data that are not at hand.
 */
export function createLoader(common: { dataDir?: string; quick: boolean; onNote?(text: string): void }) {
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
    const { dataDir, quick } = common
    if (!quick) return await loadDataset(name, { dataDir, ...options })
    const standIn = findDataset(name, { dataDir }) ? undefined : STAND_INS[name]
    if (standIn === undefined) return cut(await loadDataset(name, { dataDir, ...options }))
    const note = `${name} was not found: ${standIn} stands in, made by the program; the figures mean nothing`
    common.onNote?.(note)
    const made = await loadDataset(standIn, { ...options, drawn: MADE })
    return cut({ ...made, ...(name === 'glyphs' && withValidation(made)), notes: [...(made.notes ?? []), note] })
  }
}

/** Glyphs come with a validation part of their own. */
function withValidation({ train: all }: LoadedDataset): Pick<LoadedDataset, 'train' | 'validation'> {
  const [train, validation] = stratifiedSplit(all, [0.7, 0.3])
  return { train, validation }
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
