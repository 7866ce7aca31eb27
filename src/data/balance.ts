import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { classCounts, type Dataset, labelAt, subset } from './dataset.ts'

/** Positions of each class, shuffled by the seed. */
function shuffledByClass(ds: Dataset, seed: number): Uint32Array[] {
  if (!ds.labels) throw new InklingError(`${ds.name} has no labels, so its classes cannot be balanced`)
  const random = createRandom(seed).fork('balance')
  const lists = classCounts(ds).map(count => new Uint32Array(count))
  const filled = lists.map(() => 0)
  for (let i = 0; i < ds.length; i++) {
    const label = labelAt(ds, i)
    lists[label][filled[label]++] = i
  }
  return lists.map((list, c) => random.fork(c).shuffle(list))
}

/** A view with at most `cap` examples of each class, drawn by the seed; the order is that of the dataset. */
export function capPerClass(ds: Dataset, cap: number, options: { seed?: number; name?: string } = {}): Dataset {
  if (!(cap >= 0)) throw new InklingError(`a class cannot be capped at ${cap} examples`, { exitCode: 2 })
  const kept = shuffledByClass(ds, options.seed ?? 0).flatMap(list => Array.from(list.subarray(0, cap)))
  return subset(ds, Uint32Array.from(kept).sort(), options.name)
}

/**
 * A view in which every class has as many examples as the largest: each of its examples equally often, give or take one,
 * in an order drawn by the seed. A class without examples stays empty. For training parts only: split first, since
 * repeats on both sides of a split are a leak.
 */
export function oversample(ds: Dataset, options: { seed?: number; name?: string } = {}): Dataset {
  const seed = options.seed ?? 0
  const lists = shuffledByClass(ds, seed)
  const most = Math.max(0, ...lists.map(list => list.length))
  const positions = lists.flatMap(list =>
    list.length === 0 ? [] : Array.from({ length: most }, (_, i) => list[i % list.length]),
  )
  const order = createRandom(seed).fork('oversample').shuffle(Uint32Array.from(positions))
  return subset(ds, order, options.name)
}

/**
 * A weight for each class, inverse to its frequency: examples / (classes * examples of the class), as scikit-learn's
 * "balanced". The mean weight over the examples is 1. Empty classes count for nothing and get 0.
 */
export function classWeights(ds: Dataset): Float32Array {
  if (!ds.labels) throw new InklingError(`${ds.name} has no labels, so its classes cannot be weighted`)
  const counts = classCounts(ds)
  const present = counts.filter(n => n > 0).length
  return Float32Array.from(counts, n => (n > 0 ? ds.length / (present * n) : 0))
}
