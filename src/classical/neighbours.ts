import type { Backend } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import { checkFinite, type Matrix, rowsOf, squaredDistance, squaredNorms } from './matrix.ts'
import { holdForProducts } from './products.ts'

/** The nearest rows of each query, nearest first. */
export interface Neighbours {
  k: number
  /** [queries, k]: rows of the searched matrix. */
  indices: Uint32Array
  /** [queries, k]: Euclidean distances. */
  distances: Float64Array
}

/** Settings of a search for the nearest rows. */
export interface SearchOptions {
  /** Leaves row i out for query i: the queries are the searched rows themselves. */
  excludeSelf?: boolean
  /** Ends the search between two batches. */
  signal?: AbortSignal
  onProgress?(done: number, queries: number): void
}

/** Queries at a time: enough to keep the matrix product busy. */
const BATCH = 500
/** Candidates that a query gathers before those that fell behind are dropped. */
const ROOM = 256

/**
 * The k nearest rows by Euclidean distance, exactly: the engine's matrix product gives all distances to within a bound,
 * and every row that may belong to the k nearest is measured again in double precision. Of equal distances the row that
 * comes first is the nearer.
 */
export async function nearestNeighbours(
  backend: Backend,
  searched: Matrix,
  queries: Matrix,
  k: number,
  { excludeSelf = false, signal, onProgress }: SearchOptions = {},
): Promise<Neighbours> {
  checkFinite(searched, 'the examples to search')
  checkFinite(queries, 'the queries')
  const most = searched.rows - (excludeSelf ? 1 : 0)
  if (!(Number.isInteger(k) && k >= 1 && k <= most))
    throw new InklingError(`k must be a whole number from 1 to ${most}, the examples there are; got ${k}`, {
      exitCode: 2,
    })
  if (searched.columns !== queries.columns)
    throw new InklingError(`queries of ${queries.columns} values among examples of ${searched.columns}`, {
      exitCode: 2,
    })
  const found: Neighbours = {
    k,
    indices: new Uint32Array(queries.rows * k),
    distances: new Float64Array(queries.rows * k),
  }
  const batch = Math.min(BATCH, queries.rows)
  const norms = squaredNorms(searched)
  const queryNorms = squaredNorms(queries)
  const largest = Math.sqrt(norms.reduce((a, b) => Math.max(a, b), 0))
  // Rounding errors of an inner product in single precision: at most d * 2^-24 * |a| |b| (Higham 2002, 3.5), doubled in
  // the distance, and here doubled once more for the order of the sums.
  const rounding = 4 * (searched.columns + 2) * 2 ** -24 * largest
  const held = await holdForProducts(backend, searched, batch)
  try {
    for (let from = 0; from < queries.rows; from += batch) {
      if (signal?.aborted) throw signal.reason
      const count = Math.min(batch, queries.rows - from)
      const slack = (q: number) => 2 * rounding * Math.sqrt(queryNorms[from + q])
      const candidates = Array.from({ length: count }, (_, q) => new Candidates(k, slack(q)))
      await held.multiply(rowsOf(queries, from, from + count), (products, first, stretch) => {
        for (let q = 0; q < count; q++) {
          const self = excludeSelf ? from + q - first : -1
          candidates[q].scan(products, q * stretch, stretch, norms, first, self)
        }
      })
      for (let q = 0; q < count; q++) settle(candidates[q], searched, queries, from + q, found)
      onProgress?.(from + count, queries.rows)
    }
  } finally {
    await held.close()
  }
  return found
}

/** Rows that may be among a query's k nearest: all whose approximate distance is within `slack` of the k-th. */
class Candidates {
  rows = new Uint32Array(ROOM)
  /** |x|^2 - 2 q.x: the squared distance less |q|^2, which is the same for all. */
  scores = new Float64Array(ROOM)
  count = 0
  readonly #k: number
  readonly #slack: number
  #limit = Number.POSITIVE_INFINITY

  constructor(k: number, slack: number) {
    this.#k = k
    this.#slack = slack
    this.#grow(4 * k)
  }

  scan(products: Float32Array, at: number, count: number, norms: Float64Array, first: number, self: number): void {
    let limit = this.#limit
    for (let i = 0; i < count; i++) {
      const score = norms[first + i] - 2 * products[at + i]
      if (score > limit || i === self) continue
      if (this.count === this.rows.length) this.#prune()
      this.rows[this.count] = first + i
      this.scores[this.count++] = score
      // Early on nearly every row comes nearer: the limit is drawn in when it pays.
      if (this.count % (2 * this.#k) === 0) this.#prune()
      limit = this.#limit
    }
  }

  /** Drops what is farther than the k-th nearest so far and the slack. */
  #prune(): void {
    const kept = this.scores.slice(0, this.count).sort()
    if (this.count >= this.#k) this.#limit = kept[this.#k - 1] + this.#slack
    let to = 0
    for (let i = 0; i < this.count; i++) {
      if (this.scores[i] > this.#limit) continue
      this.rows[to] = this.rows[i]
      this.scores[to++] = this.scores[i]
    }
    this.count = to
    if (this.count * 2 > this.rows.length) this.#grow(this.rows.length * 2)
  }

  #grow(room: number): void {
    if (room <= this.rows.length) return
    const { rows, scores } = this
    this.rows = new Uint32Array(room)
    this.scores = new Float64Array(room)
    this.rows.set(rows)
    this.scores.set(scores)
  }
}

/** Measures the candidates exactly and writes the k nearest. */
function settle({ rows, count }: Candidates, searched: Matrix, queries: Matrix, query: number, found: Neighbours) {
  const exact = Array.from({ length: count }, (_, i) => ({
    row: rows[i],
    distance: squaredDistance(queries, query, searched, rows[i]),
  })).sort((a, b) => a.distance - b.distance || a.row - b.row)
  for (let i = 0; i < found.k; i++) {
    found.indices[query * found.k + i] = exact[i].row
    found.distances[query * found.k + i] = Math.sqrt(exact[i].distance)
  }
}
