import { sizeOf } from '../../engine/graph.ts'
import { broadcastShape, broadcastStrides } from '../../engine/ops/arithmetic.ts'
import { InklingError } from '../../errors.ts'
import type { NodeCall } from './importer.ts'
import { type Known, MOST_KNOWN, type Value } from './scope.ts'
import type { Values } from './tensors.ts'

/** Arithmetic on values that are known while the graph is built: how exporters work out shapes. */

export const knownValue = (values: ArrayLike<number>, shape: readonly number[], integer = true): Known => ({
  known: { shape, integer, values: integer ? Float64Array.from(values) : Float32Array.from(values) },
})

/** @throws InklingError where a file asks for more values than any shape needs */
export function checkKnown(shape: readonly number[]): void {
  if (!(sizeOf(shape) <= MOST_KNOWN)) throw new InklingError(`a shape computation of [${shape}] values is too large`)
}

/** Values of `shape` repeated to a larger one. */
export function expandKnown({ shape, values, integer }: Values, target: readonly number[]): Known {
  checkKnown(target)
  const strides = broadcastStrides(shape, target)
  const from = positions(target, strides)
  return knownValue(
    Array.from(from, i => values[i]),
    target,
    integer,
  )
}

function positions(shape: readonly number[], strides: readonly number[]): Float64Array {
  const list = new Float64Array(sizeOf(shape))
  for (let i = 0; i < list.length; i++) {
    let rest = i
    for (let d = shape.length - 1; d >= 0; d--) {
      list[i] += (rest % shape[d]) * strides[d]
      rest = Math.floor(rest / shape[d])
    }
  }
  return list
}

const arithmetic: Record<string, (a: number, b: number, integer: boolean) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b, integer) => (integer ? Math.trunc(a / b) : a / b),
  Max: (a, b) => Math.max(a, b),
  Min: (a, b) => Math.min(a, b),
  Equal: (a, b) => (a === b ? 1 : 0),
}

/** The result of an operator of two values, where both are known (weights are not: they learn). */
export function computeKnown({ op, scope }: NodeCall, [a, b]: readonly Value[]): Known | undefined {
  const f = arithmetic[op]
  if (!f || !('known' in a) || !('known' in b)) return undefined
  const shape = broadcastShape(op, a.known.shape, b.known.shape)
  checkKnown(shape)
  scope.checkSize(shape)
  const [x, y] = [a, b].map(v => expandKnown(v.known, shape).known.values)
  const integer = a.known.integer && b.known.integer
  return knownValue(
    Array.from(x, (v, i) => f(v, y[i], integer)),
    shape,
    integer || op === 'Equal',
  )
}
