import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWfdbAnnotations } from '../../../../src/data/formats/wfdb/annotations.ts'
import { encode212, encodeAnnotations, encodeRecord } from '../../../../src/data/formats/wfdb/encoding.ts'
import { parseWfdbHeader } from '../../../../src/data/formats/wfdb/header.ts'
import { decodeWfdbSignals } from '../../../../src/data/formats/wfdb/record.ts'
import { decodeSamples, sampleCount } from '../../../../src/data/formats/wfdb/samples.ts'
import { encodeSamples } from './makeRecord.ts'

const sample = fc.integer({ min: -2048, max: 2047 })

test('format 212 is as its description says, and comes back', () => {
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 40 }), samples => {
      const bytes = encode212(samples)
      // The description's own encoder fills up the last pair.
      expect(bytes).toEqual(encodeSamples(212, samples).subarray(0, bytes.length))
      expect(sampleCount(212, bytes.length, 'x')).toBe(samples.length)
      expect(Array.from(decodeSamples(bytes, 212, samples.length, 'x'))).toEqual(samples)
    }),
  )
})

test('the first annotations of MIT-BIH record 100, byte by byte', () => {
  // The file's first bytes (and the end mark): rhythm (N at 18, normal beats at 77 and 370.
  const bytes = [0x12, 0x70, 0x03, 0xfc, 0x28, 0x4e, 0, 0, 0x3b, 0x04, 0x25, 0x05, 0, 0]
  const list = [
    { sample: 18, symbol: '+', text: '(N\0' },
    { sample: 77, symbol: 'N' },
    { sample: 370, symbol: 'N' },
  ]
  expect(Array.from(encodeAnnotations(list))).toEqual(bytes)
})

test('times far apart and back come back', () => {
  const list = [5, 1028, 1029, 200_000, 199_000].map(sample => ({ sample, symbol: 'V' }))
  expect(
    parseWfdbAnnotations(encodeAnnotations(list), 'x', 360).map(({ sample, symbol }) => ({ sample, symbol })),
  ).toEqual(list)
})

test('a record passes the checks of the reader, and a changed sample does not', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(sample, sample), { minLength: 2, maxLength: 30 }), frames => {
      const [first, second] = [frames.map(f => f[0]), frames.map(f => f[1])]
      const signals = [
        { description: 'MLII', digital: first },
        { description: 'Pleth. left hand', digital: second },
      ]
      const files = encodeRecord({
        ...{ name: 'r1', frequency: 250, signals, gain: 200, zero: 1024 },
        ...{ annotations: [], comments: ['69 M'] },
      })
      const header = parseWfdbHeader(new TextDecoder().decode(files['r1.hea']), 'r1.hea')
      const read = (bytes: Uint8Array) => decodeWfdbSignals(header, new Map([['r1.dat', { bytes, source: 'r1.dat' }]]))
      expect(header).toMatchObject({ record: 'r1', frequency: 250, length: frames.length, comments: ['69 M'] })
      expect(header.signals[1]).toMatchObject({ gain: 200, baseline: 1024, description: 'Pleth. left hand' })
      expect(read(files['r1.dat']).map(signal => Array.from(signal.digital))).toEqual([first, second])
      const changed = files['r1.dat'].slice()
      changed[3] ^= 1
      expect(() => read(changed)).toThrow(/checksum/)
    }),
    { numRuns: 50 },
  )
})

test('what the format cannot hold is refused', () => {
  expect(() => encode212([0, 2048])).toThrow('samples of 12 bits are -2048 to 2047')
  expect(() => encode212([-2049])).toThrow('samples of 12 bits')
  expect(() => encode212([Number.NaN])).toThrow('samples of 12 bits')
  expect(() => encodeAnnotations([{ sample: 1, symbol: 'Y' }])).toThrow('"Y" is no annotation of WFDB')
  expect(() => encodeAnnotations([{ sample: 1, symbol: 'N', text: 'x'.repeat(256) }])).toThrow('255 characters')
  const signals = [[1, 2], [1]].map(digital => ({ description: 'V', digital }))
  expect(() => encodeRecord({ name: 'a', frequency: 1, signals, gain: 1, zero: 0, annotations: [] })).toThrow(
    'signals of 2 and 1 samples',
  )
})
