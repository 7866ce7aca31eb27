import { test } from 'vitest'
import { binaryKinds } from '../../../src/engine/backends/wasm/kinds.ts'
import { broadcastStrides } from '../../../src/engine/ops/arithmetic.ts'
import { binaryFunctions, expectClose, Kernels, normals, repeat } from './harness.ts'

test.each(binaryKinds)('binaryRow and binaryColumn: %s', name => {
  const kind = binaryKinds.indexOf(name)
  const f = binaryFunctions[name]
  repeat(40, (random, between) => {
    const [rows, cols] = [between(1, 70), between(1, random.key % 3 ? 20 : 100)]
    const k = new Kernels()
    const x = normals(random, rows * cols)
    const [row, column] = [normals(random, cols), normals(random, rows)]
    const [a, b, d] = [k.f32(x), k.f32(row), k.f32(column)]
    const [byRow, byColumn] = [k.space(rows * cols), k.space(rows * cols)]
    k.run('binaryRow', { kind, a: a.address, b: b.address, dst: byRow.address, rows, cols }, byRow)
    k.run('binaryColumn', { kind, a: a.address, b: d.address, dst: byColumn.address, rows, cols }, byColumn)
    expectClose(
      k.readF32(byRow),
      Array.from(x, (v, i) => f(v, row[i % cols])),
    )
    expectClose(
      k.readF32(byColumn),
      Array.from(x, (v, i) => f(v, column[Math.floor(i / cols)])),
    )
  })
})

test('binaryRow in place', () => {
  repeat(10, (random, between) => {
    const [rows, cols] = [between(1, 40), between(1, 20)]
    const k = new Kernels()
    const [x, row] = [normals(random, rows * cols), normals(random, cols)]
    const [a, b] = [k.f32(x), k.f32(row)]
    k.run('binaryRow', { kind: 0, a: a.address, b: b.address, dst: a.address, rows, cols }, a)
    expectClose(
      k.readF32(a),
      Array.from(x, (v, i) => v + row[i % cols]),
    )
  })
})

test.each(binaryKinds)('binaryBroadcast: %s', name => {
  const kind = binaryKinds.indexOf(name)
  const f = binaryFunctions[name]
  repeat(60, (random, between) => {
    const shape = [between(1, 3), between(1, 3), between(1, 4), between(1, 5), between(1, 20)]
    const shapeOf = () => shape.map(d => (random.int(3) === 0 ? 1 : d))
    const [sa, sb] = [shapeOf(), shapeOf()]
    const size = (s: number[]) => s.reduce((p, d) => p * d, 1)
    const [x, y] = [normals(random, size(sa)), normals(random, size(sb))]
    const [as, bs] = [broadcastStrides(sa, shape), broadcastStrides(sb, shape)]
    const expected = Array.from({ length: size(shape) }, (_, i) => {
      let [rest, ia, ib] = [i, 0, 0]
      for (let d = 4; d >= 0; d--) {
        ia += (rest % shape[d]) * as[d]
        ib += (rest % shape[d]) * bs[d]
        rest = Math.floor(rest / shape[d])
      }
      return f(x[ia], y[ib])
    })
    const k = new Kernels()
    const [a, b, dst] = [k.f32(x), k.f32(y), k.space(expected.length)]
    const [d0, d1, d2, d3, d4] = shape
    const [aS0, aS1, aS2, aS3, aS4] = as
    const [bS0, bS1, bS2, bS3, bS4] = bs
    const shapes = { d0, d1, d2, d3, d4, aS0, aS1, aS2, aS3, aS4, bS0, bS1, bS2, bS3, bS4 }
    k.run('binaryBroadcast', { kind, a: a.address, b: b.address, dst: dst.address, ...shapes }, dst)
    expectClose(k.readF32(dst), expected)
  })
})
