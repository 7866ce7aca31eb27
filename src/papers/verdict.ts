/** What is said where the first figure is the larger, the smaller, or the same; without the last, one is always larger. */
export interface Words {
  more: string
  less: string
  same?: string
}

/**
 * What is said of two measured figures, by which is the larger: texts are written before the figures are known, and must
 * hold for whatever comes. Nothing, while either is not measured.
 * @param same figures that are no further apart are called the same
 */
export function verdict(a: number | undefined, b: number | undefined, words: Words, same = 0): string {
  if (a === undefined || b === undefined) return ''
  if (words.same !== undefined && Math.abs(a - b) <= same) return words.same
  return a > b ? words.more : words.less
}
