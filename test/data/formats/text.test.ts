import { describe, expect, test } from 'vitest'
import { decodeText, glimpseText } from '../../../src/data/formats/text.ts'

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')

describe('text of bytes', () => {
  test('UTF-8, with a byte-order mark and without', () => {
    expect(decodeText(Buffer.from('Lä,€\n'), 'a.csv')).toBe('Lä,€\n')
    expect(decodeText(Buffer.from('\ufeffLä'), 'a.csv')).toBe('Lä')
    expect(decodeText(new Uint8Array(0), 'a.csv')).toBe('')
  })

  test.each([
    ['Latin-1', latin1('x,y\n1,a\n2,Lä\n3,Lö\n'), 'a.csv, line 3: "2,L\ufffd" is not UTF-8 text'],
    ['a sign cut off by the end', Buffer.from('x\nLä').subarray(0, 4), 'line 2: "L\ufffd" is not'],
    ['a sign cut off by a line end', latin1('Ã\nx'), 'line 1: "\ufffd" is not'],
    [
      'a long line',
      latin1(`${'abc,'.repeat(20)}ä${',def'.repeat(20)}`),
      'line 1: "...abc,abc,abc,abc,abc,\ufffd,def,def,def,def,de..."',
    ],
    ['UTF-16', utf16('x,y\n'), 'a.csv is UTF-16 text'],
    ['UTF-16, big end first', utf16('x,y\n').swap16(), 'a.csv is UTF-16 text'],
    ['PNG', Buffer.from('89504e470d0a1a0a', 'hex'), 'a.csv is no text: it holds binary data'],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => decodeText(bytes, 'a.csv')).toThrow(message)
    expect(() => decodeText(bytes, 'a.csv')).toThrow(
      expect.objectContaining({ name: 'InklingError', hint: expect.stringContaining('"CSV (UTF-8)"') }),
    )
  })

  test('lines are counted from where the piece begins', () => {
    expect(() => decodeText(latin1('x\nä'), 'a.csv', 7)).toThrow('a.csv, line 8: ')
  })

  test('a glimpse reads UTF-16 too, and takes what is cut', () => {
    expect(glimpseText(utf16('x,ä'))).toBe('x,ä')
    expect(glimpseText(utf16('x,ä').swap16())).toBe('x,ä')
    expect(glimpseText(Buffer.from('xä').subarray(0, 2))).toBe('x\ufffd')
  })
})
