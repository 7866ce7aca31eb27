import { expect, test } from 'vitest'
import { epochLine } from '../../src/cli/trainingProgress.ts'
import { createDataset } from '../../src/data/dataset.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { activation, adam, dense, flatten, meanSquaredError, reshape, sequential } from '../../src/nn/index.ts'
import { earlyStopping } from '../../src/training/callbacks.ts'
import { fitModel } from '../../src/training/fit.ts'
import { findLearningRate } from '../../src/training/rateTest.ts'
import { reconstruct } from '../../src/training/reconstruct.ts'
import { bands } from './toy.ts'

const backend = createReferenceBackend()
const net = () =>
  sequential([6, 6, 1], [flatten(), dense(3), dense(36), reshape([6, 6, 1]), activation('sigmoid')], { name: 'toy' })

test('a model learns to give back what it is shown; labels are not needed', async () => {
  const { labels: _, ...whole } = bands(60)
  const data = createDataset(whole)
  const { weights, history } = await fitModel(net(), data, {
    ...{ backend, epochs: 12, batchSize: 10, optimizer: adam(0.02) },
    loss: meanSquaredError({ target: 'input' }),
    validation: createDataset({ ...bands(20, 2), labels: undefined }),
  })
  // The noise within the bands (uniform over 100 of 255) has a variance of 0.0128: more cannot be taken away.
  expect(history[11].validationLoss).toBeLessThan(0.02)
  expect(history[11].validationLoss).toBeLessThan((history[0].validationLoss as number) / 2)
  const back = await reconstruct(backend, { model: net(), weights }, data)
  const error = back.reduce((sum, v, i) => sum + (v - data.features[i] / 255) ** 2, 0) / back.length
  expect(error).toBeCloseTo(history[11].loss, 2)
  // There is nothing to be right about.
  expect(Object.keys(history[0])).not.toEqual(expect.arrayContaining([expect.stringMatching(/accuracy/i)]))
  expect(epochLine(history[0], 12)).not.toContain('accuracy')
})

test('the best epoch of an autoencoder is that of the lowest validation loss; an accuracy to watch there is none', async () => {
  const settings = {
    backend,
    epochs: 3,
    batchSize: 10,
    optimizer: adam(0.02),
    loss: meanSquaredError({ target: 'input' }),
  }
  const validation = bands(20, 2)
  const { history, best } = await fitModel(net(), bands(60), { ...settings, validation, keep: 'best' })
  const losses = history.map(e => e.validationLoss as number)
  expect(best).toMatchObject({ monitor: 'validationLoss', value: Math.min(...losses) })
  for (const watching of [
    { monitor: 'validationAccuracy' as const },
    { callbacks: [earlyStopping({ monitor: 'accuracy' })] },
  ])
    await expect(fitModel(net(), bands(60), { ...settings, validation, ...watching })).rejects.toThrow(
      /watches (validationA|a)ccuracy, but an autoencoder classifies nothing/,
    )
})

test('a model that gives no picture is refused', async () => {
  const data = bands(20)
  const loss = meanSquaredError({ target: 'input' })
  const fitting = fitModel(sequential([6, 6, 1], [flatten(), dense(3)]), data, { backend, epochs: 1, loss })
  await expect(fitting).rejects.toThrow('needs an output of its shape; model model makes [3] of [6, 6, 1]')
})

test('a range test takes the same losses as a training', async () => {
  const settings = { backend, batchSize: 20, optimizer: adam(), loss: meanSquaredError({ target: 'input' }) }
  const { rate } = await findLearningRate(net(), bands(60), settings)
  expect(rate).toBeGreaterThan(1e-4)
})
