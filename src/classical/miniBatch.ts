import type { Backend } from '../engine/backend.ts'
import { createRandom } from '../random.ts'
import { type Clusters, checkClusters, kMeans, nearestCentres } from './kmeans.ts'
import { type Matrix, pickRows, rowsOf, squaredNorms } from './matrix.ts'
import { createProducts } from './products.ts'

/** Settings of {@link miniBatchKMeans}. */
export interface MiniBatchOptions {
  k: number
  /** Start of all random numbers. Default 0. */
  seed?: number
  /** Examples of a step. Default 1,024. */
  batch?: number
  /** Most steps. Default: as many as go ten times through the data, 100 at least. */
  steps?: number
  /** Ends when the smoothed inertia of a batch has not improved for so many steps. Default 20. */
  patience?: number
  /** First centres [k, columns]; default: by a few rounds of {@link kMeans} on a draw of the data. */
  centres?: Matrix
  signal?: AbortSignal
  onProgress?(step: { step: number; steps: number; inertia: number }): void
}

/** Share of examples below which a cluster is called starved, of what an even one would have (scikit-learn's too). */
const STARVED = 0.01
const SEED_ROUNDS = 5

/**
 * k-means in small steps (Sculley 2010): each centre moves towards the examples of a batch that are nearest to it, by a
 * rate that falls with the examples it has seen. Starved centres begin anew at an example of the batch. For data where
 * whole rounds take too long; the inertia is a little above that of {@link kMeans}.
 */
export async function miniBatchKMeans(backend: Backend, data: Matrix, options: MiniBatchOptions): Promise<Clusters> {
  const { k, seed = 0, patience = 20, signal, onProgress } = options
  const batch = Math.min(options.batch ?? 1024, data.rows)
  const steps = options.steps ?? Math.max(100, Math.ceil((10 * data.rows) / batch))
  checkClusters(data, k, options.centres)
  const random = createRandom(seed).fork('mini-batch k-means')
  const { columns } = data
  const first = options.centres ?? (await seedOnDraw(backend, data, Math.max(3 * batch, 3 * k), k, seed))
  const centres: Matrix = { ...first, values: first.values.slice() }
  const seen = new Float64Array(k)
  const products = createProducts(backend)
  let smoothed: number | undefined
  let best = { inertia: Number.POSITIVE_INFINITY, step: 0 }
  let step = 0
  let rested = false
  try {
    while (step < steps && !rested) {
      if (signal?.aborted) throw signal.reason
      const rows = pickRows(
        data,
        Uint32Array.from({ length: batch }, () => random.int(data.rows)),
      )
      const { nearest, inertia } = nearestOf(await products.byRows(rows.values, centres.values, columns), rows, centres)
      for (let i = 0; i < batch; i++) {
        const c = nearest[i]
        const rate = 1 / ++seen[c]
        for (let j = 0, at = i * columns, to = c * columns; j < columns; j++, at++, to++)
          centres.values[to] += rate * (rows.values[at] - centres.values[to])
      }
      // Now and then: a centre that nothing comes near stays where it began.
      if (step % 10 === 9) reviveStarved(centres, seen, rows, random.int)
      const share = Math.min(1, (2 * batch) / (data.rows + 1))
      smoothed = smoothed === undefined ? inertia / batch : smoothed + share * (inertia / batch - smoothed)
      step++
      if (smoothed < best.inertia) best = { inertia: smoothed, step }
      rested = step - best.step >= patience
      onProgress?.({ step, steps, inertia: smoothed })
    }
  } finally {
    await products.close()
  }
  const { clusters, inertia } = await nearestCentres(backend, data, centres)
  return { centres, clusters, inertia, iterations: step, converged: rested }
}

/** A few whole rounds on some of the rows, from several starts: one start alone often joins two groups. */
async function seedOnDraw(backend: Backend, data: Matrix, size: number, k: number, seed: number): Promise<Matrix> {
  const random = createRandom(seed).fork('mini-batch seeding')
  const order = random.shuffle(Uint32Array.from({ length: data.rows }, (_, i) => i))
  const drawn = pickRows(data, order.subarray(0, Math.min(size, data.rows)))
  return (await kMeans(backend, drawn, { k, seed, iterations: SEED_ROUNDS })).centres
}

function nearestOf(products: Float32Array, rows: Matrix, centres: Matrix) {
  const lengths = squaredNorms(centres)
  const norms = squaredNorms(rows)
  const nearest = new Int32Array(rows.rows)
  let inertia = 0
  for (let i = 0; i < rows.rows; i++) {
    let least = Number.POSITIVE_INFINITY
    for (let c = 0; c < centres.rows; c++) {
      const score = lengths[c] - 2 * products[i * centres.rows + c]
      if (score < least) [nearest[i], least] = [c, score]
    }
    inertia += Math.max(0, least + norms[i])
  }
  return { nearest, inertia }
}

function reviveStarved(centres: Matrix, seen: Float64Array, rows: Matrix, draw: (n: number) => number): void {
  const even = seen.reduce((a, b) => a + b, 0) / seen.length
  for (let c = 0; c < seen.length; c++) {
    if (seen[c] >= STARVED * even) continue
    const row = draw(rows.rows)
    centres.values.set(rowsOf(rows, row, row + 1), c * rows.columns)
    seen[c] = Math.max(1, STARVED * even)
  }
}
