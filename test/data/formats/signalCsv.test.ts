import { describe, expect, test } from 'vitest'
import { parseSignalCsv } from '../../../src/data/formats/signalCsv.ts'

const parse = (text: string, wanted?: string[]) => parseSignalCsv(text, 'a.csv', wanted)
const values = (text: string, wanted?: string[]) => Array.from(parse(text, wanted).values)

describe('columns are channels', () => {
  test.each([
    ['commas', 'x,y\n1,2\n3,4\n'],
    ['semicolons', 'x;y\n1;2\n3;4'],
    ['tabs, Windows line ends, a byte-order mark, empty lines', '\uFEFFx\ty\r\n1\t2\r\n\r\n3\t4\r\n\r\n'],
    ['quotes and blanks', '"x", "y"\n 1 ,"2"\n3, 4'],
  ])('%s', (_, text) => {
    expect(parse(text)).toMatchObject({ names: ['x', 'y'], channels: 2, start: 0 })
    expect(values(text)).toEqual([1, 2, 3, 4])
  })

  test('the sign that parts cells is the most frequent one', () => {
    expect(parse('x,acc a;raw,y\n1,2,3\n')).toMatchObject({ names: ['x', 'acc a;raw', 'y'], channels: 3 })
  })

  test('without a header they have no names', () => {
    expect(parse('1,2\n-.5e1,+4.\n')).toMatchObject({ names: undefined, channels: 2 })
    expect(values('1,2\n-.5e1,+4.\n')).toEqual([1, 2, -5, 4])
    expect(values('7\n8\n')).toEqual([7, 8])
  })

  test('chosen by name or number, in that order; what is not chosen may hold anything', () => {
    expect(values('x,note,y\n1,hello,2\n3,,4', ['y', 'x'])).toEqual([2, 1, 4, 3])
    expect(values('1,2,3\n4,5,6', ['3', '1'])).toEqual([3, 1, 6, 4])
    expect(() => values('x,y\n1,2', ['z'])).toThrow(/a\.csv has no channel "z"/)
    expect(() => values('1,2\n3,4', ['3'])).toThrow(/no channel "3"/)
  })

  test('a column that numbers the rows is none', () => {
    expect(parse(',x\n0,5\n1,6\n2,8').without).toEqual([''])
    expect(values(',x\n0,5\n1,6\n2,8')).toEqual([5, 6, 8])
    // It does not always go up by one: then it is a channel.
    expect(values('n,x\n0,5\n2,6')).toEqual([0, 5, 2, 6])
  })
})

describe('a column of times gives the rate', () => {
  test.each([
    ['time', 1],
    ['t', 1],
    ['Time (s)', 1],
    ['time_ms', 1000],
    ['time [ms]', 1000],
  ])('%s', (name, unit) => {
    const rows = Array.from({ length: 50 }, (_, i) => `${((2 + i / 100) * unit).toFixed(3)},${i}`)
    const signal = parse(`${name},x\n${rows.join('\n')}`)
    expect(signal).toMatchObject({ names: ['x'], channels: 1, rate: 100 })
    expect(signal.start).toBeCloseTo(2, 9)
  })

  test('times rounded to milliseconds still tell it', () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${(i / 360).toFixed(3)},${i}`)
    expect(parse(`time,x\n${rows.join('\n')}`).rate).toBeCloseTo(360, 0)
  })

  test('a gap or a step back is an error of its line', () => {
    const rows = [0, 1, 2, 3, 4, 5, 6, 7, 20, 21].map(t => `${t / 10},0`)
    expect(() => parse(`time,x\n${rows.join('\n')}`)).toThrow(/a\.csv, line \d+: the time goes from/)
    const late = Array.from({ length: 400 }, (_, i) => `${(i + (i < 200 ? 0 : 500)) / 100},0`)
    expect(() => parse(`time,x\n${late.join('\n')}`)).toThrow('line 202: the time goes from 1.99 to 7 s')
    expect(() => parse('time,x\n0,0\n1,0\n.5,0\n2,0')).toThrow(/a\.csv, line 4: the time goes from 1 to 0\.5 s/)
  })
})

describe('what is wrong is said with its line', () => {
  test.each([
    ['', /a\.csv is empty/],
    ['\n\n', /a\.csv is empty/],
    ['x,y\n', /has a header and no samples/],
    ['x,y\n1,2\n3,4a\n', /a\.csv, line 3: column "y" holds "4a", not a number/],
    ['1,2\n\n3,o\n', /a\.csv, line 3: column "2" holds "o", not a number/],
    ['x,y\n1,2\n3\n', /a\.csv, line 3: 1 cells, the header has 2/],
    ['1,2\n3,4,5\n', /a\.csv, line 2: 3 cells, the first line has 2/],
    ['x,y\n1,NaN\n', /a\.csv, line 2: column "y" has a gap \("NaN"\)/],
    ['x,y\n1,\n', /a\.csv, line 2: column "y" has a gap/],
    ['x,y\n1,1e300\n', /a\.csv, line 2: column "y" holds "1e300"/],
    ['x,y\n1,1e999\n', /a\.csv, line 2: column "y" holds "1e999"/],
    ['x,x\n1,2\n', /two columns called "x"/],
    ['time\n1\n2\n', /no channel beside its times/],
  ])('%j', (text, says) => {
    expect(() => parse(text)).toThrow(says)
  })

  test('decimal commas get a hint', () => {
    const failed = () => parse('x;y\n1,5;2\n')
    expect(failed).toThrow(expect.objectContaining({ hint: 'Write decimal points, not commas.' }))
  })
})
