import { expect, test } from 'vitest'
import { aamiClass, DS1, DS2, labelOfSymbols, PACED } from '../../../src/data/heartbeats/classes.ts'

test('symbols in the classes of AAMI EC57', () => {
  // Table 3 of de Chazal et al. 2004.
  const rows = { N: 'NLRej', S: 'AaJS', V: 'VE', F: 'F', Q: '/fQ' }
  for (const [name, symbols] of Object.entries(rows)) {
    for (const symbol of symbols) expect(aamiClass(symbol)).toBe(name)
  }
  expect(['!', '+', '~', '|', ' '].map(aamiClass)).toEqual(Array(5).fill(undefined))
})

test('the inter-patient lists: 22 records each, none twice, none paced', () => {
  const both = [...DS1, ...DS2]
  expect([DS1.length, DS2.length, new Set(both).size]).toEqual([22, 22, 44])
  expect(both.filter(name => (PACED as readonly string[]).includes(name))).toEqual([])
})

test('what a stretch is called by the symbols in it', () => {
  expect(['aami', 'abnormal', 'not-n'].map(s => labelOfSymbols([], s as 'aami'))).toEqual([undefined, 0, undefined])
  // Rhythm changes and flutter waves are no beats.
  expect(labelOfSymbols(['+', '!'], 'not-n')).toBeUndefined()
  expect(labelOfSymbols(['L'], 'not-n')).toBe(1)
  expect(labelOfSymbols(['L'], 'abnormal')).toBe(0)
  expect(labelOfSymbols(['N', 'A'], 'abnormal')).toBe(1)
  expect(labelOfSymbols(['N', 'A', 'V'], 'aami')).toBe(2)
})
