/** Figures that are nearer than this are called the same: 20 of 10,000 examples. */
const SAME = 0.002

/** What is said where the first figure is the larger, the smaller, or the same; without the last, one is always larger. */
export interface Words {
  more: string
  less: string
  same?: string
}

/**
 * What is said of two measured figures, by which is the larger: texts are written before the figures are known, and must
 * hold for whatever comes. Nothing, while either is not measured.
 */
export function verdict(a: number | undefined, b: number | undefined, words: Words, same = SAME): string {
  if (a === undefined || b === undefined) return ''
  if (words.same !== undefined && Math.abs(a - b) <= same) return words.same
  return a > b ? words.more : words.less
}
