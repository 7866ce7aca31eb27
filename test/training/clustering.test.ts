import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exampleAt } from '../../src/data/dataset.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { dense, flatten, sequential } from '../../src/nn/index.ts'
import { meanPictures, renderClusters } from '../../src/report/clusters.ts'
import { clusterDataset } from '../../src/training/clustering.ts'
import { featuresOf } from '../../src/training/features.ts'
import { predictDataset } from '../../src/training/predictDataset.ts'
import { bands, plainNet, toyNet } from './toy.ts'

let backend: Backend
beforeAll(() => {
  backend = createReferenceBackend()
})
afterAll(() => backend.close())

const facts = { title: 'bands', made: '2026-11-21T10:00:00Z', source: 'a test', warnings: [] }

describe('features of a network', () => {
  const data = bands(11)
  const model = sequential(
    [6, 6, 1],
    [flatten(), dense(5, { activation: 'relu' }), dense(3, { activation: 'softmax' })],
  )
  const weights = model.initialWeights(4)

  test('by default are what the last layer with weights is given: it makes the logits of them', async () => {
    const { values, columns, layer } = await featuresOf(backend, { model, weights }, data, { block: 4 })
    expect([values.length, columns, layer]).toEqual([55, 5, 'before dense_2'])
    const { logits } = await predictDataset(backend, { model, weights }, data)
    const [kernel, bias] = [weights.get('dense_2/kernel')!, weights.get('dense_2/bias')!]
    for (let i = 0; i < 11; i++)
      for (let k = 0; k < 3; k++) {
        let sum = bias[k]
        for (let j = 0; j < 5; j++) sum += values[i * 5 + j] * kernel[j * 3 + k]
        expect(logits[i * 3 + k]).toBeCloseTo(sum, 5)
      }
  })

  test('of a layer by its name; the last one gives logits', async () => {
    const last = await featuresOf(backend, { model, weights }, data, { layer: 'dense_2' })
    expect(last.values).toEqual((await predictDataset(backend, { model, weights }, data)).logits)
    const net = toyNet()
    const found = await featuresOf(backend, { model: net, weights: net.initialWeights(0) }, data, { layer: 'conv2d_1' })
    expect(found.columns).toBe(4 * 4 * 3)
    await expect(featuresOf(backend, { model, weights }, data, { layer: 'dens_2' })).rejects.toThrow('mean "dense_2"')
  })

  test('a linear model has none', async () => {
    const model = plainNet()
    const asked = featuresOf(backend, { model, weights: model.initialWeights(0) }, data)
    await expect(asked).rejects.toThrow('no layer with weights before its last')
  })
})

describe('clusters', () => {
  test('of bright bands are the bands; with the mean picture of each, and a page', async () => {
    const data = bands(60)
    const found = await clusterDataset(backend, data, { points: 40 })
    expect(found).toMatchObject({ k: 3, on: 'pixels', columns: 36, scores: { purity: 1, nmi: 1, ari: 1 } })
    expect(found.map?.positions).toHaveLength(40)
    const means = meanPictures(found)!
    for (let c = 0; c < 3; c++)
      for (let j = 0; j < 36; j++) {
        const own = Array.from({ length: 60 }, (_, i) => i).filter(i => found.clusters[i] === c)
        const mean = own.reduce((sum, i) => sum + exampleAt(data, i)[j], 0) / own.length
        expect(means[c * 36 + j]).toBe(Math.round(mean))
      }
    const page = renderClusters(found, facts)
    expect(page).toContain('100.00 %'.replace(' ', '\u00a0'))
    expect(page.match(/<title>example/g)).toHaveLength(80)
    expect(renderClusters(found, facts)).toBe(page)
  })

  test('are judged only where there are labels; examples are drawn by the seed', async () => {
    const data = { ...bands(50), labels: undefined }
    const found = await clusterDataset(backend, data, { k: 2, examples: 20, points: 0, method: 'minibatch' })
    expect([found.dataset.length, found.scores, found.map]).toEqual([20, undefined, undefined])
    expect(found.table.flat().reduce((a, b) => a + b)).toBe(20)
    expect(renderClusters(found, facts)).not.toMatch(/purity|What lies where/)
  })

  test('say why there is no map', async () => {
    const notes: string[] = []
    const found = await clusterDataset(backend, bands(50), { points: 3, onNote: note => notes.push(note) })
    expect(found.map).toBeUndefined()
    expect(notes).toContain('no map: it takes 4 examples, these are 3')
  })

  test('names from outside stay text', async () => {
    const data = bands(30, 2, ['<script>alert(1)</script>', '"><img src=x>', '&'])
    const page = renderClusters(await clusterDataset(backend, data, { points: 10 }), { ...facts, title: '<b>' })
    expect(page).not.toMatch(/<script>alert|<img|<b><\/h1>/)
  })
})
