import { expect, test } from 'vitest'
import { batchNormSlices } from '../../../src/engine/backends/wasm/slices.ts'
import { expectClose, Kernels, normals, repeat } from './harness.ts'

const eps = Math.fround(1e-3)

/** Float64 mean and biased variance of each column. */
function columns(x: ArrayLike<number>, rows: number, C: number) {
  const [mean, variance] = [new Float64Array(C), new Float64Array(C)]
  for (let i = 0; i < rows * C; i++) mean[i % C] += x[i] / rows
  for (let i = 0; i < rows * C; i++) variance[i % C] += (x[i] - mean[i % C]) ** 2 / rows
  return { mean, variance }
}

function runStats(k: Kernels, x: { address: number }, rows: number, C: number, slices: number) {
  const [partials, mean, variance] = [k.space(slices * 2 * C), k.space(C), k.space(C)]
  k.run('batchNormStats', { x: x.address, rows, C, partials: partials.address, slices }, partials)
  const where = { partials: partials.address, slices, rows, C, mean: mean.address, variance: variance.address }
  k.run('batchNormFinish', where, mean, variance)
  return { partials, mean, variance }
}

test('batch normalisation, forward and backward', () => {
  repeat(60, (random, between) => {
    const [rows, C] = [between(4, 70), random.key % 16 ? between(1, 40) : between(250, 300)]
    const slices = between(1, Math.min(5, rows))
    const [relu, withResidual] = [random.key & 1, (random.key >> 1) & 1]
    const n = rows * C
    const x = normals(random, n).map((v, i) => v * (1 + ((i % C) % 8)) + ((i % C) % 5))
    const [g, b, r, dyValues] = [normals(random, C), normals(random, C), normals(random, n), normals(random, n)]
    const exact = columns(x, rows, C)
    const k = new Kernels()
    const input = k.f32(x)
    const { mean, variance } = runStats(k, input, rows, C, slices)
    expectClose(k.readF32(mean), exact.mean, { absolute: 1e-5 })
    expectClose(k.readF32(variance), exact.variance, { absolute: 1e-6, relative: 2e-6 })

    const [gamma, beta, residual, y] = [k.f32(g), k.f32(b), k.f32(r), k.space(n)]
    const forward = { x: input.address, mean: mean.address, variance: variance.address, gamma: gamma.address }
    const options = { rows, C, eps, relu, residual: withResidual ? residual.address : 0 }
    k.run('batchNormApply', { ...forward, beta: beta.address, y: y.address, ...options }, y)
    const hat = Array.from(x, (v, i) => (v - exact.mean[i % C]) / Math.sqrt(exact.variance[i % C] + eps))
    const exactY = hat.map((v, i) => {
      const sum = v * g[i % C] + b[i % C] + (withResidual ? r[i] : 0)
      return relu ? Math.max(0, sum) : sum
    })
    expectClose(k.readF32(y), exactY, { absolute: 1e-5, relative: 1e-5 })

    // The backward reference takes the kernel's own mask: an output at 0 may round to either side.
    const kept = Array.from(k.readF32(y), v => (relu ? Number(v > 0) : 1))
    const dyKept = Array.from(dyValues, (v, i) => v * kept[i])
    const [dbeta, dgamma] = [new Float64Array(C), new Float64Array(C)]
    dyKept.forEach((v, i) => {
      dbeta[i % C] += v
      dgamma[i % C] += v * hat[i]
    })
    const [dy, sums] = [k.f32(dyValues), k.space(slices * 2 * C)]
    const [db, dg, dx, fixed, dresidual] = [k.space(C), k.space(C), k.space(n), k.space(n), k.space(n)]
    const mask = relu ? y.address : 0
    const reduce = { x: input.address, dy: dy.address, y: mask, mean: mean.address, rows, C }
    k.run('batchNormGradReduce', { ...reduce, partials: sums.address, slices }, sums)
    const finish = { partials: sums.address, slices, C, variance: variance.address, eps }
    k.run('batchNormGradFinish', { ...finish, dgamma: dg.address, dbeta: db.address }, dg, db)
    expectClose(k.readF32(db), dbeta, { absolute: 2e-5 })
    expectClose(k.readF32(dg), dgamma, { absolute: 2e-5 })
    const apply = { ...reduce, variance: variance.address, gamma: gamma.address, dgamma: dg.address, dbeta: db.address }
    const second = withResidual ? [dresidual] : []
    const where = { eps, dresidual: withResidual ? dresidual.address : 0 }
    k.run('batchNormGradApply', { ...apply, ...where, dx: dx.address, training: 1 }, dx, ...second)
    const factor = (i: number) => g[i % C] / Math.sqrt(exact.variance[i % C] + eps)
    const exactDx = dyKept.map((v, i) => factor(i) * (v - dbeta[i % C] / rows - (hat[i] * dgamma[i % C]) / rows))
    expectClose(k.readF32(dx), exactDx, { absolute: 2e-5, relative: 1e-5 })
    if (withResidual) expectClose(k.readF32(dresidual), dyKept)
    k.run('batchNormGradApply', { ...apply, ...where, dx: fixed.address, training: 0 }, fixed, ...second)
    expectClose(
      k.readF32(fixed),
      dyKept.map((v, i) => factor(i) * v),
      { absolute: 1e-6, relative: 4e-6 },
    )
  })
})

test('variance keeps its accuracy beside a large mean', () => {
  const [rows, C] = [6000, 19]
  const slices = batchNormSlices(rows, C)
  expect(slices).toBeGreaterThan(4)
  repeat(1, random => {
    const x = normals(random, rows * C).map(v => 3000 + v)
    const k = new Kernels()
    const { mean, variance } = runStats(k, k.f32(x), rows, C, slices)
    const exact = columns(x, rows, C)
    expectClose(k.readF32(mean), exact.mean, { absolute: 0, relative: 2e-7 })
    // A block mean off by some ulps (2.4e-4) adds its square.
    expectClose(k.readF32(variance), exact.variance, { absolute: 0, relative: 4e-5 })
  })
})

test('movingAverage, and none of it when the flag is up', () => {
  repeat(20, (random, between) => {
    const count = between(1, 70)
    const [x, y] = [normals(random, count), normals(random, count)]
    const k = new Kernels()
    const [src, dst, flag] = [k.f32(x), k.f32(y), k.i32([0])]
    const momentum = Math.fround(0.9)
    const values = { src: src.address, dst: dst.address, count, momentum, factor: 1.5, flag: flag.address }
    k.run('movingAverage', values, dst)
    expectClose(
      k.readF32(dst),
      Array.from(y, (v, i) => momentum * v + (1 - momentum) * 1.5 * x[i]),
    )
    k.readI32(flag)[0] = 1
    k.run('movingAverage', values)
  })
})
