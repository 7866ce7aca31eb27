import { describe, expect, test } from 'vitest'
import { rowsOf } from '../../src/data/csvRows.ts'

const rows = (text: string) => rowsOf(Buffer.from(text), 'a.csv')

describe('rows of a CSV file', () => {
  test('with the lines they stand in, whatever parts the cells and ends the lines', () => {
    const expected = [
      { cells: ['x', 'y'], line: 2 },
      { cells: ['1', 'a,b'], line: 4 },
      { cells: ['2'], line: 5 },
    ]
    expect(rows('\ufeff\nx,y\n\n 1 ,"a,b"\n2\n')).toEqual(expected)
    expect(rows('\r\nx;y\r\n\r\n1;a,b\r\n2')).toEqual(expected)
    expect(rows('  \nx\ty\n\n1\ta,b\n2\n')).toEqual(expected)
  })

  test.each([
    ['', 'a.csv is empty'],
    ['\n\n', 'a.csv is empty'],
    ['x,y\n"1,2\n', 'a.csv is no CSV: '],
  ])('refuses %j', (text, message) => {
    expect(() => rows(text)).toThrow(expect.objectContaining({ name: 'InklingError' }))
    expect(() => rows(text)).toThrow(message)
  })
})
