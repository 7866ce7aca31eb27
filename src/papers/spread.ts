export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

/** The standard deviation of a sample; null for fewer than two values. */
export function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, v) => sum + (v - middle) ** 2, 0) / (values.length - 1))
}
