import { InklingError } from '../errors.ts'
import { classCounts, type Dataset } from './dataset.ts'
import { groupSplit } from './groups.ts'
import { stratifiedSplit } from './split.ts'

/** One of the `of` parts of a k-fold cross-validation. */
export interface Fold {
  /** From 1. */
  index: number
  of: number
}

/**
 * The examples of one fold, and all others. Folds are drawn by the seed: together they hold every example once, each has
 * the classes in the proportions of the whole, and groups that belong together (`ds.groups.together`) are in one fold.
 *
 * @throws InklingError when there are fewer examples or groups than folds
 */
export function foldOf(ds: Dataset, { index, of }: Fold, seed = 0): { train: Dataset; validation: Dataset } {
  if (!(Number.isInteger(of) && of >= 2 && Number.isInteger(index) && index >= 1 && index <= of))
    throw new InklingError(`there is no fold ${index} of ${of}: at least 2 folds, counted from 1`, { exitCode: 2 })
  if (ds.length < of)
    throw new InklingError(`${ds.name} has ${ds.length} examples: too few for ${of} folds`, { exitCode: 2 })
  const split = ds.groups?.together ? groupSplit : stratifiedSplit
  const parts = split(ds, Array<number>(of).fill(1 / of), { seed })
  const rest = parts.filter((_, i) => i !== index - 1)
  const indices = new Uint32Array(rest.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of rest) {
    indices.set(part.indices as Uint32Array, at)
    at += part.length
  }
  return {
    train: { ...ds, name: `${ds.name}:without fold ${index}`, length: indices.length, indices },
    validation: { ...parts[index - 1], name: `${ds.name}:fold ${index}` },
  }
}

/** The classes that some fold has no example of, for want of examples. */
export function classesBelow(ds: Dataset, folds: number): string[] {
  const counts = classCounts(ds)
  return ds.classes.filter((_, k) => counts[k] < folds)
}
