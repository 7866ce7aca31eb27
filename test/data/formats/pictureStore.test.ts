import { expect, test } from 'vitest'
import { KaggleCsvParser } from '../../../src/data/formats/kaggleCsv.ts'
import { cappedStore, growingStore } from '../../../src/data/formats/pictureStore.ts'

test('a growing store keeps everything in order, over many blocks', () => {
  const store = growingStore(2)
  for (let i = 0; i < 10_000; i++) store.add(Uint8Array.of(i & 255, i >> 8), i % 7)
  const { features, labels } = store.finish()
  expect([features.length, labels.length]).toEqual([20_000, 10_000])
  for (const i of [0, 2047, 2048, 6143, 6144, 9999]) {
    expect([features[2 * i] + 256 * features[2 * i + 1], labels[i]]).toEqual([i, i % 7])
  }
})

test('a capped store draws every picture with the same chance', () => {
  const drawn = new Array(40).fill(0)
  for (let seed = 0; seed < 400; seed++) {
    const store = cappedStore(1, 2, 10, seed)
    for (let i = 0; i < 40; i++) store.add(Uint8Array.of(i), 0)
    store.add(Uint8Array.of(99), 1)
    const { features, labels } = store.finish()
    expect(Array.from(labels)).toEqual([...Array(10).fill(0), 1])
    expect(features[10]).toBe(99)
    for (const value of features.subarray(0, 10)) drawn[value]++
    expect(store.seen).toEqual([40, 1])
  }
  // 100 times each is expected; five standard deviations (8.7) on either side.
  expect(Math.min(...drawn)).toBeGreaterThan(56)
  expect(Math.max(...drawn)).toBeLessThan(144)
})

test('a long CSV leaves no more behind than its cap, wherever the pieces end', () => {
  // 30,000 rows of 785 columns, 47 MB, from one small buffer: what is kept is 3 x 50 pictures, whatever the length.
  const row = (label: number) => `${label},${Array.from({ length: 784 }, (_, i) => (i + label) % 10).join(',')}\n`
  const block = new TextEncoder().encode([0, 1, 2].map(row).join('').repeat(100))
  const read = (rounds: number, cut: number) => {
    const store = cappedStore(784, 3, 50, 1)
    const parser = new KaggleCsvParser({ source: 'letters.csv', classes: ['A', 'B', 'C'], store })
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < rounds; i++) {
      parser.push(block.subarray(0, cut))
      parser.push(block.subarray(cut))
    }
    const grown = process.memoryUsage().arrayBuffers - before
    expect(parser.end()).toBe(true)
    return { ...store.finish(), seen: store.seen, grown }
  }
  const short = read(2, 1000)
  const long = read(100, 1000)
  expect(long.seen).toEqual([10_000, 10_000, 10_000])
  expect([short.features.length, long.features.length]).toEqual([150 * 784, 150 * 784])
  // Lines held between pieces are let go; what is not yet collected of them is far below the 47 MB that passed.
  expect(long.grown).toBeLessThan(8e6)
  expect(read(2, 777_777)).toMatchObject({ features: short.features, labels: short.labels })
})
