import { expect, test } from 'vitest'
import { cifarCount, readCifarBatch } from '../../../src/data/formats/cifar.ts'

test('planes of red, green and blue become pixels', () => {
  const bytes = new Uint8Array(2 * 3073)
  bytes[0] = 4
  bytes[3073] = 9
  bytes[3073 + 1 + 5] = 10 // red of pixel 5 of the second picture
  bytes[3073 + 1 + 1024 + 5] = 20
  bytes[3073 + 1 + 2048 + 5] = 30
  const features = new Uint8Array(2 * 3072)
  const labels = new Int32Array(2)
  expect(readCifarBatch(bytes, 'batch', features, labels, 0)).toBe(2)
  expect(Array.from(labels)).toEqual([4, 9])
  expect(Array.from(features.subarray(3072 + 15, 3072 + 18))).toEqual([10, 20, 30])
})

test('cut-off files and labels outside the classes are refused', () => {
  expect(() => cifarCount(new Uint8Array(3000), 'batch')).toThrow('batch has 3000 bytes')
  expect(() => cifarCount(new Uint8Array(0), 'batch')).toThrow('batch has 0 bytes')
  const bytes = new Uint8Array(3073).fill(10)
  expect(() => readCifarBatch(bytes, 'batch', new Uint8Array(3072), new Int32Array(1), 0)).toThrow(
    'batch: record 1 has label 10',
  )
})
