import { expect, test } from 'vitest'
import { expectClose, Kernels, normals, repeat } from './harness.ts'

function logSoftmax(x: Float32Array): Float64Array {
  const top = Math.max(...x)
  const log = Math.log(x.reduce((s, v) => s + Math.exp(v - top), 0))
  return Float64Array.from(x, v => v - top - log)
}

test.each([0, 1])('softmaxCrossEntropy and its gradient, label kind %d', labelKind => {
  repeat(60, (random, between) => {
    const [rows, cols] = [between(1, 12), between(1, 70)]
    const smoothing = random.key % 2 ? Math.fround(0.1) : 0
    const x = normals(random, rows * cols, 4)
    const ids = Int32Array.from({ length: rows }, () => between(-1, cols))
    const mixed = Float32Array.from({ length: rows * cols }, () => (random.int(4) ? 0 : random.next()))
    const dyValues = normals(random, rows)
    const [loss, dlogits, probs] = [[] as number[], [] as number[], [] as number[]]
    for (let r = 0; r < rows; r++) {
      const logs = logSoftmax(x.subarray(r * cols, (r + 1) * cols))
      const known = labelKind === 1 || (ids[r] >= 0 && ids[r] < cols)
      const target = Array.from(logs, (_, c) => {
        const label = labelKind ? mixed[r * cols + c] : ids[r] === c ? 1 : 0
        return known ? (1 - smoothing) * label + smoothing / cols : 0
      })
      const weight = target.reduce((s, v) => s + v, 0)
      loss.push(-target.reduce((s, q, c) => s + q * logs[c], 0))
      probs.push(...Array.from(logs, Math.exp))
      dlogits.push(...target.map((q, c) => (Math.exp(logs[c]) * weight - q) * dyValues[r]))
    }
    const k = new Kernels()
    const n = rows * cols
    const [logits, labels] = [k.f32(x), labelKind ? k.f32(mixed) : k.i32(ids)]
    const [p, l, same, dy, d] = [k.space(n), k.space(rows), k.space(rows), k.f32(dyValues), k.space(n)]
    const common = { logits: logits.address, labels: labels.address, labelKind, smoothing, rows, cols }
    k.run('softmaxCrossEntropy', { ...common, probs: p.address, loss: l.address }, p, l)
    k.run('softmaxCrossEntropy', { ...common, probs: 0, loss: same.address }, same)
    expectClose(k.readF32(l), loss, { absolute: 4e-6, relative: 2e-6 })
    expect(k.readF32(same)).toEqual(k.readF32(l))
    expectClose(k.readF32(p), probs)
    const back = { probs: p.address, labels: labels.address, labelKind, smoothing, rows, cols }
    k.run('softmaxCrossEntropyGrad', { ...back, dy: dy.address, dlogits: d.address }, d)
    expectClose(k.readF32(d), dlogits, { absolute: 4e-6 })
    k.run('softmaxCrossEntropyGrad', { ...back, dy: dy.address, dlogits: p.address }, p)
    expect(k.readF32(p)).toEqual(k.readF32(d))
  })
})

test('binaryCrossEntropy and its gradient', () => {
  repeat(40, (random, between) => {
    const count = between(1, 70)
    const x = normals(random, count, 8)
    const t = Float32Array.from({ length: count }, () => random.int(3) / 2)
    const dyValues = normals(random, count)
    const k = new Kernels()
    const [logits, targets, dy] = [k.f32(x), k.f32(t), k.f32(dyValues)]
    const [loss, d] = [k.space(count), k.space(count)]
    const common = { logits: logits.address, targets: targets.address, count }
    k.run('binaryCrossEntropy', { ...common, loss: loss.address }, loss)
    k.run('binaryCrossEntropyGrad', { ...common, dy: dy.address, dlogits: d.address }, d)
    const exact = Array.from(x, (v, i) => Math.max(v, 0) - v * t[i] + Math.log1p(Math.exp(-Math.abs(v))))
    expectClose(k.readF32(loss), exact, { absolute: 1e-12, relative: 2e-6 })
    expectClose(
      k.readF32(d),
      Array.from(x, (v, i) => (1 / (1 + Math.exp(-v)) - t[i]) * dyValues[i]),
    )
  })
})

test('correct compares the first of the largest with the label', () => {
  const rows = [
    [1, 3, 2],
    [3, 3, 1],
    [3, 3, 1],
    [1, NaN, 2],
    [0, 0, 0],
  ]
  const ids = [1, 0, 1, 1, -1]
  const k = new Kernels()
  const [logits, labels, dst] = [k.f32(rows.flat()), k.i32(ids), k.space(5)]
  const hot = k.f32(ids.flatMap(id => [0, 1, 2].map(c => (c === id ? 1 : 0))))
  const common = { logits: logits.address, dst: dst.address, rows: 5, cols: 3 }
  k.run('correct', { ...common, labels: labels.address, labelKind: 0 }, dst)
  expect(Array.from(k.readF32(dst))).toEqual([1, 1, 0, 0, 0])
  k.run('correct', { ...common, labels: hot.address, labelKind: 1 }, dst)
  // A label row of zeros counts as class 0.
  expect(Array.from(k.readF32(dst))).toEqual([1, 1, 0, 0, 1])
})
