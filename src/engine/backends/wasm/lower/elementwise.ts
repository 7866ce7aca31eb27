import { type Op, sizeOf } from '../../../graph.ts'
// The functions register themselves when their files load.
import '../../../ops/activations.ts'
import '../../../ops/pointwise.ts'
import { binaryOps, broadcastStrides, broadcastToOp } from '../../../ops/arithmetic.ts'
import { type UnaryAttrs, unaryOps } from '../../../ops/elementwise.ts'
import { binaryKinds, unaryKinds } from '../kinds.ts'
import type { Place, Program } from '../program.ts'
import type { Lowering } from './table.ts'

/** Elementwise functions, their gradients, and arithmetic with broadcasting. */
export function elementwiseLowerings(): [Op, Lowering][] {
  return [
    ...[...unaryOps.values()].flatMap(({ op, gradientOp, definition }) => {
      const kind = unaryKinds.indexOf(definition.name as never)
      return kind < 0 ? [] : [[op, unary(kind)] as const, [gradientOp, unaryGradient(kind)] as const]
    }),
    ...[...binaryOps].map(([name, op]) => [op, binary(binaryKinds.indexOf(name as never))] as const),
    [broadcastToOp, broadcastTo] as const,
  ].map(([op, lowering]) => [op, lowering])
}

const unary =
  (kind: number): Lowering =>
  ({ main, outputs: [y] }, program) => {
    const [x] = main.inputs
    const { alpha, beta } = main.attrs as unknown as UnaryAttrs
    const src = program.at(x)
    program.emit('unary', { kind, src, dst: program.output(y, x), count: sizeOf(y.shape), alpha, beta })
  }

const unaryGradient =
  (kind: number): Lowering =>
  ({ main, outputs: [dx] }, program) => {
    const [dy, ref] = main.inputs
    const { alpha, beta } = main.attrs as unknown as UnaryAttrs
    const places = { dy: program.at(dy), ref: program.at(ref) }
    program.emit('unaryGrad', { kind, ...places, dx: program.output(dx, dy), count: sizeOf(dx.shape), alpha, beta })
  }

const binary =
  (kind: number): Lowering =>
  ({ main, outputs: [y] }, program) => {
    const [a, b] = main.inputs
    const places = { a: program.at(a), b: program.at(b) }
    const count = sizeOf(y.shape)
    if (a.shape.join() === y.shape.join() && b.shape.join() === y.shape.join()) {
      program.emit('binary', { kind, ...places, dst: program.output(y, program.dies(a) ? a : b), count })
      return
    }
    const cols = sizeOf(b.shape)
    if (
      a.shape.join() === y.shape.join() &&
      b.shape.every((d, i) => d === y.shape[y.shape.length - b.shape.length + i])
    ) {
      // b fills the last axes: one value a column.
      program.emit('binaryRow', { kind, ...places, dst: program.output(y, a), rows: count / cols, cols })
      return
    }
    const strides = [broadcastStrides(a.shape, y.shape), broadcastStrides(b.shape, y.shape)]
    broadcast(program, kind, y.shape, places.a, strides[0], places.b, strides[1], program.output(y))
  }

const broadcastTo: Lowering = ({ main, outputs: [y] }, program) => {
  const [x] = main.inputs
  const zero = program.constant([0])
  const strides = broadcastStrides(x.shape, y.shape)
  const none = y.shape.map(() => 0)
  broadcast(program, binaryKinds.indexOf('add'), y.shape, program.at(x), strides, zero, none, program.output(y))
}

function broadcast(
  program: Program,
  kind: number,
  shape: readonly number[],
  a: Place,
  aStrides: readonly number[],
  b: Place,
  bStrides: readonly number[],
  dst: Place,
): void {
  const { dims, strides } = mergeAxes(shape, [aStrides, bStrides])
  const [d0, d1, d2, d3, d4] = dims
  const [[aS0, aS1, aS2, aS3, aS4], [bS0, bS1, bS2, bS3, bS4]] = strides
  const args = { kind, a, b, dst, d0, d1, d2, d3, d4 }
  program.emit('binaryBroadcast', { ...args, aS0, aS1, aS2, aS3, aS4, bS0, bS1, bS2, bS3, bS4 })
}

/** Joins neighbouring axes that are contiguous for every operand, and pads with axes of 1 to five in all. */
export function mergeAxes(shape: readonly number[], strides: readonly (readonly number[])[]) {
  const dims: number[] = []
  const merged = strides.map(() => [] as number[])
  shape.forEach((size, i) => {
    const last = dims.length - 1
    if (size === 1) return
    if (last >= 0 && strides.every((s, o) => merged[o][last] === s[i] * size)) {
      dims[last] *= size
      strides.forEach((s, o) => {
        merged[o][last] = s[i]
      })
      return
    }
    dims.push(size)
    strides.forEach((s, o) => {
      merged[o].push(s[i])
    })
  })
  if (dims.length > 5) throw new Error(`[${shape}] does not merge to five axes`)
  while (dims.length < 5) {
    dims.unshift(1)
    for (const m of merged) m.unshift(0)
  }
  return { dims, strides: merged }
}
