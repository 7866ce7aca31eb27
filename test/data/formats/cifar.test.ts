import { expect, test } from 'vitest'
import { CIFAR_100, cifarCount, readCifarBatch } from '../../../src/data/formats/cifar.ts'

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

test('CIFAR-100 has a coarse and a fine label in each record', () => {
  const bytes = new Uint8Array(3074)
  bytes[0] = 19
  bytes[1] = 99
  bytes[2] = 7 // red of the first pixel
  const features = new Uint8Array(3072)
  const labels = new Int32Array(1)
  expect(readCifarBatch(bytes, 'train.bin', features, labels, 0, CIFAR_100)).toBe(1)
  expect([labels[0], features[0]]).toEqual([99, 7])
  bytes[1] = 100
  expect(() => readCifarBatch(bytes, 'train.bin', features, labels, 0, CIFAR_100)).toThrow('outside the 100 classes')
  // A file of CIFAR-10 is told by its length.
  expect(() => cifarCount(new Uint8Array(3073), 'train.bin', CIFAR_100)).toThrow(
    "train.bin has 3073 bytes; CIFAR-100's binary files are whole records of 3074 bytes",
  )
})
