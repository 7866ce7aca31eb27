/** Against what scikit-learn says: `test/fixtures/classical.py` recorded it. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kMeans, type Matrix, nearestNeighbours, pca, projectOn, restoreFrom, vote } from '../../src/classical/index.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { clusterScores } from '../../src/evaluation/index.ts'
import { backends } from '../backends.ts'

const recorded = JSON.parse(readFileSync(new URL('../fixtures/classical.json', import.meta.url), 'utf8'))
const asMatrix = (rows: number[][]): Matrix => ({
  rows: rows.length,
  columns: rows[0].length,
  values: Float32Array.from(rows.flat()),
})
const data = asMatrix(recorded.data)

describe('agreement of clusters with labels', () => {
  for (const { name, clusters, labels, ...scores } of recorded.agreements)
    test(name, () => {
      const found = clusterScores(clusters, labels)
      for (const score of ['purity', 'nmi', 'ari'] as const) expect(found[score]).toBeCloseTo(scores[score], 12)
    })
})

describe.each(backends)('$name', ({ create }) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await create()
  })
  afterAll(() => backend.close())

  test('k-means from the same first centres ends at the same clusters', async () => {
    const { start, centres, clusters, inertia } = recorded.kmeans
    const found = await kMeans(backend, data, { k: 4, centres: asMatrix(start), tolerance: 0 })
    expect([...found.clusters]).toEqual(clusters)
    expect(found.converged).toBe(true)
    expect(found.inertia / inertia).toBeCloseTo(1, 5)
    asMatrix(centres).values.forEach((value, i) => {
      expect(found.centres.values[i]).toBeCloseTo(value, 5)
    })
  })

  test('the nearest neighbours, their distances and votes', async () => {
    const { queries, indices, distances, uniform, distance } = recorded.neighbours
    const found = await nearestNeighbours(backend, data, asMatrix(queries), 5)
    expect([...found.indices]).toEqual(indices.flat())
    distances.flat().forEach((value: number, i: number) => {
      expect(found.distances[i]).toBeCloseTo(value, 5)
    })
    for (const [weights, shares] of [['uniform', uniform] as const, ['distance', distance] as const]) {
      const { probabilities } = vote(found, recorded.truth, 4, weights)
      // Ties are broken by a millionth.
      shares.flat().forEach((share: number, i: number) => {
        expect(probabilities[i]).toBeCloseTo(share, 5)
      })
    }
  })

  test('principal components, and examples from all of them', async () => {
    const found = await pca(backend, data)
    const { mean, components, variance, share } = recorded.pca
    for (const [own, theirs] of [
      [found.mean, mean],
      [found.variance, variance],
      [found.share, share],
      [found.components.values, components.flat()],
    ])
      theirs.forEach((value: number, i: number) => {
        expect(own[i]).toBeCloseTo(value, 4)
      })
    const back = restoreFrom(found, await projectOn(backend, found, data))
    data.values.forEach((value, i) => {
      expect(back.values[i]).toBeCloseTo(value, 4)
    })
  })
})
