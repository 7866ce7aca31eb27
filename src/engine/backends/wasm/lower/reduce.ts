import { type Op, sizeOf } from '../../../graph.ts'
import { maxOp, meanOp, minOp, type ReduceAttrs, sumOp } from '../../../ops/reduce.ts'
import { reduceKinds } from '../kinds.ts'
import type { Place, Program } from '../program.ts'
import { reduceSlices } from '../slices.ts'
import type { Lowering } from './table.ts'

export function reduceLowerings(): [Op, Lowering][] {
  return [
    [sumOp, reduce('sum')],
    [meanOp, reduce('mean')],
    [maxOp, reduce('max')],
    [minOp, reduce('min')],
  ]
}

const reduce =
  (kind: (typeof reduceKinds)[number]): Lowering =>
  ({ main, outputs: [y] }, program) => {
    const { axes } = main.attrs as unknown as ReduceAttrs
    const [x] = main.inputs
    const shape = [...x.shape]
    let src = program.at(x)
    // Runs of neighbouring axes one after another, the last first.
    const runs: [number, number][] = []
    for (const axis of axes) {
      const last = runs.at(-1)
      if (last && last[1] === axis) last[1] = axis + 1
      else runs.push([axis, axis + 1])
    }
    if (runs.length === 0) {
      const bytes = sizeOf(shape) * 4
      program.emit('copy2d', {
        src,
        dst: program.output(y),
        rows: 1,
        rowBytes: bytes,
        srcStride: bytes,
        dstStride: bytes,
      })
      return
    }
    runs.reverse().forEach(([from, to], i) => {
      const outer = sizeOf(shape.slice(0, from))
      const mid = sizeOf(shape.slice(from, to))
      const inner = sizeOf(shape.slice(to))
      const dst = i === runs.length - 1 ? program.output(y) : program.scratch(outer * inner * 4)
      reduceAxis(program, kind, src, dst, outer, mid, inner)
      for (let a = from; a < to; a++) shape[a] = 1
      src = dst
    })
  }

/** [outer][mid][inner] -> [outer][inner], in slices of `mid` where that gives the threads something to do. */
export function reduceAxis(
  program: Program,
  kind: (typeof reduceKinds)[number],
  src: Place,
  dst: Place,
  outer: number,
  mid: number,
  inner: number,
): void {
  const slices = reduceSlices(outer, mid, inner)
  const k = reduceKinds.indexOf(kind)
  const count = outer * inner
  const partials = slices > 1 ? program.scratch(slices * count * 4) : dst
  program.emit('reduce', { kind: k, src, dst, outer, mid, inner, partials, slices })
  if (slices > 1) program.emit('reduceCombine', { kind: k, partials, dst, slices, count, mid })
}
