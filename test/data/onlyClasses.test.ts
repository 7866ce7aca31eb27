import { expect, test } from 'vitest'
import { createDataset, groupsOf, labelsOf, onlyClasses, subset, withGroups } from '../../src/data/index.ts'

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

test('where examples come from stays with them: no writer on both sides of a split', () => {
  const written = withGroups(letters, 'writer', ['ann', 'bob', 'ann', 'eve'])
  const few = onlyClasses(written, ['c', 'a'])
  expect(groupsOf(few)).toEqual(['ann', 'bob', 'eve'])
  expect(few.groups?.together).toBe(true)
})

test('classes that are not there, or make no data set', () => {
  expect(() => onlyClasses(letters, ['a', 'd'])).toThrow('letters has no class "d"')
  expect(() => onlyClasses(letters, ['a', 'a'])).toThrow('each once, and one at least')
  expect(() => onlyClasses(letters, [])).toThrow('each once, and one at least')
})
