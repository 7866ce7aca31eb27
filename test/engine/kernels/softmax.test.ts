import { describe, expect, test } from 'vitest'
import { expectClose, Kernels, normals, repeat } from './harness.ts'

/** Float64 softmax and log-softmax of each row. */
function softmaxRows(x: ArrayLike<number>, rows: number, cols: number) {
  const [p, logs] = [new Float64Array(rows * cols), new Float64Array(rows * cols)]
  for (let r = 0; r < rows; r++) {
    let [top, sum] = [-Infinity, 0]
    for (let c = 0; c < cols; c++) top = Math.max(top, x[r * cols + c])
    for (let c = 0; c < cols; c++) sum += Math.exp(x[r * cols + c] - top)
    for (let c = 0; c < cols; c++) {
      logs[r * cols + c] = x[r * cols + c] - top - Math.log(sum)
      p[r * cols + c] = Math.exp(logs[r * cols + c])
    }
  }
  return { p, logs }
}

test('softmax, logSoftmax and their gradients', () => {
  repeat(80, (random, between) => {
    const [rows, cols] = [between(1, 12), between(1, 70)]
    const x = normals(random, rows * cols, 5).map(v => v + 300 * (random.key & 1))
    const dyValues = normals(random, rows * cols)
    const { p, logs } = softmaxRows(x, rows, cols)
    const k = new Kernels()
    const n = rows * cols
    const [src, dy, y, log] = [k.f32(x), k.f32(dyValues), k.space(n), k.space(n)]
    k.run('softmax', { src: src.address, dst: y.address, rows, cols }, y)
    k.run('logSoftmax', { src: src.address, dst: log.address, rows, cols }, log)
    expectClose(k.readF32(y), p)
    expectClose(k.readF32(log), logs, { absolute: 2e-6, relative: 1e-6 })
    const [dx, dlog] = [k.space(n), k.space(n)]
    k.run('softmaxGrad', { dy: dy.address, y: y.address, dx: dx.address, rows, cols }, dx)
    k.run('logSoftmaxGrad', { dy: dy.address, y: log.address, dx: dlog.address, rows, cols }, dlog)
    const [expected, expectedLog] = [new Float64Array(n), new Float64Array(n)]
    for (let r = 0; r < rows; r++) {
      let [dot, sum] = [0, 0]
      for (let i = r * cols; i < (r + 1) * cols; i++) {
        dot += dyValues[i] * p[i]
        sum += dyValues[i]
      }
      for (let i = r * cols; i < (r + 1) * cols; i++) {
        expected[i] = (dyValues[i] - dot) * p[i]
        expectedLog[i] = dyValues[i] - p[i] * sum
      }
    }
    expectClose(k.readF32(dx), expected, { absolute: 2e-6 })
    expectClose(k.readF32(dlog), expectedLog, { absolute: 1e-5 })
  })
})

describe('softmax of unusual rows', () => {
  test.each([
    ['a masked logit', [0, -1e30, 0, -Infinity], [0.5, 0, 0.5, 0]],
    ['large logits', [1000, 1000], [0.5, 0.5]],
    ['NaN', [1, NaN, 2], [NaN, NaN, NaN]],
  ])('%s', (_, x, expected) => {
    const k = new Kernels()
    const [src, dst] = [k.f32(x), k.space(x.length)]
    k.run('softmax', { src: src.address, dst: dst.address, rows: 1, cols: x.length }, dst)
    expect(Array.from(k.readF32(dst))).toEqual(expected)
  })
})
