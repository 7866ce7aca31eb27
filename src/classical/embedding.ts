import type { Backend } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import type { Matrix } from './matrix.ts'
import { nearestNeighbours } from './neighbours.ts'
import { pca, projectOn } from './pca.ts'

export interface EmbeddingOptions {
  /** Examples that count as near each example, itself included. Default 15. */
  neighbours?: number
  /** How close points may come. Default 0.1. */
  minDistance?: number
  /** Start of all random numbers. Default 0. */
  seed?: number
  signal?: AbortSignal
  onProgress?(epoch: number, epochs: number): void
}

/** Columns that remain before neighbours are looked for: what lies beyond is noise in pictures. */
const COLUMNS = 50
/** Rounds between two looks at the clock and the signal. */
const BREATHE = 10

/**
 * Points in the plane that keep near what is near: UMAP (McInnes, Healy and Melville 2018) on the first 50 principal
 * components, with exact neighbours. The same seed gives the same picture.
 *
 * @returns [rows, 2]
 */
export async function embed2d(
  backend: Backend,
  data: Matrix,
  { neighbours = 15, minDistance = 0.1, seed = 0, signal, onProgress }: EmbeddingOptions = {},
): Promise<Matrix> {
  if (data.rows < 4) throw new InklingError(`an embedding needs 4 examples at least, got ${data.rows}`)
  const near = Math.min(neighbours, data.rows - 1)
  if (!(Number.isInteger(near) && near >= 2))
    throw new InklingError(`an embedding needs 2 neighbours at least, got ${neighbours}`, { exitCode: 2 })
  const columns = Math.min(COLUMNS, data.columns, data.rows - 1)
  const reduced =
    columns < data.columns ? await projectOn(backend, await pca(backend, data, { components: columns }), data) : data
  // The first neighbour of each is itself, as UMAP has it.
  const found = await nearestNeighbours(backend, reduced, reduced, near - 1, { excludeSelf: true, signal })
  const lists = (values: ArrayLike<number>, own: (i: number) => number) =>
    Array.from({ length: data.rows }, (_, i) => [
      own(i),
      ...Array.from({ length: near - 1 }, (_, j) => values[i * (near - 1) + j]),
    ])
  const { UMAP } = await import('umap-js')
  const random = createRandom(seed).fork('embedding')
  const umap = new UMAP({ nNeighbors: near, minDist: minDistance, nComponents: 2, random: () => random.next() })
  umap.setPrecomputedKNN(
    lists(found.indices, i => i),
    lists(found.distances, () => 0),
  )
  const epochs = umap.initializeFit(
    Array.from({ length: data.rows }, (_, i) =>
      Array.from(reduced.values.subarray(i * reduced.columns, (i + 1) * reduced.columns)),
    ),
  )
  for (let epoch = 1; epoch <= epochs; epoch++) {
    umap.step()
    if (epoch % BREATHE !== 0) continue
    if (signal?.aborted) throw signal.reason
    onProgress?.(epoch, epochs)
    await new Promise<void>(resolve => setImmediate(resolve))
  }
  const points = umap.getEmbedding()
  return { rows: data.rows, columns: 2, values: Float32Array.from(points.flat()) }
}
