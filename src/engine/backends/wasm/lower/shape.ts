import { bytesPerElement, type Op, sizeOf } from '../../../graph.ts'
import { concatOp, type SliceAttrs, sliceOp } from '../../../ops/concat.ts'
import { reshapeOp } from '../../../ops/reshape.ts'
import { transposeOp } from '../../../ops/transpose.ts'
import { plus } from '../program.ts'
import { mergeAxes } from './elementwise.ts'
import type { Lowering } from './table.ts'

/** Ops that only move values. */
export function shapeLowerings(): [Op, Lowering][] {
  return [
    [reshapeOp, reshape],
    [transposeOp, transpose],
    [concatOp, concat],
    [sliceOp, slice],
  ]
}

const reshape: Lowering = ({ main, outputs: [y] }, program) => program.alias(y, program.at(main.inputs[0]))

const transpose: Lowering = ({ main, outputs: [y] }, program) => {
  const { permutation } = main.attrs as { permutation: readonly number[] }
  const [x] = main.inputs
  const strides = permutation.map(p => sizeOf(x.shape.slice(p + 1)))
  const { dims, strides: merged } = mergeAxes(y.shape, [strides])
  const [d0, d1, d2, d3, d4] = dims
  const [s0, s1, s2, s3, s4] = merged[0]
  program.emit('transpose', {
    src: program.at(x),
    dst: program.output(y),
    ...{ d0, d1, d2, d3, d4, s0, s1, s2, s3, s4 },
  })
}

const concat: Lowering = ({ main, outputs: [y] }, program) => {
  const { axis } = main.attrs as { axis: number }
  const rows = sizeOf(y.shape.slice(0, axis))
  const rowOf = (shape: readonly number[]) => sizeOf(shape.slice(axis)) * bytesPerElement[y.dtype]
  const dst = program.output(y)
  let at = 0
  program.together(emit => {
    for (const x of main.inputs) {
      const rowBytes = rowOf(x.shape)
      const strides = { srcStride: rowBytes, dstStride: rowOf(y.shape) }
      emit('copy2d', { src: program.at(x), dst: plus(dst, at), rows, rowBytes, ...strides })
      at += rowBytes
    }
  })
}

const slice: Lowering = ({ main, outputs: [y] }, program) => {
  const { axis, from } = main.attrs as unknown as SliceAttrs
  const [x] = main.inputs
  const element = bytesPerElement[y.dtype]
  const rowBytes = sizeOf(y.shape.slice(axis)) * element
  program.emit('copy2d', {
    src: plus(program.at(x), from * sizeOf(y.shape.slice(axis + 1)) * element),
    dst: program.output(y),
    rows: sizeOf(y.shape.slice(0, axis)),
    rowBytes,
    srcStride: sizeOf(x.shape.slice(axis)) * element,
    dstStride: rowBytes,
  })
}
