import { expect, test } from 'vitest'
import { parseWfdbAnnotations } from '../../../../src/data/formats/wfdb/annotations.ts'
import { isBeat } from '../../../../src/data/formats/wfdb/codes.ts'
import { encodeAnnotations } from '../../../../src/data/formats/wfdb/encoding.ts'

const words = (...list: number[]) => new Uint8Array(Uint16Array.from(list).buffer)

test('the first annotations of MIT-BIH record 100', () => {
  // The file's first bytes: rhythm (N at 18, normal beats at 77 and 370; then the end.
  const bytes = Uint8Array.from([0x12, 0x70, 0x03, 0xfc, 0x28, 0x4e, 0, 0, 0x3b, 0x04, 0x25, 0x05, 0, 0])
  expect(parseWfdbAnnotations(bytes, '100.atr', 360).map(a => [a.sample, a.symbol, a.text])).toEqual([
    [18, '+', '(N'],
    [77, 'N', ''],
    [370, 'N', ''],
  ])
})

test('long times forth and back, numbers and channels that stay, subtypes that do not', () => {
  const bytes = words(
    ...[(1 << 10) | 5, (60 << 10) | 1023, (62 << 10) | 1, (61 << 10) | 3],
    ...[59 << 10, 1, 2, (5 << 10) | 0],
    ...[59 << 10, 0xffff, 0xfff6, (17 << 10) | 0],
    0,
  )
  expect(parseWfdbAnnotations(bytes, 'x', 360)).toEqual([
    { sample: 5, code: 1, symbol: 'N', subtype: 3, channel: 1, number: -1, text: '' },
    { sample: 5 + 65538, code: 5, symbol: 'V', subtype: 0, channel: 1, number: -1, text: '' },
    { sample: 5 + 65538 - 10, code: 17, symbol: '[17]', subtype: 0, channel: 1, number: -1, text: '' },
  ])
})

test('texts of odd length and all that the encoder writes come back', () => {
  const list = [
    { sample: 18, symbol: '+', text: '(AFIB' },
    { sample: 5000, symbol: 'V', text: '' },
    { sample: 100_000, symbol: '/', text: '' },
  ]
  const read = parseWfdbAnnotations(encodeAnnotations(list), 'x', 360)
  expect(read.map(({ sample, symbol, text }) => ({ sample, symbol, text }))).toEqual(list)
})

test('wherever a file is cut, that is told', () => {
  const whole = encodeAnnotations([
    { sample: 18, symbol: '+', text: '(AFIB' },
    { sample: 5000, symbol: 'V' },
    { sample: 5100, symbol: 'N' },
  ])
  for (let n = 0; n < whole.length; n++) {
    expect(() => parseWfdbAnnotations(whole.subarray(0, n), '7.atr', 360)).toThrow(
      /^7\.atr is cut off: it ends after \d/,
    )
  }
})

test('something else is no annotation file', () => {
  expect(() => parseWfdbAnnotations(words((61 << 10) | 3, 0), '7.atr', 360)).toThrow('7.atr is no annotation file')
})

test('times of another resolution become frames of the record', () => {
  // The note as WFDB's own programs write it: code 22 at time 0, before all others.
  const resolved = (text: string, more: { sample: number; symbol: string; text?: string }[] = []) =>
    encodeAnnotations([{ sample: 0, symbol: '"', text }, ...more, { sample: 721, symbol: 'N' }])
  const beatAt = (bytes: Uint8Array) => parseWfdbAnnotations(bytes, '7.atr', 360).at(-1)?.sample
  expect(beatAt(resolved('## time resolution: 720'))).toBe(361)
  expect(beatAt(resolved('## time resolution: 360'))).toBe(721)
  expect(beatAt(resolved('## time resolution: 250.5'))).toBe(1036)
  const types = [{ sample: 0, symbol: '"', text: '## end of definitions' }]
  expect(beatAt(resolved('## annotation type definitions', types))).toBe(721)
  expect(beatAt(resolved('## by hand', [{ sample: 0, symbol: '"', text: '## time resolution: 720' }]))).toBe(361)
  // Later ones are somebody's words.
  expect(beatAt(resolved('## by hand', [{ sample: 5, symbol: '"', text: '## time resolution: 720' }]))).toBe(721)
  expect(() => beatAt(resolved('## time resolution: 0'))).toThrow(
    '7.atr begins with "## time resolution: 0", which is no time resolution',
  )
})

test('beats are told from other annotations', () => {
  expect(['N', '/', 'f', '!', '+', '~'].map(isBeat)).toEqual([true, true, true, false, false, false])
})
