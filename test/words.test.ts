import { expect, test } from 'vitest'
import { plural } from '../src/words.ts'

test('one of something, and several', () => {
  expect([0, 1, 2].map(n => plural(n, 'row'))).toEqual(['0 rows', '1 row', '2 rows'])
  expect(plural(1234, 'row', n => n.toLocaleString('en-US'))).toBe('1,234 rows')
})
