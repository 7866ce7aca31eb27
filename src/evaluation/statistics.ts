import { InklingError } from '../errors.ts'
import type { Interval } from './types.ts'

/** The 97.5 % quantile of the standard normal distribution. */
const Z95 = 1.959963984540054

/** Wilson's 95 % score interval of a share of `hits` in `count` (E. B. Wilson, 1927); [0, 1] when count is 0. */
export function wilsonInterval(hits: number, count: number): Interval {
  if (count === 0) return { low: 0, high: 1, level: 0.95 }
  const p = hits / count
  const z2 = (Z95 * Z95) / count
  const middle = (p + z2 / 2) / (1 + z2)
  const half = (Z95 / (1 + z2)) * Math.sqrt((p * (1 - p)) / count + z2 / (4 * count))
  // At the ends the formula is exact but rounding may leave 1e-17 on the wrong side.
  return { low: hits === 0 ? 0 : middle - half, high: hits === count ? 1 : middle + half, level: 0.95 }
}

export interface McNemar {
  /** Examples only the first model reads correctly. */
  onlyFirst: number
  /** Examples only the second model reads correctly. */
  onlySecond: number
  /** Two-sided exact p-value: how often two equally good models would differ at least this much. */
  pValue: number
}

/** McNemar's exact test: do two models, judged on the same examples, differ by more than chance? */
export function mcnemar(labels: ArrayLike<number>, first: ArrayLike<number>, second: ArrayLike<number>): McNemar {
  if (first.length !== labels.length || second.length !== labels.length) {
    throw new InklingError(
      `McNemar's test needs both models on the same examples: got ${first.length} and ${second.length} predictions for ${labels.length} labels`,
      { exitCode: 2 },
    )
  }
  let onlyFirst = 0
  let onlySecond = 0
  for (let i = 0; i < labels.length; i++) {
    const a = first[i] === labels[i]
    const b = second[i] === labels[i]
    if (a && !b) onlyFirst++
    else if (b && !a) onlySecond++
  }
  return { onlyFirst, onlySecond, pValue: signTest(onlyFirst, onlySecond) }
}

/** Two-sided exact sign test: 2 P(X <= min(a, b)) for X ~ Binomial(a + b, 1/2), at most 1. */
export function signTest(a: number, b: number): number {
  const n = a + b
  let logTerm = -n * Math.LN2 // of P(X = 0); in logarithms, since 2^-n underflows beyond 1074
  let sum = Math.exp(logTerm)
  for (let k = 1; k <= Math.min(a, b); k++) {
    logTerm += Math.log((n - k + 1) / k)
    sum += Math.exp(logTerm)
  }
  return Math.min(1, 2 * sum)
}
