import { describe, test } from 'vitest'
import { binaryKinds, unaryKinds } from '../../../src/engine/backends/wasm/kinds.ts'
import { erfc } from '../../../src/engine/ops/activations.ts'
import { binaryFunctions, expectClose, Kernels, normals, repeat } from './harness.ts'

const cdf = (x: number) => 0.5 * erfc(-x * Math.SQRT1_2)
const pdf = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)

type Unary = (typeof unaryKinds)[number]
const functions: Record<Unary, (x: number, a: number, b: number) => number> = {
  relu: x => (x < 0 ? 0 : x),
  leakyRelu: (x, a) => (x < 0 ? a * x : x),
  sigmoid: x => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  gelu: x => x * cdf(x),
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  negate: x => -x,
  square: x => x * x,
  abs: Math.abs,
  reciprocal: x => 1 / x,
  affine: (x, a, b) => a * x + b,
  clip: (x, a, b) => (x < a ? a : x > b ? b : x),
}
/** dy/dx over the reference value the command takes. */
const derivatives: Record<Unary, (r: number, a: number, b: number) => number> = {
  relu: y => (y > 0 ? 1 : 0),
  leakyRelu: (y, a) => (y > 0 ? 1 : a),
  sigmoid: y => y * (1 - y),
  tanh: y => 1 - y * y,
  gelu: x => cdf(x) + x * pdf(x),
  exp: y => y,
  log: x => 1 / x,
  sqrt: y => 0.5 / y,
  negate: () => -1,
  square: x => 2 * x,
  abs: Math.sign,
  reciprocal: y => -y * y,
  affine: (_, a) => a,
  clip: (x, a, b) => (x >= a && x <= b ? 1 : 0),
}
const [alpha, beta] = [Math.fround(0.2), Math.fround(0.9)]
const positive = new Set<Unary>(['log', 'sqrt'])

describe.each(unaryKinds)('unary %s', name => {
  const kind = unaryKinds.indexOf(name)

  test('and its gradient match float64', () => {
    repeat(90, (random, between) => {
      const count = random.key % 4 ? between(1, 70) : between(70, 400)
      const k = new Kernels()
      const x = normals(random, count, 4).map(v => (positive.has(name) ? Math.abs(v) : v))
      const src = k.f32(x)
      const dst = k.space(count)
      k.run('unary', { kind, src: src.address, dst: dst.address, count, alpha, beta }, dst)
      expectClose(
        k.readF32(dst),
        Array.from(x, v => functions[name](v, alpha, beta)),
        { relative: 1e-6 },
      )
      const reference = normals(random, count)
      const dy = normals(random, count)
      const dx = k.space(count)
      const [d, r] = [k.f32(dy), k.f32(reference)]
      k.run('unaryGrad', { kind, dy: d.address, ref: r.address, dx: dx.address, count, alpha, beta }, dx)
      const expected = Array.from(dy, (v, i) => v * derivatives[name](reference[i], alpha, beta))
      expectClose(k.readF32(dx), expected)
    })
  })

  test('works in place', () => {
    repeat(3, random => {
      const k = new Kernels()
      const x = normals(random, 53).map(Math.abs)
      const src = k.f32(x)
      k.run('unary', { kind, src: src.address, dst: src.address, count: 53, alpha, beta }, src)
      expectClose(
        k.readF32(src),
        Array.from(x, v => functions[name](v, alpha, beta)),
      )
    })
  })

  test('large, tiny, infinite and missing values', () => {
    const smallest = 1.17549435e-38
    const x = Float32Array.of(
      NaN,
      Infinity,
      -Infinity,
      0,
      1e-30,
      -1e-30,
      1e30,
      -1e30,
      50,
      -50,
      88.7,
      88.73,
      -87.3,
      -104,
    )
    const k = new Kernels()
    const src = k.f32(x)
    const dst = k.space(x.length)
    k.run('unary', { kind, src: src.address, dst: dst.address, count: x.length, alpha, beta }, dst)
    const y = k.readF32(dst)
    const expected = Array.from(x, v => {
      const f = functions[name](v, alpha, beta)
      if (name === 'exp' && f < smallest) return 0
      if (name === 'gelu' && v < -5.6) return v === -Infinity ? NaN : 0
      return Math.abs(f) > 3.4028235e38 ? Math.sign(f) * Infinity : f
    })
    // A clamped argument is infinite only in the limit.
    expectClose(y, expected, { absolute: 1e-6, relative: 1e-6 })
  })
})

test('log and exp keep their relative accuracy over the whole range', () => {
  const k = new Kernels()
  const x = Float32Array.from({ length: 4000 }, (_, i) => 2 ** ((i - 2000) / 16 + 0.01))
  const e = Float32Array.from({ length: 4000 }, (_, i) => (i - 2000) / 23)
  const [src, logs, exponents, powers] = [k.f32(x), k.space(4000), k.f32(e), k.space(4000)]
  const common = { count: 4000, alpha: 0, beta: 0 }
  k.run('unary', { kind: unaryKinds.indexOf('log'), src: src.address, dst: logs.address, ...common }, logs)
  expectClose(k.readF32(logs), Array.from(x, Math.log), { absolute: 1e-8, relative: 2e-7 })
  k.run('unary', { kind: unaryKinds.indexOf('exp'), src: exponents.address, dst: powers.address, ...common }, powers)
  expectClose(k.readF32(powers), Array.from(e, Math.exp), { absolute: 0, relative: 1.2e-7 })
})

describe.each(binaryKinds)('binary %s', name => {
  const f = binaryFunctions[name]
  test('matches float64, NaN included', () => {
    repeat(40, (random, between) => {
      const count = between(1, 70)
      const k = new Kernels()
      const [x, y] = [normals(random, count), normals(random, count)]
      if (count > 9) x[between(0, count - 1)] = NaN
      const [a, b, dst] = [k.f32(x), k.f32(y), k.space(count)]
      const kind = binaryKinds.indexOf(name)
      k.run('binary', { kind, a: a.address, b: b.address, dst: dst.address, count }, dst)
      expectClose(
        k.readF32(dst),
        Array.from(x, (v, i) => f(v, y[i])),
      )
    })
  })
})

test('accumulate adds to what is there', () => {
  repeat(20, (random, between) => {
    const count = between(1, 150)
    const k = new Kernels()
    const [x, y] = [normals(random, count), normals(random, count)]
    const [src, dst] = [k.f32(x), k.f32(y)]
    k.run('accumulate', { src: src.address, dst: dst.address, count }, dst)
    expectClose(
      k.readF32(dst),
      Array.from(x, (v, i) => v + y[i]),
    )
  })
})
