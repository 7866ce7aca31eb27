import { expect, test } from 'vitest'
import { createDataset, exampleAt, subset } from '../../../src/data/dataset.ts'
import { asTraces, isSignal } from '../../../src/data/heartbeats/trace.ts'

test('signals are drawn as connected traces, of views too', () => {
  // Two spikes of 64 samples lie 5.7 deviations (30 / sqrt(2 * 900 / 64)) from a mean of 0: beyond the edge.
  const spikes = new Float32Array(2 * 64)
  spikes.set([0, 0, 0, 30], 64)
  spikes[64 + 60] = -30
  const of = (features: Float32Array) =>
    createDataset({ name: 'beats', shape: [64, 1], classes: ['a', 'b'], features, labels: [0, 1] })
  const ds = of(spikes)
  expect(isSignal(ds)).toBe(true)
  const traces = asTraces(subset(ds, [1]), 11)
  expect([traces.length, traces.shape]).toEqual([1, [11, 64, 1]])
  const picture = exampleAt(traces, 0)
  const column = (t: number) => Array.from({ length: 11 }, (_, y) => (picture[y * 64 + t] ? 1 : 0)).join('')
  expect(column(0)).toBe('00000100000')
  // The rise is a line from the value before; beyond the edge the trace stays inside.
  expect(column(3)).toBe('11111100000')
  expect(column(60)).toBe('00000111111')
  // In other units and elsewhere it is the same trace.
  const moved = asTraces(subset(of(spikes.map(value => 1000 * value + 500)), [1]), 11)
  expect(exampleAt(moved, 0)).toEqual(picture)
  const pictures = createDataset({ name: 'p', shape: [28, 28, 1], classes: ['a'], features: new Uint8Array(784) })
  expect(isSignal(pictures)).toBe(false)
})
