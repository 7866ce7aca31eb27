import { InklingError } from '../../errors.ts'
import type { DType, Shape, Spec } from '../graph.ts'

/** Text of a shape for messages. */
export const show = (shape: Shape) => `[${shape.join(', ')}]`

/** A shape error: says which op, what came and what was expected. */
export function shapeError(op: string, came: string, expected: string): InklingError {
  return new InklingError(`${op}: got ${came}; expected ${expected}`)
}

export function expectRank(op: string, what: string, spec: Spec, rank: number): void {
  if (spec.shape.length !== rank) throw shapeError(op, `${what} of shape ${show(spec.shape)}`, `${rank} dimensions`)
}

export function expectDType(op: string, what: string, spec: Spec, dtype: DType): void {
  if (spec.dtype !== dtype) throw shapeError(op, `${what} of type ${spec.dtype}`, dtype)
}

/** Kernels read what they are given as f32. */
export function expectNumbers(op: string, specs: readonly Spec[]): void {
  for (const spec of specs) expectDType(op, 'input', spec, 'f32')
}

export function expectSame(op: string, a: Spec, b: Spec): void {
  if (a.shape.join() !== b.shape.join()) throw shapeError(op, `${show(a.shape)} and ${show(b.shape)}`, 'equal shapes')
}

/** A negative axis counts from the end. */
export function normalAxis(op: string, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank)
    throw shapeError(op, `axis ${axis}`, `a whole number from ${-rank} to ${rank - 1}`)
  return positive
}

export const f32 = (shape: Shape): Spec => ({ shape, dtype: 'f32' })
