import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contextClasses, restrictClasses } from '../../src/evaluation/index.ts'

const glyphs = Array.from({ length: 36 }, (_, k) => k.toString(36).toUpperCase())

describe('the classes of a context', () => {
  test('letters, digits, free, a list', () => {
    expect(contextClasses('digits', glyphs)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(contextClasses('letters', glyphs)).toEqual(Array.from({ length: 26 }, (_, i) => 10 + i))
    expect(contextClasses('free', glyphs)).toHaveLength(36)
    expect(contextClasses('Q, 0,O', glyphs).map(k => glyphs[k])).toEqual(['0', 'O', 'Q'])
  })

  test('a word that is none, a context that leaves nothing', () => {
    expect(() => contextClasses('letter', glyphs)).toThrow(/neither letters, digits nor free/)
    expect(() => contextClasses('letters', ['0', '1'])).toThrow(/none of the classes 0, 1/)
  })
})

test('what is left adds up to 1 and keeps its proportions', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 9 }), rows => {
      const shares = rows.map(row =>
        row.map(
          v =>
            v /
            Math.max(
              1,
              row.reduce((a, b) => a + b),
            ),
        ),
      )
      const found = restrictClasses(Float32Array.from(shares.flat()), 3, [0, 2])
      shares.forEach(([a, , c], i) => {
        expect(found[2 * i] + found[2 * i + 1]).toBeCloseTo(1, 5)
        expect(found[2 * i]).toBeCloseTo(a + c > 0 ? a / (a + c) : 0.5, 5)
      })
    }),
  )
})
