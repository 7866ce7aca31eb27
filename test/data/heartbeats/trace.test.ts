import { expect, test } from 'vitest'
import { createDataset, exampleAt, subset } from '../../../src/data/dataset.ts'
import { asTraces, isSignal } from '../../../src/data/heartbeats/trace.ts'

test('signals are drawn as connected traces, of views too', () => {
  const features = new Float32Array(2 * 10)
  features.set([0, 0, 0, 5, 0, 0, 0, 0, 0, -9], 10)
  const ds = createDataset({ name: 'beats', shape: [10, 1], classes: ['a', 'b'], features, labels: [0, 1] })
  expect(isSignal(ds)).toBe(true)
  const traces = asTraces(subset(ds, [1]), 11)
  expect([traces.length, traces.shape]).toEqual([1, [11, 10, 1]])
  const picture = exampleAt(traces, 0)
  const column = (t: number) => Array.from({ length: 11 }, (_, y) => (picture[y * 10 + t] ? 1 : 0)).join('')
  expect(column(0)).toBe('00000100000')
  // The rise is a line from the value before; beyond the edge the trace stays inside.
  expect(column(3)).toBe('11111100000')
  expect(column(9)).toBe('00000111111')
  const pictures = createDataset({ name: 'p', shape: [28, 28, 1], classes: ['a'], features: new Uint8Array(784) })
  expect(isSignal(pictures)).toBe(false)
})
