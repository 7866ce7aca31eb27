import { describe, expect, test } from 'vitest'
import { classCounts, createDataset, type Dataset, rowOf } from '../../src/data/dataset.ts'
import { classesBelow, foldOf } from '../../src/data/folds.ts'
import { groupsOf, withGroups } from '../../src/data/groups.ts'

/** `counts[c]` examples of class c, in the order of their classes. */
function made(counts: readonly number[]): Dataset {
  const labels = counts.flatMap((n, c) => Array<number>(n).fill(c))
  const classes = counts.map((_, c) => `c${c}`)
  return createDataset({ name: 'made', shape: [1], classes, features: new Uint8Array(labels.length), labels })
}
const rows = (ds: Dataset) => Array.from({ length: ds.length }, (_, i) => rowOf(ds, i))
const foldsOf = (ds: Dataset, of: number, seed = 0) =>
  Array.from({ length: of }, (_, i) => foldOf(ds, { index: i + 1, of }, seed))

describe('folds', () => {
  test('hold every example once; the rest of each is its training part', () => {
    const ds = made([53, 20, 30])
    const folds = foldsOf(ds, 5)
    const all = Array.from({ length: 103 }, (_, i) => i)
    expect(folds.flatMap(({ validation }) => rows(validation)).sort((a, b) => a - b)).toEqual(all)
    for (const { train, validation } of folds) {
      expect([...rows(train), ...rows(validation)].sort((a, b) => a - b)).toEqual(all)
      // 103 / 5 = 20.6, and each class within one of its fifth: 10.6, 4, 6.
      expect([20, 21]).toContain(validation.length)
      for (const [c, n] of classCounts(validation).entries()) expect(Math.abs(n - [10.6, 4, 6][c])).toBeLessThan(1.01)
    }
  })

  test('are drawn by the seed', () => {
    const ds = made([20, 20])
    expect(foldsOf(ds, 4, 7).map(f => rows(f.train))).toEqual(foldsOf(ds, 4, 7).map(f => rows(f.train)))
    expect(rows(foldsOf(ds, 4, 7)[0].validation)).not.toEqual(rows(foldsOf(ds, 4, 8)[0].validation))
  })

  test('a group is never on two sides', () => {
    const ds = made([60, 40])
    const names = Array.from({ length: 100 }, (_, i) => `person ${(i * i) % 13}`)
    const grouped = withGroups(ds, 'person', names)
    const seen: string[] = []
    for (const { train, validation } of foldsOf(grouped, 4)) {
      const held = new Set(groupsOf(validation))
      expect(held.size).toBeGreaterThan(0)
      expect(groupsOf(train).some(name => held.has(name))).toBe(false)
      expect(train.length + validation.length).toBe(100)
      seen.push(...held)
    }
    expect(seen.sort()).toEqual([...new Set(names)].sort())
    // Groups that are known, but need not stay together, are torn.
    const loose = withGroups(ds, 'person', names, false)
    const { train, validation } = foldOf(loose, { index: 1, of: 4 })
    expect(groupsOf(train).some(name => groupsOf(validation).includes(name))).toBe(true)
  })

  test('what cannot be is refused', () => {
    expect(() => foldOf(made([2, 1]), { index: 1, of: 4 })).toThrow('3 examples: too few for 4 folds')
    expect(() => foldOf(made([20]), { index: 0, of: 4 })).toThrow('no fold 0 of 4')
    expect(() => foldOf(made([20]), { index: 1, of: 1 })).toThrow('no fold 1 of 1')
    const two = withGroups(
      made([20]),
      'person',
      Array.from({ length: 20 }, (_, i) => String(i % 2)),
    )
    expect(() => foldOf(two, { index: 1, of: 3 })).toThrow(/2 person groups: too few for 3 parts/)
    expect(classesBelow(made([5, 4, 0]), 5)).toEqual(['c1', 'c2'])
  })
})
