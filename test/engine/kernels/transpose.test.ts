import { expect, test } from 'vitest'
import { Kernels, normals, repeat } from './harness.ts'

test('transpose moves every element of random shapes and permutations', () => {
  repeat(150, (random, between) => {
    const shape = Array.from({ length: 5 }, () => between(1, 4))
    shape[between(0, 4)] = between(1, 40)
    shape[between(0, 4)] = between(1, 40)
    const permutation = random.shuffle([0, 1, 2, 3, 4])
    const strides = shape.map((_, i) => shape.slice(i + 1).reduce((p, d) => p * d, 1))
    const x = normals(random, shape[0] * strides[0])
    const out = permutation.map(p => shape[p])
    const from = permutation.map(p => strides[p])
    const expected = x.map((_, i) => {
      let [rest, at] = [i, 0]
      for (let d = 4; d >= 0; d--) {
        at += (rest % out[d]) * from[d]
        rest = Math.floor(rest / out[d])
      }
      return x[at]
    })
    const k = new Kernels()
    const [src, dst] = [k.f32(x), k.space(x.length)]
    const [d0, d1, d2, d3, d4] = out
    const [s0, s1, s2, s3, s4] = from
    const values = { src: src.address, dst: dst.address, d0, d1, d2, d3, d4, s0, s1, s2, s3, s4 }
    k.run('transpose', values, dst)
    expect(k.readF32(dst)).toEqual(expected)
  })
})

test('transpose of a matrix given in the last two axes', () => {
  const k = new Kernels()
  const x = Float32Array.from({ length: 67 * 35 }, (_, i) => i)
  const [src, dst] = [k.f32(x), k.space(x.length)]
  const shape = { d0: 1, d1: 1, d2: 1, d3: 35, d4: 67, s0: 0, s1: 0, s2: 0, s3: 1, s4: 35 }
  k.run('transpose', { src: src.address, dst: dst.address, ...shape }, dst)
  expect(k.readF32(dst)).toEqual(x.map((_, i) => (i % 67) * 35 + Math.floor(i / 67)))
})

test('rowGather and oneHot', () => {
  repeat(20, (random, between) => {
    const [limit, width, rows] = [between(1, 9), between(1, 20), between(1, 30)]
    const x = normals(random, limit * width)
    const ids = Int32Array.from({ length: rows }, () => between(-1, limit))
    const k = new Kernels()
    const [src, at, dst, hot] = [k.f32(x), k.i32(ids), k.space(rows * width), k.space(rows * limit)]
    k.run('rowGather', { src: src.address, dst: dst.address, ids: at.address, rows, width, limit }, dst)
    k.run('oneHot', { ids: at.address, dst: hot.address, rows, cols: limit }, hot)
    expect(Array.from(k.readF32(dst))).toEqual(
      Array.from({ length: rows * width }, (_, i) => x[ids[Math.floor(i / width)] * width + (i % width)] ?? 0).map(
        (v, i) => (ids[Math.floor(i / width)] < 0 ? 0 : v),
      ),
    )
    expect(Array.from(k.readF32(hot))).toEqual(
      Array.from({ length: rows * limit }, (_, i) => (ids[Math.floor(i / limit)] === i % limit ? 1 : 0)),
    )
  })
})
