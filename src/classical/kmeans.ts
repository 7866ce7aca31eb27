import type { Backend } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { checkFinite, type Matrix, rowsOf, squaredNorms } from './matrix.ts'
import { type HeldProducts, holdForProducts } from './products.ts'
import { plusPlus, seedTrials } from './seeding.ts'

/** Settings of {@link kMeans}. */
export interface KMeansOptions {
  /** Clusters. */
  k: number
  /** Start of all random numbers. Default 0. */
  seed?: number
  /**
   * Times to start from other first centres; the one of the least inertia is kept. Default 10: where groups touch, one in three
   * finds the least.
   */
  starts?: number
  /** Most rounds of a start. Default 100. */
  iterations?: number
  /** Ends a start once all centres together moved less (squared) than this share of the data's variance. Default 1e-4. */
  tolerance?: number
  /** First centres [k, columns] in place of k-means++; there is one start then. */
  centres?: Matrix
  signal?: AbortSignal
  onProgress?(round: { start: number; starts: number; iteration: number; inertia: number }): void
}

/** Examples in k groups. */
export interface Clusters {
  /** [k, columns]. */
  centres: Matrix
  /** The nearest centre of every row; the first of equals. */
  clusters: Int32Array
  /** Sum of squared distances to the nearest centres. */
  inertia: number
  /** Rounds of the start that was kept. */
  iterations: number
  /** Whether that start came to rest within its rounds. */
  converged: boolean
}

/**
 * k-means by Lloyd's rounds, from k-means++. A centre that loses all its examples moves to the example that is farthest
 * from its own centre.
 */
export async function kMeans(backend: Backend, data: Matrix, options: KMeansOptions): Promise<Clusters> {
  const { k, seed = 0, centres, signal } = options
  const starts = centres ? 1 : (options.starts ?? 10)
  checkClusters(data, k, centres)
  const held = await holdForProducts(backend, data, Math.max(k, seedTrials(k)))
  try {
    let best: Clusters | undefined
    for (let start = 0; start < starts; start++) {
      if (signal?.aborted) throw signal.reason
      const random = createRandom(seed).fork('k-means').fork(start)
      const first = centres ?? (await plusPlus(held, data, k, random))
      const found = await lloyd(held, data, first, options, { start, starts })
      if (!best || found.inertia < best.inertia) best = found
    }
    return best as Clusters
  } finally {
    await held.close()
  }
}

/** Refuses what cannot be put into k clusters. */
export function checkClusters(data: Matrix, k: number, centres?: Matrix): void {
  checkFinite(data, 'the examples to cluster')
  if (!(Number.isInteger(k) && k >= 1 && k <= data.rows))
    throw new InklingError(`${data.rows} examples cannot be put into ${k} clusters`, { exitCode: 2 })
  if (centres && (centres.rows !== k || centres.columns !== data.columns))
    throw new InklingError(
      `the first centres are [${centres.rows}, ${centres.columns}], expected [${k}, ${data.columns}]`,
      { exitCode: 2 },
    )
}

async function lloyd(
  held: HeldProducts,
  data: Matrix,
  first: Matrix,
  { k, iterations = 100, tolerance = 1e-4, signal, onProgress }: KMeansOptions,
  place: { start: number; starts: number },
): Promise<Clusters> {
  const still = tolerance * meanVariance(data)
  const norms = squaredNorms(data)
  let centres: Matrix = { ...first, values: first.values.slice() }
  let iteration = 0
  let converged = false
  let assigned = await assign(held, data, norms, centres)
  while (iteration < iterations && !converged) {
    if (signal?.aborted) throw signal.reason
    const moved = meansOf(data, assigned, k)
    converged = moveBetween(centres, moved) <= still
    centres = moved
    const before = assigned.clusters
    assigned = await assign(held, data, norms, centres)
    converged ||= before.every((c, i) => c === assigned.clusters[i])
    iteration++
    onProgress?.({ ...place, iteration, inertia: assigned.inertia })
  }
  const { clusters, inertia } = assigned
  return { centres, clusters, inertia, iterations: iteration, converged }
}

interface Assigned {
  clusters: Int32Array
  /** Squared distance of every row to its centre. */
  distances: Float64Array
  inertia: number
}

/** The nearest centre of every row. */
async function assign(held: HeldProducts, data: Matrix, norms: Float64Array, centres: Matrix): Promise<Assigned> {
  const clusters = new Int32Array(data.rows)
  const distances = new Float64Array(data.rows)
  const lengths = squaredNorms(centres)
  await held.multiply(centres.values, (products, first, count) => {
    for (let i = 0; i < count; i++) {
      let best = 0
      let least = Number.POSITIVE_INFINITY
      for (let c = 0; c < centres.rows; c++) {
        const score = lengths[c] - 2 * products[c * count + i]
        if (score < least) [best, least] = [c, score]
      }
      clusters[first + i] = best
      distances[first + i] = Math.max(0, least + norms[first + i])
    }
  })
  return { clusters, distances, inertia: distances.reduce((a, b) => a + b, 0) }
}

/** The mean of every cluster's rows; a cluster without any takes the row that is farthest from its own centre. */
function meansOf(data: Matrix, { clusters, distances }: Assigned, k: number): Matrix {
  const { columns } = data
  const sums = new Float64Array(k * columns)
  const counts = new Float64Array(k)
  for (let i = 0, at = 0; i < data.rows; i++) {
    const to = clusters[i] * columns
    counts[clusters[i]]++
    for (let j = 0; j < columns; j++) sums[to + j] += data.values[at++]
  }
  const empty = Array.from(counts.keys()).filter(c => counts[c] === 0)
  if (empty.length > 0) {
    const farthest = Array.from(distances.keys()).sort((a, b) => distances[b] - distances[a])
    for (const c of empty) {
      const row = farthest.find(i => counts[clusters[i]] > 1)
      if (row === undefined) break
      farthest.splice(farthest.indexOf(row), 1)
      const values = rowsOf(data, row, row + 1)
      for (let j = 0; j < columns; j++) {
        sums[clusters[row] * columns + j] -= values[j]
        sums[c * columns + j] = values[j]
      }
      counts[clusters[row]]--
      counts[c] = 1
    }
  }
  const values = Float32Array.from(sums, (sum, i) => sum / Math.max(1, counts[Math.floor(i / columns)]))
  return { rows: k, columns, values }
}

function moveBetween(a: Matrix, b: Matrix): number {
  let sum = 0
  for (let i = 0; i < a.values.length; i++) sum += (a.values[i] - b.values[i]) ** 2
  return sum
}

/** The mean over columns of their variances: what a tolerance is a share of. */
function meanVariance({ rows, columns, values }: Matrix): number {
  const sums = new Float64Array(columns)
  const squares = new Float64Array(columns)
  for (let i = 0; i < values.length; i++) {
    sums[i % columns] += values[i]
    squares[i % columns] += values[i] ** 2
  }
  let variance = 0
  for (let j = 0; j < columns; j++) variance += Math.max(0, squares[j] / rows - (sums[j] / rows) ** 2)
  return variance / columns
}

/** Puts rows into the clusters of given centres: new examples into old clusters. */
export async function nearestCentres(backend: Backend, data: Matrix, centres: Matrix) {
  const held = await holdForProducts(backend, data, centres.rows)
  try {
    return await assign(held, data, squaredNorms(data), centres)
  } finally {
    await held.close()
  }
}
