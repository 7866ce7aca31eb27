import { expect, test } from 'vitest'
import { capPerClass, classWeights, oversample } from '../../src/data/balance.ts'
import { classCounts, createDataset, exampleAt } from '../../src/data/dataset.ts'

// 60 of class a, 30 of b, 10 of c, none of d; each example's value is its position.
const labels = [...Array(60).fill(0), ...Array(30).fill(1), ...Array(10).fill(2)]
const ds = createDataset({
  name: 'uneven',
  shape: [1],
  classes: ['a', 'b', 'c', 'd'],
  features: Uint8Array.from(labels.keys()),
  labels,
})
const values = (view: typeof ds) => Array.from({ length: view.length }, (_, i) => exampleAt(view, i)[0])

test('a cap draws by seed and keeps the order', () => {
  const capped = capPerClass(ds, 20, { seed: 1 })
  expect(classCounts(capped)).toEqual([20, 20, 10, 0])
  const drawn = values(capped)
  expect(drawn).toEqual([...drawn].sort((a, b) => a - b))
  expect(new Set(drawn).size).toBe(50)
  expect(values(capPerClass(ds, 20, { seed: 1 }))).toEqual(drawn)
  expect(values(capPerClass(ds, 20, { seed: 2 }))).not.toEqual(drawn)
  expect(() => capPerClass(ds, -1)).toThrow('capped at -1')
})

test('oversampling repeats every example of a class equally often, give or take one', () => {
  const even = oversample(ds, { seed: 3 })
  expect(classCounts(even)).toEqual([60, 60, 60, 0])
  const times = new Map<number, number>()
  for (const value of values(even)) times.set(value, (times.get(value) ?? 0) + 1)
  expect(times.size).toBe(100)
  expect([times.get(0), times.get(60), times.get(95)]).toEqual([1, 2, 6])
  // The classes are mixed: batches of it are not of one class.
  expect(
    new Set(
      Array.from(even.indices as Uint32Array)
        .slice(0, 20)
        .map(i => labels[i]),
    ).size,
  ).toBe(3)
})

test('class weights are those of scikit-learn', () => {
  // compute_class_weight('balanced', classes=[0, 1, 2], y=labels) -> 100 / (3 * [60, 30, 10])
  expect(Array.from(classWeights(ds))).toEqual(Array.from(Float32Array.of(100 / 180, 100 / 90, 100 / 30, 0)))
})

test('without labels there is nothing to balance', () => {
  const plain = createDataset({ name: 'plain', shape: [1], classes: ['a'], features: new Uint8Array(2) })
  for (const f of [oversample, classWeights, (d: typeof ds) => capPerClass(d, 3)])
    expect(() => f(plain)).toThrow('no labels')
})
