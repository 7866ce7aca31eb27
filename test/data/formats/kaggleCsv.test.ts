import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exampleAt } from '../../../src/data/dataset.ts'
import { KaggleCsvParser, parseKaggleCsv } from '../../../src/data/formats/kaggleCsv.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const options = { source: 'train.csv', shape: [2, 2, 1] }
const HEADER = 'label,pixel0,pixel1,pixel2,pixel3\n'
const parse = (text: string) => parseKaggleCsv(encode(text), 'set', options)

describe('Kaggle CSV', () => {
  test('with labels', () => {
    const ds = parse(`${HEADER}7,0,1,254,255\n0,9,8,7,6\n`)
    expect(ds).toMatchObject({ name: 'set', shape: [2, 2, 1], length: 2 })
    expect(Array.from(ds.labels ?? [])).toEqual([7, 0])
    expect(Array.from(ds.features)).toEqual([0, 1, 254, 255, 9, 8, 7, 6])
  })

  test('without labels', () => {
    const ds = parse('pixel0,pixel1,pixel2,pixel3\n1,2,3,4\n')
    expect(ds.labels).toBeUndefined()
    expect(Array.from(ds.features)).toEqual([1, 2, 3, 4])
  })

  test('the other names of pixels, quoted names, and no header at all', () => {
    expect(parse('label,1x1,1x2,2x1,2x2\n3,1,2,3,4\n').length).toBe(1)
    expect(parse('label,pixel1,pixel2,pixel3,pixel4\n3,1,2,3,4\n').length).toBe(1)
    expect(parse('"label","pixel0","pixel1","pixel2","pixel3"\n3,1,2,3,4\n').length).toBe(1)
    expect(Array.from(parse('3,1,2,3,4\n9,5,6,7,8\n').labels ?? [])).toEqual([3, 9])
  })

  test('a byte-order mark, Windows line ends, empty lines and a missing last line end are no matter', () => {
    const plain = parse(`${HEADER}7,0,1,2,3\n8,4,5,6,7\n`)
    expect(parse(`\uFEFF${HEADER}7,0,1,2,3\n8,4,5,6,7\n`)).toEqual(plain)
    expect(parse(`${HEADER}7,0,1,2,3\n8,4,5,6,7\n`.replaceAll('\n', '\r\n'))).toEqual(plain)
    expect(parse(`${HEADER}\n7,0,1,2,3\n\r\n8,4,5,6,7`)).toEqual(plain)
    for (const start of ['\n', '\r\n\r\n', '\uFEFF\n']) {
      expect(parse(`${start}${HEADER}7,0,1,2,3\n8,4,5,6,7\n`)).toEqual(plain)
      expect(parse(`${start}7,0,1,2,3\n8,4,5,6,7\n`)).toEqual(plain)
    }
  })

  test('pieces may end anywhere', () => {
    const text = `\uFEFF${HEADER}7,0,10,254,255\r\n0,9,8,7,6\r\n`
    const whole = parse(text)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), sizes => {
        const parser = new KaggleCsvParser(options)
        const bytes = encode(text)
        for (let at = 0, k = 0; at < bytes.length; k++) {
          const size = sizes[k % sizes.length]
          parser.push(bytes.subarray(at, at + size))
          at += size
        }
        expect(parser.finish('set')).toEqual(whole)
      }),
    )
  })

  test('any rows come back as they were written, across blocks of the store', () => {
    const rows = Array.from({ length: 5000 }, (_, i) => [
      i % 10,
      (i * 7) % 256,
      (i * 11) % 256,
      i % 256,
      255 - (i % 256),
    ])
    const ds = parse(HEADER + rows.map(r => r.join(',')).join('\n'))
    expect(ds.length).toBe(5000)
    for (const i of [0, 2047, 2048, 4095, 4096, 4999]) {
      expect([ds.labels?.[i], ...exampleAt(ds, i)]).toEqual(rows[i])
    }
  })

  describe('classes as the labels tell', () => {
    const found = (labels: readonly number[]) =>
      parseKaggleCsv(encode(labels.map(label => `${label},0,1,2,3\n`).join('')), 'set', {
        ...options,
        classes: 'found',
      }).classes
    const range = (count: number) => Array.from({ length: count }, (_, i) => i)

    test('digits, letters, or numbers', () => {
      expect(found([0, 1, 1])).toEqual(Array.from('0123456789'))
      expect(found([...range(25), 25, 3])).toEqual(Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ'))
      expect(found(range(47))).toEqual(range(47).map(String))
    })

    test('a label by mistake is no class', () => {
      const mistake = 'train.csv, line 3: label 90 looks like a mistake: 88 of the labels below it have no row'
      expect(() => found([0, 1, 90, 90])).toThrow(mistake)
      expect(() => found([...range(120).map(i => i % 10), 10])).toThrow('line 121: label 10 looks like a mistake')
      expect(() => found([0, 1000])).toThrow('line 2, column 1 (label): label 1000 is outside the classes 0..999')
    })
  })

  describe('says file, line, column and what to do', () => {
    test.each([
      ['', 'train.csv is empty'],
      ['\n\n', 'train.csv is empty'],
      ['\n\n1,2,3\n', 'train.csv, line 3: no header, and 3 columns where 5 were expected'],
      ['\nlabel;pixel0\n', 'train.csv, line 2: expected "label,pixel0,..." with commas, found "label;pixel0"'],
      [HEADER, 'train.csv has a header but no rows'],
      [`${HEADER}\n\n`, 'train.csv has a header but no rows'],
      [`${HEADER}7,0,a,2,3\n`, 'train.csv, line 2, column 3 (pixel1): "a" is no whole number'],
      [`${HEADER}7,0,1,2,3\nx,0,1,2,3\n`, 'train.csv, line 3, column 1 (label): "x" is no whole number'],
      [`${HEADER}7,0,300,2,3\n`, 'train.csv, line 2, column 3 (pixel1): 300 is not within 0..255'],
      [`${HEADER}7,0,256,2,3\n`, 'line 2, column 3 (pixel1): 256 is not within 0..255'],
      [
        `${HEADER}7,0,99999999999999999999,2,3\n`,
        'line 2, column 3 (pixel1): 99999999999999999999 is not within 0..255',
      ],
      [`${HEADER}7,0,-1,2,3\n`, 'line 2, column 3 (pixel1): "-1" is no whole number'],
      [`${HEADER}7,0,0.5,2,3\n`, 'line 2, column 3 (pixel1): "0.5" is no whole number'],
      [`${HEADER}7,0,,2,3\n`, 'line 2, column 3 (pixel1): the cell is empty'],
      [`${HEADER}7,0,1,2\n`, 'train.csv, line 2: 4 columns where 5 were expected'],
      [`${HEADER}7,0,1,2,3,4\n`, 'train.csv, line 2: 6 columns where 5 were expected'],
      [`${HEADER}7,0,1,2,3\n7,0`, 'train.csv, line 3: 2 columns where 5 were expected'],
      [`${HEADER}10,0,1,2,3\n`, 'train.csv, line 2, column 1 (label): label 10 is outside the classes 0..9'],
      ['label,pixel0,pixel2,pixel3\n7,0,1,2\n', 'line 1, column 3: expected "pixel1", found "pixel2" (4 columns)'],
      ['label,pixel0,pixel1,pixel2\n7,0,1,2\n', 'line 1, column 5: expected "pixel3", the header ends (4 columns)'],
      ['label,pixel0,pixel1,pixel2,pixel3,pixel4\n', 'line 1, column 6: "pixel4" is one column too many'],
      ['label;pixel0;pixel1\n', 'line 1: expected "label,pixel0,..." with commas, found "label;pixel0;pixel1"'],
      [`${HEADER}7\n`, 'train.csv, line 2: 1 column where 5 were expected'],
      ['1,2,3\n', 'line 1: no header, and 3 columns where 5 were expected'],
      ['\x00\x01\x02\x03\n', 'train.csv is no CSV text: it holds binary data'],
      [`${'a'.repeat(39)}ä\n`, 'line 1: expected "label,pixel0,..." with commas, found "aaaa'],
    ])('%j', (text, message) => {
      expect(() => parse(text)).toThrow(message)
      expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'InklingError', exitCode: 1 }))
    })

    test.each([
      ['7,0, 1,2,3', 'line 2, column 3 (pixel1): " 1" is no whole number', 'Write 1, without blanks and quotes.'],
      ['7,0,1,2,3\t', 'line 2, column 5 (pixel3): "3\\t" is no whole number', 'Write 3, without blanks and quotes.'],
      ['"7",0,1,2,3', 'line 2, column 1 (label): "\\"7\\"" is no whole number', 'Write 7, without blanks and quotes.'],
      ['7,0,x,2,3', 'line 2, column 3 (pixel1): "x" is no', 'Pixels are whole numbers from 0 (paper) to 255 (ink).'],
    ])('%j shows the sign that is wrong, and its mend', (row, message, hint) => {
      expect(() => parse(`${HEADER}${row}\n`)).toThrow(message)
      expect(() => parse(`${HEADER}${row}\n`)).toThrow(expect.objectContaining({ hint }))
    })

    test('UTF-16', () => {
      expect(() => parseKaggleCsv(Uint8Array.of(0xff, 0xfe, 108, 0, 97, 0, 10, 0), 'set', options)).toThrow(/UTF-16/)
    })

    test('a file without line ends does not pile up in memory', () => {
      const parser = new KaggleCsvParser(options)
      parser.push(encode(HEADER))
      expect(() => {
        for (let i = 0; i < 40; i++) parser.push(new Uint8Array(65536).fill(0x41))
      }).toThrow(/train\.csv/)
    })
  })

  test('no text whatever makes it fail otherwise than with a message', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, headed) => {
        try {
          parse((headed ? HEADER : '') + text)
        } catch (error) {
          expect(error).toMatchObject({ name: 'InklingError' })
        }
      }),
    )
  })
})
