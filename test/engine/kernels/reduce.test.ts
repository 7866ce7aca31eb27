import { describe, expect, test } from 'vitest'
import { reduceKinds } from '../../../src/engine/backends/wasm/kinds.ts'
import { reduceSlices, sumSquaresSlices } from '../../../src/engine/backends/wasm/slices.ts'
import { expectClose, Kernels, normals, repeat } from './harness.ts'

const folds = {
  sum: (values: number[]) => values.reduce((s, v) => s + v, 0),
  mean: (values: number[]) => values.reduce((s, v) => s + v, 0) / values.length,
  max: (values: number[]) => values.reduce((s, v) => Math.max(s, v), -Infinity),
  min: (values: number[]) => values.reduce((s, v) => Math.min(s, v), Infinity),
}

function expected(kind: keyof typeof folds, x: Float32Array, outer: number, mid: number, inner: number): number[] {
  return Array.from({ length: outer * inner }, (_, i) => {
    const [o, j] = [Math.floor(i / inner), i % inner]
    return folds[kind](Array.from({ length: mid }, (_, m) => x[(o * mid + m) * inner + j]))
  })
}

describe.each(reduceKinds)('reduce %s', name => {
  const kind = reduceKinds.indexOf(name)

  test('matches float64 with and without slices', () => {
    repeat(80, (random, between) => {
      const [outer, mid] = [between(1, 5), between(1, 70)]
      const inner = random.key % 3 ? between(1, 40) : 1
      const slices = between(1, Math.min(7, mid))
      const x = normals(random, outer * mid * inner)
      if (random.key % 8 === 0) x[between(0, x.length - 1)] = NaN
      const k = new Kernels()
      const [src, dst, partials] = [k.f32(x), k.space(outer * inner), k.space(slices * outer * inner)]
      const common = { kind, dst: dst.address, partials: partials.address, slices }
      k.run('reduce', { ...common, src: src.address, outer, mid, inner }, slices === 1 ? dst : partials)
      if (slices > 1) k.run('reduceCombine', { ...common, count: outer * inner, mid }, dst)
      expectClose(k.readF32(dst), expected(name, x, outer, mid, inner), { absolute: 1e-5 })
    })
  })
})

test('a long sum in the recommended slices keeps its accuracy', () => {
  const [mid, inner] = [20_000, 10]
  const slices = reduceSlices(1, mid, inner)
  expect(slices).toBeGreaterThan(8)
  const x = Float32Array.from({ length: mid * inner }, (_, i) => 1 + (i % 7) / 100)
  const k = new Kernels()
  const [src, dst, partials] = [k.f32(x), k.space(inner), k.space(slices * inner)]
  const common = { kind: 1, dst: dst.address, partials: partials.address, slices }
  k.run('reduce', { ...common, src: src.address, outer: 1, mid, inner }, partials)
  k.run('reduceCombine', { ...common, count: inner, mid }, dst)
  expectClose(k.readF32(dst), expected('mean', x, 1, mid, inner), { absolute: 0, relative: 1e-6 })
})

test('sumSquares and gradientScale give the global norm and the factor of clipping', () => {
  repeat(30, (random, between) => {
    const count = between(1, 3000)
    const slices = random.key % 2 ? between(1, 9) : sumSquaresSlices(count)
    const x = normals(random, count)
    const k = new Kernels()
    const most = between(0, 60)
    const [src, partials, norm, scale] = [k.f32(x), k.space(slices), k.space(1), k.space(1)]
    const [maxNorm, flag] = [k.f32([most]), k.i32([0])]
    k.run('sumSquares', { src: src.address, count, partials: partials.address, slices }, partials)
    const where = { partials: partials.address, count: slices, maxNorm: maxNorm.address, norm: norm.address }
    k.run('gradientScale', { ...where, scale: scale.address, flag: flag.address }, norm, scale)
    const exact = Math.hypot(...x)
    expectClose(k.readF32(norm), [exact])
    expectClose(k.readF32(scale), [most > 0 && most < exact ? most / (exact + 1e-6) : 1])
  })
})

test('gradientScale raises the flag for a norm that is not finite', () => {
  for (const bad of [NaN, Infinity]) {
    const k = new Kernels()
    const [partials, maxNorm, norm, scale, flag] = [k.f32([1, bad]), k.f32([0]), k.space(1), k.space(1), k.i32([0])]
    const where = { partials: partials.address, count: 2, maxNorm: maxNorm.address, norm: norm.address }
    k.run('gradientScale', { ...where, scale: scale.address, flag: flag.address }, norm, scale, flag)
    expect(k.readI32(flag)[0]).toBe(1)
  }
})

test('nonFinite finds one NaN or infinity anywhere', () => {
  repeat(60, (random, between) => {
    const count = between(1, 200)
    const x = normals(random, count, 1e30)
    const bad = [undefined, NaN, Infinity, -Infinity][random.key & 3]
    if (bad !== undefined) x[between(0, count - 1)] = bad
    const k = new Kernels()
    const [src, flag] = [k.f32(x), k.i32([0])]
    k.run('nonFinite', { src: src.address, count, flag: flag.address }, flag)
    expect(k.readI32(flag)[0]).toBe(bad === undefined ? 0 : 1)
  })
})
