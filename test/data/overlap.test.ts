import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDataset, type Dataset, subset } from '../../src/data/dataset.ts'
import { findOverlap, fingerprints, guardOverlap } from '../../src/data/overlap.ts'
import { createRandom } from '../../src/random.ts'

function pictures(count: number, seed: number, stride = 16): Dataset {
  const random = createRandom(seed)
  return createDataset({
    name: `set${seed}`,
    shape: [stride],
    classes: ['a', 'b'],
    features: Uint8Array.from({ length: count * stride }, () => random.int(256)),
    labels: Array.from({ length: count }, () => random.int(2)),
  })
}

/** `test` with copies of the first `count` examples of `train` from position 5 on. */
function contaminate(train: Dataset, test: Dataset, count: number): Dataset {
  const features = (test.features as Uint8Array).slice()
  const stride = train.shape[0]
  features.set((train.features as Uint8Array).subarray(0, count * stride), 5 * stride)
  return { ...test, features }
}

describe('overlap', () => {
  test('finds exactly what is planted, in both positions', () => {
    const train = pictures(300, 1)
    const test = contaminate(train, pictures(200, 2), 3)
    const found = findOverlap(train, test)
    expect(found.shared).toBe(3)
    expect(found.fraction).toBe(3 / 200)
    expect(found.examples.map(e => [e.train, e.test])).toEqual([
      [0, 5],
      [1, 6],
      [2, 7],
    ])
    expect(found.examples[0].sameLabel).toBe(train.labels?.[0] === test.labels?.[5])
  })

  test('one differing byte anywhere is another picture', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 19 }), fc.nat(), fc.nat(7), (seed, stride, at, bit) => {
        const one = pictures(1, seed, stride)
        const features = (one.features as Uint8Array).slice()
        features[at % stride] ^= 1 << bit
        expect(findOverlap(one, one).shared).toBe(1)
        expect(findOverlap(one, { ...one, features }).shared).toBe(0)
      }),
    )
  })

  test('the bytes of a file are compared with those of memory, wherever a view begins', () => {
    const train = pictures(300, 1)
    const bytes = train.features as Uint8Array
    const file = Buffer.alloc(bytes.length + 3)
    file.set(bytes, 3)
    const test = { ...train, features: file.subarray(3) }
    expect(findOverlap(train, test).shared).toBe(300)
    expect(findOverlap(test, train).shared).toBe(300)
  })

  test('looks at views, not at their storage', () => {
    const all = pictures(100, 3)
    const even = subset(
      all,
      Array.from({ length: 50 }, (_, i) => 2 * i),
    )
    const odd = subset(
      all,
      Array.from({ length: 50 }, (_, i) => 2 * i + 1),
    )
    expect(findOverlap(even, odd).shared).toBe(0)
    expect(findOverlap(even, subset(all, [7, 8])).examples).toEqual([{ test: 1, train: 4, sameLabel: true }])
  })

  test('counts a repeated test picture each time and repeats in training once', () => {
    const all = pictures(4, 4)
    expect(findOverlap(subset(all, [1, 1, 1]), subset(all, [1, 0, 1])).examples.map(e => e.train)).toEqual([0, 0])
  })

  test('features at an odd address and floats work too', () => {
    const train = pictures(50, 5)
    const bytes = new Uint8Array(50 * 16 + 1)
    bytes.set(train.features, 1)
    expect(findOverlap(train, { ...train, features: bytes.subarray(1) }).shared).toBe(50)
    const floats = { ...train, features: Float32Array.from(train.features, v => v / 255) }
    expect(findOverlap(floats, floats).shared).toBe(50)
    expect(findOverlap(train, floats).shared).toBe(0)
  })

  test('fingerprints of different pictures differ', () => {
    const { low, high } = fingerprints(pictures(20_000, 6, 4))
    expect(new Set(Array.from(low, (l, i) => `${l},${high[i]}`)).size).toBe(20_000)
  })

  test('empty sets and other shapes share nothing', () => {
    const train = pictures(10, 7)
    expect(findOverlap(train, subset(train, [])).fraction).toBe(0)
    expect(findOverlap(subset(train, []), train).shared).toBe(0)
    expect(findOverlap(train, pictures(10, 7, 8)).shared).toBe(0)
  })
})

describe('the guard', () => {
  const train = pictures(500, 8)

  test('refuses above a thousandth of the test set and says how to go on', () => {
    const test = contaminate(train, pictures(1000, 9), 2)
    expect(() => guardOverlap(train, test)).toThrow(/^2 of the 1000 pictures of set9 \(0\.20 %\) are also in set8/)
    expect(() => guardOverlap(train, test)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('--allow-overlap') }),
    )
  })

  test('counts and lists up to it', () => {
    const test = contaminate(train, pictures(1000, 9), 1)
    const record = guardOverlap(train, test)
    expect(record).toMatchObject({ shared: 1, testLength: 1000, fraction: 0.001, allowed: false })
    expect(record.examples).toHaveLength(1)
  })

  test('goes on when told to, and the record says so', () => {
    const record = guardOverlap(train, train, { allowOverlap: true, listed: 7 })
    expect(record).toMatchObject({ shared: 500, fraction: 1, allowed: true })
    expect(record.examples).toHaveLength(7)
  })
})
