import { embed2d } from '../classical/embedding.ts'
import { kMeans } from '../classical/kmeans.ts'
import { type Matrix, matrix, matrixOf, pickRows } from '../classical/matrix.ts'
import { miniBatchKMeans } from '../classical/miniBatch.ts'
import { type Dataset, labelsOf } from '../data/dataset.ts'
import { drawExamples } from '../data/split.ts'
import type { Backend } from '../engine/backend.ts'
import { type ClusterScores, contingencyTable, scoresOfTable } from '../evaluation/clustering.ts'
import { featuresOf } from './features.ts'
import type { WeightedModel } from './predictDataset.ts'

export interface ClusteringOptions {
  /** Default: the number of classes. */
  k?: number
  /** `kmeans` (default): whole rounds from several starts; `minibatch`: small steps. */
  method?: 'kmeans' | 'minibatch'
  /** Clusters what this model has made of the examples in place of their pixels. */
  features?: WeightedModel & { layer?: string }
  /** Examples drawn by the seed. Default: all. */
  examples?: number
  /** Examples on the map in the plane, 0 for no map. Default 2,000. */
  points?: number
  seed?: number
  signal?: AbortSignal
  onNote?(text: string): void
  /** How far the clusters or the map are: starts of k-means, steps of mini-batches, rounds of the map. */
  onProgress?(stage: 'clusters' | 'map', done: number, total: number): void
}

/** Examples in clusters, and how well those agree with the labels. */
export interface Clustering {
  /** The examples that were clustered, in the order of `clusters`. */
  dataset: Dataset
  method: 'kmeans' | 'minibatch'
  k: number
  seed: number
  /** What an example was: `pixels`, or the layer of the network. */
  on: string
  /** Numbers of an example. */
  columns: number
  clusters: Int32Array
  inertia: number
  iterations: number
  converged: boolean
  /** Where the examples have labels. */
  scores?: ClusterScores
  /** [k][classes]; without labels all examples stand in the first column. */
  table: number[][]
  /** A map of some of the examples: `rows` is what was clustered of them, `points` [positions.length, 2]. */
  map?: { positions: Uint32Array; rows: Matrix; points: Float32Array }
  seconds: number
}

/** Fewer have no neighbours to lie beside. */
const FEWEST_ON_MAP = 4

/** Groups the examples of a dataset without a look at their labels, then compares the groups with them. */
export async function clusterDataset(
  backend: Backend,
  whole: Dataset,
  options: ClusteringOptions = {},
): Promise<Clustering> {
  const { method = 'kmeans', features, examples, points = 2000, seed = 0, signal, onNote, onProgress } = options
  const began = performance.now()
  const k = options.k ?? whole.classes.length
  const dataset = drawExamples(whole, examples, { seed })
  const made = features && (await featuresOf(backend, features, dataset, { layer: features.layer }))
  const data: Matrix = made ? matrix(made.values, made.columns) : matrixOf(dataset)
  const settings = { k, seed, signal }
  const { clusters, inertia, iterations, converged } = await (method === 'kmeans'
    ? kMeans(backend, data, { ...settings, onProgress: ({ start, starts }) => onProgress?.('clusters', start, starts) })
    : miniBatchKMeans(backend, data, {
        ...settings,
        onProgress: ({ step, steps }) => onProgress?.('clusters', step, steps),
      }))
  onNote?.(
    `${k} clusters of ${dataset.length} examples after ${iterations} ${method === 'kmeans' ? 'rounds' : 'steps'}`,
  )
  const table = dataset.labels
    ? contingencyTable(clusters, labelsOf(dataset), k, dataset.classes.length)
    : contingencyTable(clusters, new Int32Array(dataset.length), k, dataset.classes.length)
  const shown = Math.min(points, data.rows)
  if (shown > 0 && shown < FEWEST_ON_MAP) onNote?.(`no map: it takes ${FEWEST_ON_MAP} examples, these are ${shown}`)
  const map = shown >= FEWEST_ON_MAP ? await mapOf(backend, data, shown, options) : undefined
  return {
    ...{ dataset, method, k, seed, on: made?.layer ?? 'pixels', columns: data.columns },
    ...{ clusters, inertia, iterations, converged, table, map },
    scores: dataset.labels && scoresOfTable(table),
    seconds: (performance.now() - began) / 1000,
  }
}

/** A map of examples spread evenly over the data: those were drawn or shuffled already. */
async function mapOf(
  backend: Backend,
  data: Matrix,
  count: number,
  { seed = 0, signal, onProgress }: ClusteringOptions,
) {
  const positions = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * data.rows) / count))
  const rows = pickRows(data, positions)
  const { values } = await embed2d(backend, rows, {
    ...{ seed, signal },
    onProgress: (epoch, epochs) => onProgress?.('map', epoch, epochs),
  })
  return { positions, rows, points: values }
}
