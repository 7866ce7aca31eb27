import { describe, expect, test } from 'vitest'
import { findModel, zoo } from '../../src/zoo/index.ts'

describe('options of models', () => {
  test('change what is built, as values or as text; what differs is kept', () => {
    const entry = findModel('mnist-bpnn')
    expect(entry.build({ set: { width: 30 } }).summary().parameters.total).toBe(784 * 30 + 30 + 30 * 10 + 10)
    expect(entry.build({ set: { width: '30' } }).settings).toEqual({ width: 30 })
    expect(entry.build({ set: { width: 300 } }).settings).toEqual({})
    const kaggle = findModel('kaggle-cnn').build({ set: { pooling: 'average' } })
    expect(kaggle.summary().layers.map(l => l.type)).toContain('averagePool2d')
  })

  test('that there are not, or of a wrong kind', () => {
    const { build } = findModel('glyph-cnn')
    expect(() => build({ set: { widht: 3 } })).toThrow('glyph-cnn has no option "widht"; did you mean "width"?')
    for (const width of ['', 'x', 0, 2.5, 9999])
      expect(() => build({ set: { width } })).toThrow(/whole number from 1 to/)
    expect(() => build({ set: { pooling: 'min' } })).toThrow('must be one of max, average, got min')
    expect(() => build({ set: { dropout: 1 } })).toThrow('0 to below 1')
    expect(() => findModel('compare-cnn').build({ set: { width: 3 } })).toThrow('no option "width"')
  })

  test('are described, and their defaults are valid', () => {
    for (const entry of zoo)
      for (const [name, option] of Object.entries(entry.options)) {
        expect(option.what.length).toBeGreaterThan(5)
        expect(option.parse(option.default), `${entry.id} ${name}`).toBe(option.default)
      }
  })

  test('glyph-cascade takes other groups, by the names of the classes', () => {
    const { build } = findModel('glyph-cascade')
    const names = ['0', '1', '4', '7', '9']
    const model = build({ classes: 5, classNames: names, set: { groups: '4,9; 1,7', main: 'glyph-mlp' } })
    expect(model.summary().layers.filter(l => l.type === 'Specialist')).toHaveLength(2)
    expect(() => build({ classes: 5, classNames: names })).toThrow('the data have no class "O"')
  })
})
