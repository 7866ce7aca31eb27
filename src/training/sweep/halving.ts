/**
 * Early stopping of hopeless trials by successive halving (Jamieson and Talwalkar 2016), here in thirds: all trials are
 * trained for a ninth of the epochs, the better third of them for a third, the better third of these to the end. Whom it
 * stops depends on the trials' figures alone, not on which was faster: a sweep that is resumed, or run on more cores, stops
 * the same ones.
 */

/** One in so many goes on. */
export const SHARE = 3

/** What is known of a trial when a rung is judged. */
export interface Standing {
  /** Best validation accuracy so far; undefined for a trial that failed. */
  accuracy: number | undefined
  /** Validation loss of the epoch of that accuracy: decides between equals. */
  loss: number | undefined
}

/** The epochs at which trials are compared, ascending; the last is the end, where nobody is stopped. */
export function rungsOf(epochs: number, trials: number): number[] {
  const rungs = [epochs]
  // Each rung must leave one trial at least, and a rung of less than an epoch says nothing.
  for (let left = trials; left >= SHARE && rungs[0] > 1; left = Math.ceil(left / SHARE))
    rungs.unshift(Math.ceil(rungs[0] / SHARE))
  return rungs[0] === rungs[1] ? rungs.slice(1) : rungs
}

/** Positions of the trials that go on, in their order: the better third, rounded up. */
export function survivors(standings: readonly Standing[]): number[] {
  const alive = standings.flatMap(({ accuracy }, i) => (accuracy === undefined ? [] : [i]))
  return rank(standings, alive)
    .slice(0, Math.ceil(standings.length / SHARE))
    .sort((a, b) => a - b)
}

/** Whether one epoch, or trial, is better than another: by accuracy, then by loss (as a run chooses the epoch it keeps). */
export function beats(a: Standing, b: Standing): boolean {
  return rank([b, a], [0, 1])[0] === 1
}

/** From best to worst: by accuracy, then by loss, then by number. */
export function rank(standings: readonly Standing[], positions: readonly number[]): number[] {
  const value = (x: number | undefined, none: number) => (x === undefined || Number.isNaN(x) ? none : x)
  return [...positions].sort(
    (a, b) =>
      value(standings[b].accuracy, -1) - value(standings[a].accuracy, -1) ||
      value(standings[a].loss, Number.POSITIVE_INFINITY) - value(standings[b].loss, Number.POSITIVE_INFINITY) ||
      a - b,
  )
}
