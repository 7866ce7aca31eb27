import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { symmetricEigen } from '../../src/classical/eigen.ts'
import {
  embed2d,
  kMeans,
  knnPredict,
  type Matrix,
  matrixOf,
  miniBatchKMeans,
  nearestCentres,
  nearestNeighbours,
  pca,
  vote,
} from '../../src/classical/index.ts'
import { labelsOf, slice } from '../../src/data/dataset.ts'
import { mnist } from '../../src/data/index.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import { clusterScores, evaluateProbabilities } from '../../src/evaluation/index.ts'
import { createRandom } from '../../src/random.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createWasmBackend({ threads: 2 })
})
afterAll(() => backend.close())

/** Groups of points around far centres. */
function blobs(seed: number, { k = 4, each = 40, columns = 5, spread = 0.3 } = {}) {
  const random = createRandom(seed)
  const labels = Int32Array.from({ length: k * each }, (_, i) => Math.floor(i / each))
  const values = Float32Array.from({ length: k * each * columns }, (_, i) => {
    const group = Math.floor(i / columns / each)
    return (i % columns === group % columns ? 10 : 0) + Math.floor(group / columns) * 20 + spread * random.normal()
  })
  return { data: { rows: k * each, columns, values } as Matrix, labels }
}

const random = (rows: number, columns: number, seed: number, levels?: number): Matrix => {
  const draw = createRandom(seed)
  const values = Float32Array.from({ length: rows * columns }, () => (levels ? draw.int(levels) : draw.normal()))
  return { rows, columns, values }
}

describe('nearest neighbours', () => {
  test('are those of a plain search, equal distances in order, near and far from the origin', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(0, 1000),
        async (seed, k, offset) => {
          // Few levels make many equal distances; far from the origin the quick distances are all but noise.
          const levels = offset === 0 ? 3 : undefined
          const shift = (m: Matrix) => ({ ...m, values: m.values.map(v => v + offset) })
          const [searched, queries] = [shift(random(70, 4, seed, levels)), shift(random(11, 4, seed + 1, levels))]
          const found = await nearestNeighbours(backend, searched, queries, k)
          for (let q = 0; q < queries.rows; q++) {
            const all = Array.from({ length: searched.rows }, (_, i) => {
              let sum = 0
              for (let c = 0; c < 4; c++) sum += (queries.values[q * 4 + c] - searched.values[i * 4 + c]) ** 2
              return { i, distance: Math.sqrt(sum) }
            }).sort((a, b) => a.distance - b.distance || a.i - b.i)
            expect([...found.indices.subarray(q * k, q * k + k)]).toEqual(all.slice(0, k).map(n => n.i))
            expect([...found.distances.subarray(q * k, q * k + k)]).toEqual(all.slice(0, k).map(n => n.distance))
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  test('of the examples themselves leave each out', async () => {
    const data = random(30, 3, 5)
    const { indices } = await nearestNeighbours(backend, data, data, 29, { excludeSelf: true })
    for (let i = 0; i < 30; i++) {
      const own = [...indices.subarray(i * 29, (i + 1) * 29)]
      expect(own).not.toContain(i)
      expect(new Set(own).size).toBe(29)
    }
  })

  test('a tie goes to the class with the nearest neighbour; exact matches outweigh all', () => {
    const neighbours = { k: 4, indices: Uint32Array.of(0, 1, 2, 3), distances: Float64Array.of(0, 0, 1, 1) }
    expect(vote(neighbours, [1, 0, 0, 1], 2).probabilities[1]).toBeGreaterThan(0.5)
    expect(vote(neighbours, [0, 1, 1, 0], 2).probabilities[0]).toBeGreaterThan(0.5)
    expect([...vote(neighbours, [2, 2, 0, 1], 3, 'distance').probabilities]).toEqual([0, 0, 1])
  })

  test('a k that makes no sense, a NaN', async () => {
    const data = random(5, 2, 0)
    for (const k of [0, 6, 1.5]) await expect(nearestNeighbours(backend, data, data, k)).rejects.toThrow(/from 1 to 5/)
    data.values[7] = Number.NaN
    await expect(nearestNeighbours(backend, data, data, 1)).rejects.toThrow(/value 2 of example 4 is NaN/)
  })
})

describe('k-means', () => {
  test('finds groups that lie apart, whatever the seed; the same seed gives the same', async () => {
    const { data, labels } = blobs(3, { k: 7 })
    for (const seed of [0, 1, 2]) {
      const found = await kMeans(backend, data, { k: 7, seed })
      expect(clusterScores(found.clusters, labels).ari).toBe(1)
      expect(await kMeans(backend, data, { k: 7, seed })).toEqual(found)
    }
  })

  test('the inertia falls with every round and is that of the clusters', async () => {
    const data = random(300, 4, 8)
    const course: number[] = []
    const found = await kMeans(backend, data, { k: 6, starts: 1, onProgress: r => course.push(r.inertia) })
    for (let i = 1; i < course.length; i++) expect(course[i]).toBeLessThanOrEqual(course[i - 1] * (1 + 1e-6))
    let inertia = 0
    for (let i = 0; i < data.values.length; i++) {
      const centre = found.clusters[Math.floor(i / 4)]
      inertia += (data.values[i] - found.centres.values[centre * 4 + (i % 4)]) ** 2
    }
    expect(found.inertia / inertia).toBeCloseTo(1, 5)
    const again = await nearestCentres(backend, data, found.centres)
    expect(again.clusters).toEqual(found.clusters)
  })

  test('a centre that nothing is near gets the farthest example', async () => {
    const data: Matrix = { rows: 6, columns: 1, values: Float32Array.of(50, 50.1, 50.2, 60, 60.1, 60.4) }
    const centres: Matrix = { rows: 3, columns: 1, values: Float32Array.of(50, 60, 1000) }
    const { clusters, inertia } = await kMeans(backend, data, { k: 3, centres })
    expect(new Set(clusters).size).toBe(3)
    expect(inertia).toBeLessThan(0.1)
  })

  test('as many clusters as examples, equal examples, too many clusters', async () => {
    const data = random(5, 2, 1)
    expect((await kMeans(backend, data, { k: 5 })).inertia).toBeCloseTo(0, 5)
    const equal: Matrix = { rows: 4, columns: 2, values: new Float32Array(8).fill(3) }
    expect((await kMeans(backend, equal, { k: 2 })).inertia).toBe(0)
    await expect(kMeans(backend, data, { k: 6 })).rejects.toThrow('5 examples cannot be put into 6 clusters')
  })

  test('in mini-batches comes near to whole rounds', async () => {
    const { data, labels } = blobs(9, { k: 5, each: 200, spread: 1 })
    const whole = await kMeans(backend, data, { k: 5 })
    const small = await miniBatchKMeans(backend, data, { k: 5, batch: 100, seed: 4 })
    expect(small.inertia).toBeLessThan(1.05 * whole.inertia)
    expect(clusterScores(small.clusters, labels).purity).toBeGreaterThan(0.98)
    expect(await miniBatchKMeans(backend, data, { k: 5, batch: 100, seed: 4 })).toEqual(small)
  })
})

describe('principal components', () => {
  test('the eigenvectors of any symmetric matrix are at right angles and give it back', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 24 }), (seed, n) => {
        const { values: raw } = random(n, n, seed, seed % 3 === 0 ? 2 : undefined)
        const matrix = Float64Array.from(raw, (v, i) => v + raw[(i % n) * n + Math.floor(i / n)])
        const { values, vectors } = symmetricEigen(matrix, n)
        for (let i = 0; i < n; i++) {
          if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1])
          for (let j = 0; j < n; j++) {
            let [inner, back] = [0, 0]
            for (let c = 0; c < n; c++) {
              inner += vectors[i * n + c] * vectors[j * n + c]
              back += values[c] * vectors[c * n + i] * vectors[c * n + j]
            }
            expect(inner).toBeCloseTo(i === j ? 1 : 0, 10)
            expect(back).toBeCloseTo(matrix[i * n + j], 10)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  test('of more columns than are decomposed whole are the same by iteration', async () => {
    // Three directions in 1,100 columns, and a little noise: their variances are known.
    const draw = createRandom(2)
    const columns = 1100
    const values = new Float32Array(60 * columns)
    for (let i = 0; i < 60; i++) {
      const along = [9, 4, 2].map(size => size * draw.normal())
      for (let j = 0; j < columns; j++) values[i * columns + j] = (j < 3 ? along[j] : 0) + 1e-3 * draw.normal()
    }
    const data = { rows: 60, columns, values }
    const found = await pca(backend, data, { components: 3 })
    const few = await pca(backend, { rows: 60, columns: 3, values: values.filter((_, i) => i % columns < 3) })
    for (let c = 0; c < 3; c++) expect(found.variance[c] / few.variance[c]).toBeCloseTo(1, 3)
    expect(found.share.reduce((a, b) => a + b)).toBeGreaterThan(0.99)
  })
})

test('the map in the plane keeps groups apart, and is the same for the same seed', async () => {
  const { data, labels } = blobs(1, { k: 3, each: 25 })
  const points = await embed2d(backend, data, { seed: 3 })
  expect(points.columns).toBe(2)
  const { clusters } = await kMeans(backend, points, { k: 3 })
  expect(clusterScores(clusters, labels).purity).toBe(1)
  expect(await embed2d(backend, data, { seed: 3 })).toEqual(points)
})

describe.skipIf(!process.env.INKLING_DATA)('on real digits', () => {
  test('three neighbours among 6,000', async () => {
    const { train, test: part } = await mnist()
    const judged = slice(part, 0, 500)
    const { probabilities } = await knnPredict(backend, slice(train, 0, 6000), judged)
    // scikit-learn's KNeighborsClassifier(3) on the same pictures: 0.918; ties there go to the lower digit.
    expect(evaluateProbabilities(probabilities, labelsOf(judged), judged.classes).accuracy).toBe(0.922)
  })

  test('what 50 components hold of the variance of 3,000 digits', async () => {
    const { train } = await mnist()
    const { share } = await pca(backend, matrixOf(slice(train, 0, 3000)), { components: 50 })
    // scikit-learn's PCA(50, svd_solver='full').
    expect(share.reduce((a, b) => a + b)).toBeCloseTo(0.8322884, 6)
  })
})
