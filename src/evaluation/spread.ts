/** Mean and sample standard deviation (the sum of squares divided by n - 1); the latter is null for fewer than two values. */
export function meanAndDeviation(values: readonly number[]): { mean: number; std: number | null } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (values.length < 2) return { mean, std: null }
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: Math.sqrt(squares / (values.length - 1)) }
}
