import { type Matrix, matrix } from '../../classical/index.ts'

/** Values of a byte. */
const LEVELS = 256

/**
 * What is left of codes when each of their numbers is kept as a byte: the nearest of 256 levels between the least and the largest
 * that the training examples have there.
 */
export function asBytes(codes: Matrix, training: Matrix): Matrix {
  const { columns } = codes
  const low = new Float32Array(columns).fill(Number.POSITIVE_INFINITY)
  const high = new Float32Array(columns).fill(Number.NEGATIVE_INFINITY)
  training.values.forEach((value, i) => {
    low[i % columns] = Math.min(low[i % columns], value)
    high[i % columns] = Math.max(high[i % columns], value)
  })
  const values = codes.values.map((value, i) => {
    const column = i % columns
    const step = (high[column] - low[column]) / (LEVELS - 1)
    if (step === 0) return low[column]
    const level = Math.round((value - low[column]) / step)
    return low[column] + step * Math.min(LEVELS - 1, Math.max(0, level))
  })
  return matrix(values, columns)
}
