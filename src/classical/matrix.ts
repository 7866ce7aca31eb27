import { type Dataset, gather, strideOf } from '../data/dataset.ts'
import { InklingError } from '../errors.ts'

/** Examples as rows of numbers, row-major: what the methods of this room work on. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** [rows, columns]. */
  readonly values: Float32Array
}

/** A matrix of values that are there already; they are kept, not copied. */
export function matrix(values: Float32Array, columns: number): Matrix {
  const rows = values.length / columns
  if (!(Number.isInteger(columns) && columns > 0 && Number.isInteger(rows)))
    throw new InklingError(`${values.length} values are no whole number of rows of ${columns}`)
  return { rows, columns, values }
}

/** The examples of a dataset as rows; bytes become 0..1. */
export function matrixOf(dataset: Dataset): Matrix {
  const columns = strideOf(dataset.shape)
  const values = new Float32Array(dataset.length * columns)
  gather(
    dataset,
    Uint32Array.from({ length: dataset.length }, (_, i) => i),
    values,
  )
  return { rows: dataset.length, columns, values }
}

/** Rows `from` to `to` of a matrix: a view. */
export const rowsOf = ({ values, columns }: Matrix, from: number, to: number): Float32Array =>
  values.subarray(from * columns, to * columns)

/** The rows at `positions`, copied. */
export function pickRows(from: Matrix, positions: ArrayLike<number>): Matrix {
  const { columns } = from
  const values = new Float32Array(positions.length * columns)
  for (let i = 0; i < positions.length; i++) values.set(rowsOf(from, positions[i], positions[i] + 1), i * columns)
  return { rows: positions.length, columns, values }
}

/** |row|^2 of every row. */
export function squaredNorms({ rows, columns, values }: Matrix): Float64Array {
  const norms = new Float64Array(rows)
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < columns; j++, at++) sum += values[at] * values[at]
    norms[i] = sum
  }
  return norms
}

/** |a - b|^2 of a row of one matrix and a row of another, in double precision. */
export function squaredDistance(a: Matrix, i: number, b: Matrix, j: number): number {
  const { columns } = a
  let sum = 0
  for (let c = 0, p = i * columns, q = j * columns; c < columns; c++, p++, q++) {
    const d = a.values[p] - b.values[q]
    sum += d * d
  }
  return sum
}

/** Checks that all numbers are finite: one NaN would spoil every distance. */
export function checkFinite({ rows, columns, values }: Matrix, what: string): void {
  if (rows === 0) throw new InklingError(`${what}: there are no examples`)
  const bad = values.findIndex(v => !Number.isFinite(v))
  if (bad >= 0)
    throw new InklingError(
      `${what}: value ${(bad % columns) + 1} of example ${Math.floor(bad / columns) + 1} is ${values[bad]}`,
      { hint: 'Leave such examples out, or fill the gap.' },
    )
}
