import { type Op, sizeOf } from '../../../graph.ts'
import { type MatmulAttrs, matmulOp, matmulSizes } from '../../../ops/matmul.ts'
import { packedBytes } from '../convolution.ts'
import type { Fused } from '../fuse.ts'
import { type Place, type Program, plus } from '../program.ts'
import type { Lowering } from './table.ts'

export function matmulLowerings(): [Op, Lowering][] {
  return [[matmulOp, matmul]]
}

/** Sums over unpacked B are cut into blocks of this many terms: it keeps B's rows in the first cache. */
const RAW_BLOCK = 256

const matmul: Lowering = (step, program) => {
  const { main, fused } = step
  const attrs = main.attrs as unknown as MatmulAttrs
  const [a, b] = main.inputs
  const sizes = matmulSizes(a.shape, b.shape, attrs)
  const { k, n, batch, batchB } = sizes
  // A batch of matrices times one shared matrix is one product over all their rows.
  const joined = batchB === 1 && !attrs.transposeA && batch > 1
  const m = joined ? sizes.m * batch : sizes.m
  const count = joined ? 1 : batch
  let packed: Place | undefined
  const panels = packedBytes(k, n)
  const copies = batchB > 1 ? count : 1
  if (attrs.transposeB) {
    const target = program.scratch(panels * copies)
    packed = target
    const source = program.at(b)
    program.together(emit => {
      for (let i = 0; i < copies; i++)
        emit('packBt', { src: plus(source, i * n * k * 4), dst: plus(target, i * panels), K: k, N: n, stride: k * 4 })
    })
  }
  const places = { a: program.at(a), b: packed ?? program.at(b) }
  program.emit('gemm', {
    ...places,
    aStride: (attrs.transposeA ? m : k) * 4,
    aMode: attrs.transposeA ? 1 : 0,
    bMode: packed ? 0 : 1,
    bStride: n * 4,
    c: program.output(step.outputs[0]),
    cStride: n * 4,
    M: m,
    N: n,
    K: k,
    Kc: packed ? 0 : RAW_BLOCK,
    ...epilogue(fused, n, program),
    batch: count,
    aBatch: count > 1 ? (sizeOf(a.shape) / count) * 4 : 0,
    bBatch: batchB > 1 ? (packed ? panels : k * n * 4) : 0,
    cBatch: count > 1 ? m * n * 4 : 0,
  })
}

/** How a product or convolution with `n` output columns ends: bias and ReLU. */
export function epilogue(fused: Fused, n: number, program: Program): { mode: number; bias: Place | number } {
  if (!fused.bias && !fused.relu) return { mode: 0, bias: 0 }
  const bias = fused.bias ? program.at(fused.bias) : program.constant(new Float32Array(n))
  return { mode: fused.relu ? 2 : 3, bias }
}
