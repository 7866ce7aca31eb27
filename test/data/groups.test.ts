import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classCounts, createDataset, subset } from '../../src/data/dataset.ts'
import { groupAt, groupSplit, groupsOf, withGroups } from '../../src/data/groups.ts'
import { holdOut } from '../../src/data/split.ts'

function made(groups: readonly number[]) {
  const n = groups.length
  const labels = Array.from({ length: n }, (_, i) => i % 3)
  const features = new Uint8Array(n)
  const ds = createDataset({ name: 'made', shape: [1], classes: ['a', 'b', 'c'], features, labels })
  return withGroups(ds, 'patient', groups.map(String))
}

test('no group is ever on two sides, and nothing is lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 60, maxLength: 300 }),
      fc.integer({ min: 0, max: 99 }),
      (ids, seed) => {
        const ds = made(ids)
        const parts = groupSplit(ds, [0.6, 0.2, 0.2], { seed })
        const sets = parts.map(part => new Set(groupsOf(part)))
        expect(sets.every(set => set.size > 0)).toBe(true)
        expect(sets.reduce((sum, set) => sum + set.size, 0)).toBe(new Set(ids).size)
        expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(ids.length)
      },
    ),
    { numRuns: 50 },
  )
})

test('sizes and classes come near to their shares, the same for the same seed', () => {
  const ds = made(Array.from({ length: 3000 }, (_, i) => Math.floor(i / 30)))
  const [train, held] = groupSplit(ds, [0.8, 0.2], { seed: 4, names: ['train', 'held'] })
  expect([train.length, held.length]).toEqual([2400, 600])
  expect(classCounts(held)).toEqual([200, 200, 200])
  expect([train.name, held.name]).toEqual(['train', 'held'])
  expect(groupSplit(ds, [0.8, 0.2], { seed: 4 })[1].indices).toEqual(held.indices)
  expect(groupSplit(ds, [0.8, 0.2], { seed: 5 })[1].indices).not.toEqual(held.indices)
})

test('holding out keeps groups together, views too', () => {
  const ds = subset(
    made(Array.from({ length: 200 }, (_, i) => i % 10)),
    Uint32Array.from({ length: 150 }, (_, i) => i + 20),
  )
  const { train, validation } = holdOut(ds, 0.2, { seed: 1 })
  const inTrain = new Set(groupsOf(train))
  expect(groupsOf(validation).some(name => inTrain.has(name))).toBe(false)
  expect(validation.length).toBe(30)
  // Groups that may be parted are, as by a random split of an ECG.
  const loose = { ...ds, groups: { ...ds.groups!, together: false } }
  const shared = new Set(groupsOf(holdOut(loose, 0.2).train))
  expect(groupsOf(holdOut(loose, 0.2).validation).some(name => shared.has(name))).toBe(true)
})

test('too few groups, or none, are errors', () => {
  expect(() => groupSplit(made([1, 1, 2]), [0.5, 0.25, 0.25])).toThrow('2 patient groups: too few for 3 parts')
  const plain = createDataset({ name: 'plain', shape: [1], classes: ['a'], features: new Uint8Array(2) })
  expect(() => groupAt(plain, 0)).toThrow('plain has no groups')
  expect(() => withGroups(plain, 'patient', ['a'])).toThrow('1 groups for 2 examples')
})
