import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { classCounts, type Dataset, labelAt, subset } from './dataset.ts'
import { groupSplit } from './groups.ts'

/** Settings of {@link randomSplit} and {@link stratifiedSplit}. */
export interface SplitOptions {
  /** The same seed gives the same parts. Default 0. */
  seed?: number
  /** Names of the parts; default: the dataset's own. */
  names?: readonly string[]
}

/**
 * Parts without a common example, drawn at random. `parts` are shares that add up to 1 (`[0.9, 0.1]`; sizes are rounded
 * by largest remainder, so they add up to the whole) or numbers of examples (`[50_000, 10_000]`; the rest is left out).
 */
export function randomSplit(ds: Dataset, parts: readonly number[], options: SplitOptions = {}): Dataset[] {
  const sizes = partSizes(ds, parts)
  const order = createRandom(options.seed ?? 0)
    .fork('split')
    .shuffle(positionsOf(ds))
  let from = 0
  return sizes.map((size, k) => subset(ds, order.subarray(from, (from += size)), options.names?.[k]))
}

/**
 * Draws `count` of the examples by the seed, all where there are no more or none is given: as the first part of
 * {@link randomSplit}, where 1 would be the share of all.
 */
export function drawExamples(
  ds: Dataset,
  count: number | undefined,
  { seed, name }: { seed?: number; name?: string } = {},
): Dataset {
  if (count === undefined || count >= ds.length) return ds
  const [drawn] = randomSplit(ds, [count, ds.length - count], {
    seed,
    names: name === undefined ? undefined : [name, ds.name],
  })
  return drawn
}

/**
 * Like {@link randomSplit}, but each part has the classes in the proportions of the whole: the sizes are exact and each
 * class is within one example of its share (of what the earlier parts left, when there are more than two).
 */
export function stratifiedSplit(ds: Dataset, parts: readonly number[], options: SplitOptions = {}): Dataset[] {
  if (!ds.labels) throw new InklingError(`${ds.name} has no labels, so it cannot be split by class`)
  const sizes = partSizes(ds, parts)
  const random = createRandom(options.seed ?? 0).fork('split')
  const order = random.shuffle(positionsOf(ds))
  const queues: number[][] = ds.classes.map(() => [])
  for (const position of order) queues[labelAt(ds, position)].push(position)
  const left = classCounts(ds)
  const taken = left.map(() => 0)
  let remaining = ds.length
  return sizes.map((size, k) => {
    const share = remaining > 0 ? size / remaining : 0
    const take = apportion(
      left.map(n => n * share),
      size,
      left,
    )
    const positions: number[] = []
    for (let c = 0; c < take.length; c++) {
      for (let j = 0; j < take[c]; j++) positions.push(queues[c][taken[c] + j])
      taken[c] += take[c]
      left[c] -= take[c]
    }
    remaining -= size
    // Shuffled again: else the part would be sorted by class.
    return subset(ds, random.fork(k).shuffle(positions), options.names?.[k])
  })
}

/**
 * Takes a share (0..1) or a number of examples away for validation, by class where there are labels. Groups that belong
 * together (`ds.groups.together`, or `byGroup`) stay on one side; the size is then as near as they allow.
 */
export function holdOut(
  ds: Dataset,
  share: number,
  options: { seed?: number; stratified?: boolean; byGroup?: boolean } = {},
): { train: Dataset; validation: Dataset } {
  const held = share < 1 ? Math.round(share * ds.length) : share
  if (!(held >= 0 && held <= ds.length)) {
    throw new InklingError(`${ds.name}: cannot hold out ${share} of ${ds.length} examples`, { exitCode: 2 })
  }
  const names = [`${ds.name}:validation`, `${ds.name}:training`]
  if ((options.byGroup ?? ds.groups?.together) && held > 0 && held < ds.length) {
    const part = held / ds.length
    const [validation, train] = groupSplit(ds, [part, 1 - part], { seed: options.seed, names })
    return { train, validation }
  }
  const split = (options.stratified ?? ds.labels !== undefined) ? stratifiedSplit : randomSplit
  const [validation, train] = split(ds, [held, ds.length - held], {
    seed: options.seed,
    names,
  })
  return { train, validation }
}

function positionsOf(ds: Dataset): Uint32Array {
  return Uint32Array.from({ length: ds.length }, (_, i) => i)
}

function partSizes(ds: Dataset, parts: readonly number[]): number[] {
  const sum = parts.reduce((a, b) => a + b, 0)
  if (parts.length === 0 || parts.some(p => !(p >= 0) || !Number.isFinite(p))) {
    throw new InklingError(`a split needs parts of zero or more, not [${parts.join(', ')}]`, { exitCode: 2 })
  }
  if (Math.abs(sum - 1) < 1e-9 && !(parts.includes(1) && ds.length <= 1)) {
    return apportion(
      parts.map(p => p * ds.length),
      ds.length,
    )
  }
  if (parts.every(Number.isInteger)) {
    if (sum <= ds.length) return [...parts]
    throw new InklingError(`${ds.name} has ${ds.length} examples, the parts want ${sum}`, { exitCode: 2 })
  }
  throw new InklingError(`the parts [${parts.join(', ')}] are neither shares that add up to 1 nor whole numbers`, {
    exitCode: 2,
  })
}

/** Whole numbers near `shares` that add up to `total`, none above its limit (largest remainder; ties to the first). */
function apportion(shares: readonly number[], total: number, limits?: readonly number[]): number[] {
  const result = shares.map(s => Math.floor(s + 1e-9))
  let missing = total - result.reduce((a, b) => a + b, 0)
  const byRemainder = shares.map((s, i) => ({ i, rest: s - result[i] })).sort((a, b) => b.rest - a.rest || a.i - b.i)
  while (missing > 0) {
    const before = missing
    for (const { i } of byRemainder) {
      if (missing > 0 && (!limits || result[i] < limits[i])) {
        result[i]++
        missing--
      }
    }
    if (missing === before) break
  }
  return result
}
