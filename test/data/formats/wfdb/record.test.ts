import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWfdbHeader } from '../../../../src/data/formats/wfdb/header.ts'
import { decodeWfdbSignals, physicalValues } from '../../../../src/data/formats/wfdb/record.ts'
import { decodeSamples, sampleCount } from '../../../../src/data/formats/wfdb/samples.ts'
import { encodeSamples, makeRecord } from './makeRecord.ts'

const read = (files: Record<string, string | Uint8Array>, name: string) => {
  const dat = files[`${name}.dat`]
  const map = dat ? new Map([[`${name}.dat`, { bytes: dat as Uint8Array, source: `/data/${name}.dat` }]]) : new Map()
  return decodeWfdbSignals(parseWfdbHeader(files[`${name}.hea`] as string, `${name}.hea`), map)
}

test.each([
  [16, -32768, 32767],
  [24, -8388608, 8388607],
  [32, -2147483648, 2147483647],
  [61, -32768, 32767],
  [80, -128, 127],
  [160, -32768, 32767],
  [212, -2048, 2047],
  [310, -512, 511],
  [311, -512, 511],
])('format %i decodes what its description encodes', (format, min, max) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 40 }), samples => {
      const bytes = encodeSamples(format, samples)
      expect(sampleCount(format, bytes.length, 'x')).toBeGreaterThanOrEqual(samples.length)
      expect(Array.from(decodeSamples(bytes, format, samples.length, 'x'))).toEqual(samples)
    }),
    { numRuns: 40 },
  )
})

test('the last group may end with the samples that are there', () => {
  expect([2, 3, 4, 5].map(n => sampleCount(212, n, 'x'))).toEqual([1, 2, 2, 3])
  expect([2, 3, 4].map(n => sampleCount(310, n, 'x'))).toEqual([1, 1, 3])
  expect([2, 3, 4].map(n => sampleCount(311, n, 'x'))).toEqual([1, 2, 3])
  expect(Array.from(decodeSamples(encodeSamples(212, [5, -7, 9, 0]).subarray(0, 5), 212, 3, 'x'))).toEqual([5, -7, 9])
})

test('signals of one file are told apart and come in their unit', () => {
  const files = makeRecord('7', { MLII: [1024, 1224, 824], V5: [995, 1000, 1005] }, [])
  const [first, second] = read(files, '7')
  expect([first.description, second.description]).toEqual(['MLII', 'V5'])
  expect(Array.from(second.digital)).toEqual([995, 1000, 1005])
  expect(Array.from(physicalValues(first))).toEqual([0, 1, -1])
})

test('missing samples are NaN; frames of several samples; format 8 adds up from the initial value', () => {
  const bytes = encodeSamples(16, [1, 10, 11, 2, -32768, 13])
  const header = parseWfdbHeader('m 2 100 2\nm.dat 16 1 16 0\nm.dat 16x2 1 16 0\n', 'm.hea')
  const [slow, fast] = decodeWfdbSignals(header, new Map([['m.dat', { bytes, source: 'm.dat' }]]))
  expect(Array.from(physicalValues(slow))).toEqual([1, 2])
  expect(Array.from(physicalValues(fast))).toEqual([10, 11, NaN, 13])
  expect([slow.frequency, fast.frequency]).toEqual([100, 200])

  const eight = parseWfdbHeader('e 1 100 3\ne.dat 8 1 16 0 50 156\n', 'e.hea')
  const [only] = decodeWfdbSignals(eight, new Map([['e.dat', { bytes: encodeSamples(8, [50, 56, 50]), source: 'e' }]]))
  expect(Array.from(only.digital)).toEqual([50, 56, 50])
  // Where the header gives no initial value it is the ADC zero (header(5)).
  const plain = parseWfdbHeader('e 1 100 3\ne.dat 8 1 16 50\n', 'e.hea')
  const [from] = decodeWfdbSignals(plain, new Map([['e.dat', { bytes: Uint8Array.of(1, 6, 250), source: 'e' }]]))
  expect(Array.from(from.digital)).toEqual([51, 57, 51])
})

test('a .dat that is too short, a wrong checksum or first value, no file: errors that name it', () => {
  const good = makeRecord('7', { MLII: [1024, 1224, 824], V5: [995, 1000, 1005] }, [])
  const short = { ...good, '7.dat': (good['7.dat'] as Uint8Array).subarray(0, 7) }
  expect(() => read(short, '7')).toThrow(
    '/data/7.dat is cut off: its header promises 3 samples a signal, its 7 bytes hold 2',
  )
  const flipped = (good['7.dat'] as Uint8Array).slice()
  flipped[5] ^= 1
  expect(() => read({ ...good, '7.dat': flipped }, '7')).toThrow(
    'signal 2 (V5) of /data/7.dat has the checksum 3001, its header says 3000',
  )
  flipped[0] ^= 1
  expect(() => read({ ...good, '7.dat': flipped }, '7')).toThrow(
    'signal 1 (MLII) of /data/7.dat begins with 1025, its header says 1024',
  )
  const { '7.dat': _, ...none } = good
  expect(() => read(none, '7')).toThrow('record 7 needs the signal file 7.dat')
})

test('an unknown format is named, with the ones that can be read', () => {
  const header = parseWfdbHeader('u 1 100 3\nu.dat 999\n', 'u.hea')
  const files = new Map([['u.dat', { bytes: new Uint8Array(9), source: 'u.dat' }]])
  expect(() => decodeWfdbSignals(header, files)).toThrow('u.dat is in WFDB format 999, which cannot be read')
})
