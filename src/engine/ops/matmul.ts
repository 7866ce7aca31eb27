import type { Op, Tensor } from '../graph.ts'
import { expectNumbers, f32, shapeError, show } from './check.ts'
import { reshape } from './reshape.ts'

export interface MatmulAttrs {
  /** Whether a is given as [.., k, m] (b as [.., n, k]). */
  transposeA: boolean
  transposeB: boolean
}

/** Sizes of a (batched) product: [batch.., m, k] x [batch.., k, n]; b may have no batch. */
export function matmulSizes(a: readonly number[], b: readonly number[], { transposeA, transposeB }: MatmulAttrs) {
  const [ra, rb] = [a.length, b.length]
  const [m, k] = transposeA ? [a[ra - 1], a[ra - 2]] : [a[ra - 2], a[ra - 1]]
  const [kb, n] = transposeB ? [b[rb - 1], b[rb - 2]] : [b[rb - 2], b[rb - 1]]
  const batch = a.slice(0, -2).reduce((p, d) => p * d, 1)
  const batchB = b.slice(0, -2).reduce((p, d) => p * d, 1)
  return { m, k, kb, n, batch, batchB }
}

export const matmulOp: Op<MatmulAttrs> = {
  name: 'matmul',
  infer([a, b], attrs) {
    expectNumbers('matmul', [a, b])
    if (a.shape.length < 2 || b.shape.length < 2)
      throw shapeError('matmul', `${show(a.shape)} x ${show(b.shape)}`, 'two matrices')
    const { m, k, kb, n, batch, batchB } = matmulSizes(a.shape, b.shape, attrs)
    if (k !== kb || (batchB !== 1 && batchB !== batch))
      throw shapeError('matmul', `${show(a.shape)} x ${show(b.shape)}`, 'equal inner sizes (and batch sizes)')
    return [f32([...a.shape.slice(0, -2), m, n])]
  },
  gradient(node, [dy]) {
    if (!dy) return []
    const [a, b] = node.inputs
    const attrs = node.attrs as unknown as MatmulAttrs
    const { transposeA, transposeB } = attrs
    const { batch, batchB } = matmulSizes(a.shape, b.shape, attrs)
    const da = transposeA ? matmul(b, dy, transposeB, true) : matmul(dy, b, false, !transposeB)
    const asB = (db: Tensor) => reshape(db, b.shape)
    if (batchB === batch)
      return [
        reshape(da, a.shape),
        asB(transposeB ? matmul(dy, a, true, transposeA) : matmul(a, dy, !transposeA, false)),
      ]
    // One b serves every matrix of the batch: its gradient is one product over all the rows.
    const rows = (t: Tensor) => reshape(t, [-1, t.shape[t.shape.length - 1]])
    if (transposeA)
      throw shapeError('matmul', 'a transposed batch with one shared b', 'transposeA: false for its gradient')
    return [da, asB(transposeB ? matmul(rows(dy), rows(a), true, false) : matmul(rows(a), rows(dy), true, false))]
  },
  reference({ attrs, inputs: [a, b], outputs: [y], inputSpecs: [sa, sb] }) {
    const { m, k, n, batch, batchB } = matmulSizes(sa.shape, sb.shape, attrs)
    for (let z = 0; z < batch; z++) {
      const atA = z * m * k
      const atB = batchB === 1 ? 0 : z * k * n
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let sum = 0
          for (let l = 0; l < k; l++)
            sum +=
              a[atA + (attrs.transposeA ? l * m + i : i * k + l)] * b[atB + (attrs.transposeB ? j * k + l : l * n + j)]
          y[(z * m + i) * n + j] = sum
        }
    }
  },
}

/** Matrix product [.., m, k] x [.., k, n] -> [.., m, n]; leading axes of a are a batch, b may have none. */
export function matmul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  return a.graph.add(matmulOp, [a, b], { transposeA, transposeB })[0]
}
