import { meanAndDeviation } from '../evaluation/spread.ts'

/** A share of test examples, measured with one seed or several. */
export interface Share {
  runs: readonly { seed: number; value: number; testPart: string | undefined }[]
  /** What each is a share of. */
  examples: number
}

/** 97.5 % quantiles of Student's t for 1 to 9 degrees of freedom; for more it is near enough to 2. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]

/**
 * Two mean shares that are no further apart than this are called the same. Where each seed draws its own test part, and both
 * were measured on the same ones, it is by the differences seed by seed (their 95 % interval by Student's t); else it is twice
 * the standard error of the difference, of examples and seeds.
 */
export function noiseBetween(a: Share, b: Share): number {
  const paired = differences(a, b)
  if (paired === undefined) return 2 * Math.sqrt(variance(a) + variance(b))
  const { std } = meanAndDeviation(paired)
  return ((STUDENT[paired.length - 2] ?? 2) * (std ?? 0)) / Math.sqrt(paired.length)
}

const drawsTestParts = ({ runs }: Share) =>
  runs.length > 1 && new Set(runs.map(run => run.testPart ?? '')).size === runs.length

/** What `a` is above `b` with each seed; undefined where a test part is not one seed's alone, or not the same for both. */
function differences(a: Share, b: Share): number[] | undefined {
  if (!drawsTestParts(a) || a.runs.length !== b.runs.length) return undefined
  const other = new Map(b.runs.map(run => [run.seed, run]))
  const pairs = a.runs.map(run => ({ run, against: other.get(run.seed) }))
  if (!pairs.every(({ run, against }) => against?.testPart === run.testPart)) return undefined
  return pairs.map(({ run, against }) => run.value - (against?.value ?? 0))
}

/** The squared standard error of a mean share. */
function variance(share: Share): number {
  const { mean, std } = meanAndDeviation(share.runs.map(run => run.value))
  const seeds = (std ?? 0) ** 2 / share.runs.length
  const ofExamples = (mean * (1 - mean)) / share.examples
  // Where every seed has its own examples, their chance is in the spread over the seeds, which may be small by chance.
  return drawsTestParts(share) ? Math.max(seeds, ofExamples / share.runs.length) : ofExamples + seeds
}
