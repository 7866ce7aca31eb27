import { expect, test } from 'vitest'
import { dropoutKeeps, dropoutKey, dropoutScale, dropoutThreshold } from '../../../src/engine/ops/dropoutMask.ts'
import { Kernels, normals, repeat } from './harness.ts'

test('dropout is the mask of dropoutMask.ts, bit for bit', () => {
  repeat(60, (random, between) => {
    const count = between(1, random.key % 4 ? 70 : 3000)
    const rate = Math.fround([0, 0.1, 0.25, 0.5, random.next(), 0.999][random.key % 6])
    const [seed, step, salt] = [random.int(2 ** 32) | 0, random.int(1e6), between(0, 9)]
    const x = normals(random, count)
    const k = new Kernels()
    const [src, dst, at] = [k.f32(x), k.space(count), k.i32([seed, step])]
    k.run('dropout', { src: src.address, dst: dst.address, count, rate, seed: at.address, salt }, dst)
    const [key, threshold] = [dropoutKey(seed, step, salt), dropoutThreshold(rate)]
    const scale = dropoutScale(rate)
    const expected = x.map((v, i) => (dropoutKeeps(i, key, threshold) ? Math.fround(v * scale) : 0))
    expect(k.readF32(dst)).toEqual(expected)
  })
})

test('drops the share asked for, independently from step to step and layer to layer', () => {
  const n = 40_000
  const threshold = dropoutThreshold(0.25)
  const masks = [dropoutKey(1, 0, 0), dropoutKey(1, 1, 0), dropoutKey(1, 0, 1), dropoutKey(2, 0, 0)].map(key =>
    Array.from({ length: n }, (_, i) => Number(!dropoutKeeps(i, key, threshold))),
  )
  for (const mask of masks) {
    const share = mask.reduce((s, v) => s + v, 0) / n
    // Four standard deviations of a binomial.
    expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / n))
    for (const other of masks) {
      if (other === mask) continue
      const both = mask.reduce((s, v, i) => s + v * other[i], 0) / n
      expect(Math.abs(both - 0.0625)).toBeLessThan(4 * Math.sqrt(0.0625 / n))
    }
  }
})
