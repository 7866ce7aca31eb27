import { expect, test } from 'vitest'
import { partNamed, partOf } from '../../src/data/parts.ts'

test('the words for parts, and others refused with their place', () => {
  expect(['train', ' Val ', 'dev', 'TEST_SET', 'left'].map(partNamed)).toEqual([
    ...['train', 'validation', 'validation', 'test', undefined],
  ])
  expect(partOf('valid', 'a.csv, line 2')).toBe('validation')
  expect(() => partOf('left', 'a.csv, line 2')).toThrow('a.csv, line 2: "left" is no part')
  expect(() => partOf(undefined, 'a.csv, line 2')).toThrow('a.csv, line 2: "" is no part')
})
