import { expect, test } from 'vitest'
import { createDataset, labelsOf, onlyClasses, subset } from '../../src/data/index.ts'

const letters = createDataset({
  name: 'letters',
  shape: [2],
  classes: ['a', 'b', 'c'],
  features: Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31),
  labels: [2, 0, 1, 0],
})

test('examples of some classes alone, numbered in the order given', () => {
  const few = onlyClasses(letters, ['c', 'a'])
  expect(few).toMatchObject({ name: 'letters:ca', classes: ['c', 'a'], length: 3, shape: [2] })
  expect([...labelsOf(few)]).toEqual([0, 1, 1])
  expect([...few.features]).toEqual([0, 1, 10, 11, 30, 31])
})

test('of a view, only what the view shows', () => {
  const few = onlyClasses(subset(letters, [3, 2]), ['a'])
  expect([...few.features]).toEqual([30, 31])
  expect([...labelsOf(few)]).toEqual([0])
})

test('a class that is not there', () => {
  expect(() => onlyClasses(letters, ['a', 'd'])).toThrow('letters has no class "d"')
})
