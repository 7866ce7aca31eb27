import { expect, test } from 'vitest'
import { createDataset, labelsOf, subset } from '../../src/data/dataset.ts'
import { groupsOf, withGroups } from '../../src/data/groups.ts'
import { channelStatistics, compact, scalingFor } from '../../src/data/normalise.ts'

const pictures = withGroups(
  createDataset({
    name: 'two',
    shape: [1, 2, 2],
    classes: ['a', 'b'],
    features: Uint8Array.of(0, 10, 255, 30, 100, 10, 127, 50, 1, 2, 128, 4),
    labels: [0, 1, 1],
  }),
  'writer',
  ['x', 'y', 'z'],
)

test('0..1 and -1..1, for bytes and for numbers', () => {
  expect(scalingFor('unit', pictures)).toEqual({ scale: [1 / 255], shift: [0] })
  expect(scalingFor('signed', pictures)).toEqual({ scale: [2 / 255], shift: [-1] })
  const floats = createDataset({ name: 'f', shape: [1], classes: ['a'], features: Float32Array.of(0, 1) })
  expect(scalingFor('signed', floats)).toEqual({ scale: [2], shift: [-1] })
  expect(() => scalingFor('gaussian' as 'unit', pictures)).toThrow('no normalisation "gaussian"')
})

test('standardising takes mean and deviation of the given part alone, per channel', () => {
  const train = subset(pictures, [0, 1])
  const { mean, deviation } = channelStatistics(train)
  expect(mean).toEqual([(0 + 255 + 100 + 127) / 4, (10 + 30 + 10 + 50) / 4])
  expect(deviation[1]).toBeCloseTo(Math.sqrt((225 + 25 + 225 + 625) / 4), 10)
  const { scale, shift } = scalingFor('standardise', train)
  const first = [0, 255, 100, 127].map(v => v * scale[0] + shift[0])
  expect(first.reduce((a, b) => a + b)).toBeCloseTo(0, 10)
  expect(first.reduce((a, b) => a + b * b, 0) / 4).toBeCloseTo(1, 10)
  // A channel of one value is left as it is, but for the mean.
  const flat = createDataset({ name: 'flat', shape: [2], classes: ['a'], features: Float32Array.of(5, 1, 5, 3) })
  expect(channelStatistics(flat)).toEqual({ mean: [5, 2], deviation: [1, 1] })
})

test('black and white: half of the range and more is 1, below it 0', () => {
  const floats = createDataset({ name: 'f', shape: [1], classes: ['a'], features: Float32Array.of(0, 1) })
  for (const [part, full] of [
    [pictures, 255],
    [floats, 1],
  ] as const) {
    const {
      scale: [scale],
      shift: [shift],
      clip,
    } = scalingFor('binary', part)
    expect(clip).toBe(true)
    for (let byte = 0; byte < 256; byte++)
      expect(Math.min(1, Math.max(0, ((byte * full) / 255) * scale + shift))).toBe(byte < 128 ? 0 : 1)
  }
})

test('a compact copy is the view and nothing else', () => {
  const copy = compact(subset(pictures, [2, 2, 0]))
  expect([copy.length, copy.features.length, copy.indices]).toEqual([3, 12, undefined])
  expect(Array.from(labelsOf(copy))).toEqual([1, 1, 0])
  expect(groupsOf(copy)).toEqual(['z', 'z', 'x'])
})

test('what is no number has no mean', () => {
  const features = Float32Array.of(1, 2, 3, Number.NaN)
  const points = createDataset({ name: 'points', shape: [2], classes: ['a', 'b'], features })
  expect(() => channelStatistics(points)).toThrow('channel 2 of points holds what is no finite number')
})
