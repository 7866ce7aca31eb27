import { describe, expect, test } from 'vitest'
import { createDataset, labelsOf, subset } from '../../src/data/dataset.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { augmentPicture } from '../../src/engine/ops/augmentPicture.ts'
import { dense, sequential as describeSequential } from '../../src/nn/index.ts'
import { averagePredictions } from '../../src/training/averaging.ts'
import { Ensemble } from '../../src/training/ensemble.ts'
import { halfOf, mildMoves } from '../../src/training/testTime.ts'
import { TrainableModel } from '../../src/training/trainable.ts'
import { bands, plainNet } from './toy.ts'

const backend = createReferenceBackend()
const classes = ['top', 'middle', 'bottom']
/** Softmax regression with weights of its own. */
function plain(seed: number, names: readonly string[] = classes): TrainableModel {
  const model = plainNet()
  return new TrainableModel(model, { weights: model.initialWeights(seed), classes: [...names] })
}

describe('averaging', () => {
  test('is the mean of the probabilities; the logits give it back', () => {
    const of = (...probabilities: number[]) => ({
      probabilities: Float32Array.from(probabilities),
      logits: new Float32Array(probabilities.length),
      classes: 2,
    })
    const { probabilities, logits, classes: width } = averagePredictions([of(1, 0, 0.5, 0.5), of(0.5, 0.5, 0.25, 0.75)])
    expect(width).toBe(2)
    expect(Array.from(probabilities)).toEqual([0.75, 0.25, 0.375, 0.625])
    expect(Math.exp(logits[0]) / (Math.exp(logits[0]) + Math.exp(logits[1]))).toBeCloseTo(0.75, 6)
    expect(averagePredictions([of(1, 0), of(1, 0)]).logits[1]).toBeGreaterThan(Number.NEGATIVE_INFINITY)
    expect(() => averagePredictions([of(1, 0), of(1, 0, 1, 0)])).toThrow(/same examples/)
  })
})

describe('an ensemble', () => {
  test('gives the mean of its members', async () => {
    const data = bands(20)
    const members = [plain(1), plain(2), plain(3)]
    const apart = []
    for (const member of members) apart.push((await member.probabilities(data, { backend })).probabilities)
    const { probabilities } = await new Ensemble(members).probabilities(data, { backend })
    for (let i = 0; i < probabilities.length; i++)
      expect(probabilities[i]).toBeCloseTo((apart[0][i] + apart[1][i] + apart[2][i]) / 3, 6)
    const answers = await new Ensemble(members).predict(data, { backend })
    expect(answers[7].probabilities).toEqual(probabilities.slice(21, 24))
    expect(answers[7].probability).toBe(Math.max(...probabilities.slice(21, 24)))
  })

  test('members may read other shapes, each its own dataset', async () => {
    const data = bands(20)
    const wide = { ...data, shape: [36] }
    const flat = describeSequential([36], [dense(3)], { name: 'flat' })
    const kernel = plain(1).weights.values()
    const twin = new TrainableModel(flat, {
      weights: new Map(flat.parameters().map(({ name }) => [name, kernel.next().value as Float32Array])),
      classes,
    })
    const both = new Ensemble([plain(1), twin])
    const alone = await plain(1).evaluate(data, { backend })
    const together = await both.evaluate([data, wide], { backend })
    expect(together.confusion).toEqual(alone.confusion)
    expect(together.loss).toBeCloseTo(alone.loss, 5)
    await expect(both.evaluate(data, { backend })).rejects.toThrow(/shape \[6, 6, 1\], model flat reads \[36\]/)
    await expect(both.evaluate([data], { backend })).rejects.toThrow(/2 models need one dataset or 2, got 1/)
    const turned = subset(
      wide,
      Array.from({ length: 20 }, (_, i) => 19 - i),
    )
    await expect(both.evaluate([data, turned], { backend })).rejects.toThrow(/model 2 is given other labels/)
  })

  test('one member is judged as ever, and none is refused', async () => {
    const data = bands(20)
    expect(await new Ensemble([plain(4)]).evaluate(data, { backend })).toEqual(
      await plain(4).evaluate(data, { backend }),
    )
    expect(() => new Ensemble([])).toThrow(/at least one/)
  })

  test('other classes are refused, with the name of the run', () => {
    const names = ['runs/a', 'runs/b']
    expect(() => new Ensemble([plain(1), plain(2, ['top', 'bottom', 'middle'])], names)).toThrow(
      'runs/b has the same classes in another order (top, bottom, middle) than runs/a (top, middle, bottom)',
    )
    expect(() => new Ensemble([plain(1), plain(2, ['a', 'b', 'c'])], names)).toThrow(
      /^runs\/b has other classes \(a, b, c\)/,
    )
  })
})

describe('test-time augmentation', () => {
  const data = bands(6)
  const augment = { rotate: 20, shiftX: 0.2 }

  test('averages the picture and its variants, moved as in training', async () => {
    const [member, seed] = [plain(1), 5]
    const { probabilities } = await member.probabilities(data, { backend, tta: { variants: 2, augment, seed } })
    // The same by hand: pictures moved by the op's own reference, read one by one.
    const rows = [(await member.probabilities(data, { backend })).probabilities]
    for (const epoch of [0, 1]) {
      const moved = new Float32Array(6 * 36)
      for (let i = 0; i < 6; i++) {
        const target = moved.subarray(i * 36, (i + 1) * 36)
        const source = (data.features as Uint8Array).subarray(i * 36, (i + 1) * 36)
        const form = { height: 6, width: 6, channels: 1, scale: [1 / 255], shift: [0] }
        augmentPicture({ ...form, source, target, settings: augment, seed, epoch, index: 0 })
      }
      const made = createDataset({ name: 'moved', shape: [6, 6, 1], classes, features: moved, labels: labelsOf(data) })
      rows.push((await member.probabilities(made, { backend })).probabilities)
    }
    expect(rows[1]).not.toEqual(rows[0])
    expect(rows[2]).not.toEqual(rows[1])
    for (let i = 0; i < probabilities.length; i++)
      expect(probabilities[i]).toBeCloseTo((rows[0][i] + rows[1][i] + rows[2][i]) / 3, 5)
  })

  test('a picture’s answer does not depend on those beside it, but on the seed', async () => {
    const answer = async (positions: number[], seed = 1) => {
      const some = subset(data, positions)
      return (await plain(1).predict(some, { backend, tta: { variants: 3, seed }, batchSize: 4 })).map(
        p => p.probability,
      )
    }
    const [alone] = await answer([3])
    expect((await answer([0, 1, 2, 3, 4]))[3]).toBe(alone)
    expect(await answer([3], 2)).not.toEqual([alone])
  })

  test('moves half as far as training did; mirrors and grids have no half', () => {
    expect(halfOf({ rotate: 15, zoom: 0.1, flip: 0.5, crop: 3, elastic: 4, elasticCells: 4 })).toEqual({
      ...{ rotate: 7.5, zoom: 0.05, flip: 0.5, crop: 2, elastic: 2, elasticCells: 4 },
    })
    expect(halfOf({ rotate: 10 })).toEqual({ rotate: 5 })
  })

  test('is for pictures alone, and for whole numbers of variants', async () => {
    const { features, labels } = data
    const numbers = createDataset({
      name: 'numbers',
      shape: [36],
      classes,
      features: Float32Array.from(features),
      labels,
    })
    const flat = new TrainableModel(describeSequential([36], [dense(3)], { name: 'flat' }), { classes })
    const tta = { variants: 4, augment: mildMoves }
    await expect(flat.predict(numbers, { backend, tta })).rejects.toThrow(
      'test-time augmentation is for pictures: numbers holds numbers',
    )
    await expect(plain(1).predict(data, { backend, tta: { variants: 0 } })).rejects.toThrow(/above 0, got 0/)
  })
})
