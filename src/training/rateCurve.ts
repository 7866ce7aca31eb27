/** The curve of a learning-rate range test and what it says: plain numbers in, plain numbers out. */

/** What a learning-rate range test measured (Smith 2015): all that its plot needs. */
export interface RateTest {
  /** The suggested rate, in two significant digits. */
  rate: number
  /** The rates swept, evenly on a logarithmic scale, in so many steps. */
  from: number
  to: number
  steps: number
  /** Loss of each mini-batch before its update, in order; fewer than `steps` where the loss ran away. */
  losses: number[]
}

/** Spread of the smoothing, in points. */
const SPREAD = 2
/** Share of the sweep whose rates are too low to change anything: it gives the level that the loss falls from. */
const HEAD = 0.1
/** Share of the whole fall that is done at the suggested rate. */
const FALLEN = 0.8
/** A fall of less than this, in standard deviations of the first losses, is chance. */
const CHANCE = 1.5

/** The rate of each step of a sweep. */
export function ratesOf({ from, to, steps }: Pick<RateTest, 'from' | 'to' | 'steps'>): number[] {
  return Array.from({ length: steps }, (_, i) => from * (to / from) ** (i / Math.max(1, steps - 1)))
}

/** The losses without the chance of single batches: means weighted by a bell curve over the neighbours on both sides. */
export function smoothed(losses: readonly number[]): number[] {
  return losses.map((_, i) => {
    let [sum, weights] = [0, 0]
    for (let j = 0; j < losses.length; j++) {
      const weight = Math.exp(-(((i - j) / SPREAD) ** 2) / 2)
      sum += weight * losses[j]
      weights += weight
    }
    return sum / weights
  })
}

/**
 * The rate from which on the smoothed loss has done four fifths of its fall, from the level of the first tenth to its
 * lowest point. Undefined when it does not fall, or by no more than chance.
 *
 * Fast.ai's "valley" gives far too little, steepest descent anything at all (see docs/decisions.md).
 */
export function suggestRate(test: Omit<RateTest, 'rate'>): number | undefined {
  const { losses } = test
  const head = losses.slice(0, Math.max(2, Math.round(HEAD * test.steps)))
  const start = head.reduce((sum, loss) => sum + loss, 0) / head.length
  const noise = Math.sqrt(head.reduce((sum, loss) => sum + (loss - start) ** 2, 0) / (head.length - 1))
  const curve = smoothed(losses)
  const fall = start - Math.min(...curve)
  if (losses.length <= head.length || !(fall > CHANCE * noise)) return undefined
  let at = curve.indexOf(Math.min(...curve))
  while (at > 0 && curve[at - 1] <= start - FALLEN * fall) at--
  return Number(ratesOf(test)[at].toPrecision(2))
}
