import type { Backend } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { type Eigen, symmetricEigen } from './eigen.ts'
import { checkFinite, type Matrix, rowsOf } from './matrix.ts'
import { createProducts, type Products } from './products.ts'

/** Settings of {@link pca}. */
export interface PcaOptions {
  /** Components to keep. Default: all, which are columns or rows - 1, whichever is less. */
  components?: number
  /** Of the random start where there are too many columns for all components. Default 0. */
  seed?: number
}

/** Principal components: the directions in which the data vary most. */
export interface Pca {
  /** [columns]. */
  mean: Float64Array
  /** [components, columns]: rows of length 1, at right angles; the largest entry of each is positive. */
  components: Matrix
  /** Variance along each component, over rows - 1. */
  variance: Float64Array
  /** Its share of the whole variance. */
  share: Float64Array
}

/** Up to so many columns all components are computed and the wanted ones kept: seconds. */
const ALL = 1024
/** Columns whose covariance is held: 512 MiB. */
const MOST_COLUMNS = 8192
const STRETCH = 1 << 22

/**
 * Principal components from the covariance: its products by the engine, summed in double precision. Of up to 1,024
 * columns by a full eigen-decomposition; of more by subspace iteration from a random start, until the wanted ones stand.
 */
export async function pca(backend: Backend, data: Matrix, { components, seed = 0 }: PcaOptions = {}): Promise<Pca> {
  checkFinite(data, 'the examples of a PCA')
  const { rows, columns } = data
  const most = Math.min(columns, rows - 1)
  const count = components ?? most
  if (!(Number.isInteger(count) && count >= 1 && count <= most))
    throw new InklingError(`${rows} examples of ${columns} values have 1 to ${most} components, asked for ${count}`, {
      exitCode: 2,
    })
  if (columns > MOST_COLUMNS) throw new InklingError(`a PCA takes up to ${MOST_COLUMNS} columns, these are ${columns}`)
  const mean = columnMeans(data)
  const products = createProducts(backend)
  try {
    const covariance = await covarianceOf(products, data, mean)
    const total = Array.from({ length: columns }, (_, j) => covariance[j * columns + j]).reduce((a, b) => a + b, 0)
    const { values, vectors } =
      columns <= ALL ? symmetricEigen(covariance, columns) : largestOf(covariance, columns, count, seed)
    const kept = Float32Array.from(vectors.subarray(0, count * columns))
    for (let i = 0; i < count; i++) pointUp(kept.subarray(i * columns, (i + 1) * columns))
    // Rounding may leave a variance just below 0 where there is none.
    const variance = values.slice(0, count).map(v => Math.max(0, v))
    const share = variance.map(v => (total > 0 ? v / total : 0))
    return { mean, components: { rows: count, columns, values: kept }, variance, share }
  } finally {
    await products.close()
  }
}

/** Rows as coordinates along the components, [rows, components]. */
export async function projectOn(backend: Backend, { mean, components }: Pca, data: Matrix): Promise<Matrix> {
  const { columns } = data
  if (columns !== components.columns)
    throw new InklingError(`components of ${components.columns} values for examples of ${columns}`, { exitCode: 2 })
  const products = createProducts(backend)
  try {
    const values = new Float32Array(data.rows * components.rows)
    for (const [from, to] of stretches(data)) {
      const y = await products.byRows(centred(data, mean, from, to), components.values, columns)
      values.set(y, from * components.rows)
    }
    return { rows: data.rows, columns: components.rows, values }
  } finally {
    await products.close()
  }
}

/** Examples from their coordinates along the components: what is left of them. */
export function restoreFrom({ mean, components }: Pca, coordinates: Matrix): Matrix {
  const { columns } = components
  const values = new Float32Array(coordinates.rows * columns)
  const row = new Float64Array(columns)
  for (let i = 0; i < coordinates.rows; i++) {
    row.set(mean)
    for (let c = 0; c < components.rows; c++) {
      const at = coordinates.values[i * components.rows + c]
      for (let j = 0, k = c * columns; j < columns; j++, k++) row[j] += at * components.values[k]
    }
    values.set(row, i * columns)
  }
  return { rows: coordinates.rows, columns, values }
}

function columnMeans({ rows, columns, values }: Matrix): Float64Array {
  const mean = new Float64Array(columns)
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j] += values[at++]
  return mean.map(sum => sum / rows)
}

function* stretches({ rows, columns }: Matrix): Generator<[number, number]> {
  const stretch = Math.max(1, Math.floor(STRETCH / columns))
  for (let from = 0; from < rows; from += stretch) yield [from, Math.min(rows, from + stretch)]
}

/** Means are taken off before anything is multiplied: single precision then loses nothing that counts. */
function centred(data: Matrix, mean: Float64Array, from: number, to: number): Float32Array {
  const values = rowsOf(data, from, to).slice()
  for (let i = 0; i < values.length; i++) values[i] -= mean[i % data.columns]
  return values
}

async function covarianceOf(products: Products, data: Matrix, mean: Float64Array): Promise<Float64Array> {
  const covariance = new Float64Array(data.columns ** 2)
  for (const [from, to] of stretches(data)) {
    const x = centred(data, mean, from, to)
    const y = await products.byColumns(x, x, to - from)
    for (let i = 0; i < y.length; i++) covariance[i] += y[i]
  }
  return covariance.map(sum => sum / (data.rows - 1))
}

/** The largest eigenvalues by subspace iteration with a few directions more than wanted. */
function largestOf(matrix: Float64Array, n: number, count: number, seed: number): Eigen {
  const size = Math.min(n, count + 10)
  const random = createRandom(seed).fork('pca')
  let basis = Array.from({ length: size }, () => Float64Array.from({ length: n }, () => random.normal()))
  let before = new Float64Array(count)
  for (let round = 0; round < 200; round++) {
    orthonormalise(basis)
    const images = basis.map(q => times(matrix, q, n))
    const small = new Float64Array(size * size)
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) small[i * size + j] = dot(basis[i], images[j])
    const { values, vectors } = symmetricEigen(small, size)
    const turned = (from: readonly Float64Array[]) =>
      Array.from({ length: size }, (_, i) => {
        const row = new Float64Array(n)
        for (let j = 0; j < size; j++) {
          const share = vectors[i * size + j]
          for (let c = 0; c < n; c++) row[c] += share * from[j][c]
        }
        return row
      })
    const done = values.subarray(0, count).every((v, i) => Math.abs(v - before[i]) <= 1e-10 * values[0])
    if (done) {
      const vectorsOut = new Float64Array(count * n)
      for (const [i, row] of turned(basis).slice(0, count).entries()) vectorsOut.set(row, i * n)
      return { values: values.slice(0, count), vectors: vectorsOut }
    }
    before = values.slice(0, count)
    basis = turned(images)
  }
  throw new InklingError(`the ${count} components did not settle: ask for fewer`)
}

function orthonormalise(basis: Float64Array[]): void {
  for (let i = 0; i < basis.length; i++) {
    // Twice is enough (Kahan and Parlett).
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < i; j++) {
        const share = dot(basis[i], basis[j])
        for (let c = 0; c < basis[i].length; c++) basis[i][c] -= share * basis[j][c]
      }
    const length = Math.sqrt(dot(basis[i], basis[i])) || 1
    for (let c = 0; c < basis[i].length; c++) basis[i][c] /= length
  }
}

function times(matrix: Float64Array, x: Float64Array, n: number): Float64Array {
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) y[i] = dot(matrix.subarray(i * n, (i + 1) * n), x)
  return y
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** Eigenvectors have no sign of their own. */
function pointUp(vector: Float32Array): void {
  let largest = 0
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value
  if (largest < 0) for (let i = 0; i < vector.length; i++) vector[i] = -vector[i]
}
