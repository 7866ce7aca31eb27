import { expect, test } from 'vitest'
import { matrix } from '../../src/classical/index.ts'
import { createDataset } from '../../src/data/dataset.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { asBytes } from '../../src/papers/dutta2022/byteCodes.ts'
import { createRandom } from '../../src/random.ts'
import { featuresOf } from '../../src/training/features.ts'
import { outputsOf, reconstruct } from '../../src/training/reconstruct.ts'
import { convAutoencoder, convDecoder, denseAutoencoder, denseDecoder } from '../../src/zoo/index.ts'

test('each number of a code becomes one of 256 levels between those of the training examples', () => {
  const training = matrix(Float32Array.of(0, -1, 5, 255, 1, 5, 100, 0, 5), 3)
  const codes = matrix(Float32Array.of(3.4, 0.5, 7, 300, -9, 5), 3)
  const { values } = asBytes(codes, training)
  expect(Array.from(values)).toEqual([3, expect.closeTo(0.5, 2), 5, 255, -1, 5])
  expect(
    new Set(
      Array.from(
        asBytes(
          matrix(
            new Float32Array(5000).map((_, i) => i / 4999),
            1,
          ),
          matrix(Float32Array.of(0, 1), 1),
        ).values,
      ),
    ).size,
  ).toBe(256)
})

test.each([
  ['dense', denseAutoencoder, denseDecoder],
  ['convolutional', convAutoencoder, convDecoder],
] as const)(
  '%s: the way back alone makes of the code what the whole network makes of the picture',
  async (_, whole, back) => {
    const backend = createReferenceBackend()
    const random = createRandom(1)
    const features = Uint8Array.from({ length: 3 * 784 }, () => random.int(256))
    const pictures = createDataset({ name: 'p', shape: [28, 28, 1], classes: [], features })
    const form = { inputShape: [28, 28, 1], classes: 0, name: 'whole' }
    const model = whole({ code: 4 })(form)
    const weights = model.initialWeights(2)
    const { values, columns } = await featuresOf(backend, { model, weights }, pictures, { layer: 'code' })
    expect(columns).toBe(4)
    const decoder = back({ code: 4 })(form)
    const names = decoder.parameters().map(p => p.name)
    const last = [...weights.values()].slice(-names.length)
    const codes = createDataset({ name: 'c', shape: [4], classes: [], features: values })
    const decoded = { model: decoder, weights: new Map(names.map((name, i) => [name, last[i]])) }
    const found = await outputsOf(backend, decoded, codes)
    const straight = await reconstruct(backend, { model, weights }, pictures)
    expect(found).toHaveLength(straight.length)
    expect(Math.max(...found.map((value, i) => Math.abs(value - straight[i])))).toBeLessThan(1e-6)
  },
)
