import { type Dataset, labelsOf } from '../data/dataset.ts'
import type { Backend } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import { matrixOf } from './matrix.ts'
import { type Neighbours, nearestNeighbours, type SearchOptions } from './neighbours.ts'

/** Settings of {@link knnPredict}. */
export interface KnnOptions extends Omit<SearchOptions, 'excludeSelf'> {
  /** Neighbours that vote. Default 3. */
  k?: number
  /** `uniform` (default): each neighbour has one vote; `distance`: 1 / distance, and only exact matches where there are some. */
  weights?: 'uniform' | 'distance'
}

/** What the neighbours say. */
export interface KnnPredictions {
  /** [examples, classes]: each class's share of the votes. */
  probabilities: Float32Array
  classes: number
  neighbours: Neighbours
}

/**
 * k nearest neighbours, exact, by Euclidean distance (bytes as 0..1). Where classes have equally many votes, the one
 * with the nearest neighbour wins; its share is then a millionth larger, so that everything that reads shares agrees.
 */
export async function knnPredict(
  backend: Backend,
  train: Dataset,
  examples: Dataset,
  { k = 3, weights = 'uniform', ...search }: KnnOptions = {},
): Promise<KnnPredictions> {
  if (!['uniform', 'distance'].includes(weights))
    throw new InklingError(`neighbours are weighted "uniform" or by "distance", got "${weights}"`, { exitCode: 2 })
  const labels = labelsOf(train)
  const neighbours = await nearestNeighbours(backend, matrixOf(train), matrixOf(examples), k, search)
  return { ...vote(neighbours, labels, train.classes.length, weights), neighbours }
}

/** The classes' shares of the votes, from neighbours and the classes of the searched rows. */
export function vote(
  { k, indices, distances }: Neighbours,
  labels: ArrayLike<number>,
  classes: number,
  weights: 'uniform' | 'distance' = 'uniform',
): { probabilities: Float32Array; classes: number } {
  const count = indices.length / k
  const probabilities = new Float32Array(count * classes)
  const votes = new Float64Array(classes)
  for (let i = 0; i < count; i++) {
    votes.fill(0)
    const exact = weights === 'distance' && distances[i * k] === 0
    for (let j = i * k; j < (i + 1) * k; j++) {
      const weight = weights === 'uniform' ? 1 : exact ? Number(distances[j] === 0) : 1 / distances[j]
      votes[labels[indices[j]]] += weight
    }
    const most = Math.max(...votes)
    // Neighbours come nearest first: the first whose class has the most votes decides.
    let winner = 0
    for (let j = (i + 1) * k - 1; j >= i * k; j--) if (votes[labels[indices[j]]] === most) winner = labels[indices[j]]
    if (votes.filter(v => v === most).length > 1) votes[winner] *= 1 + 1e-6
    const all = votes.reduce((a, b) => a + b, 0)
    for (let c = 0; c < classes; c++) probabilities[i * classes + c] = votes[c] / all
  }
  return { probabilities, classes }
}
