import { expect, test } from 'vitest'
import { inkling } from './inkling.ts'

test('models lists the zoo', () => {
  const { models } = inkling(['models', '--json']).object()
  expect(models.map((m: { name: string }) => m.name)).toEqual(
    expect.arrayContaining(['quick-cnn', 'kaggle-cnn', 'lenet5']),
  )
  expect(inkling(['models']).stdout).toMatch(/kaggle-cnn +1,630,090 +28 x 28 x 1/)
})

test('models kaggle-cnn: the table of its paper, adding up to 1,630,090', () => {
  const { name, parameters, layers } = inkling(['models', 'kaggle-cnn', '--json']).object()
  expect(name).toBe('kaggle-cnn')
  expect(parameters).toEqual({ total: 1630090, trainable: 1630090 })
  const counts = layers.map((layer: { parameters: number }) => layer.parameters)
  expect(counts.reduce((a: number, b: number) => a + b, 0)).toBe(1630090)
  expect(counts.filter((n: number) => n > 0)).toEqual([320, 18496, 1606144, 5130])
  expect(inkling(['models', 'kaggle-cnn']).stdout).toMatch(/dense +512 +1,606,144/)
})

test('an unknown model exits 2 and suggests the nearest', () => {
  const { status, stderr } = inkling(['models', 'kagle-cnn'])
  expect(stderr).toBe('error: no model is called "kagle-cnn"\nDid you mean kaggle-cnn?\n')
  expect(status).toBe(2)
})
