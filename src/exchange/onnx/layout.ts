import { sizeOf } from '../../engine/graph.ts'

/**
 * How the axes of a value lie in memory: entry j names the value's axis that is stored j-th. ONNX has channels first
 * and the engine last, so both directions keep values as the neighbouring operators want them and turn them only where
 * something reads them in order.
 */
export type Layout = readonly number[]

/** Stored as it is written. */
export const inOrder = (rank: number): Layout => Array.from({ length: rank }, (_, i) => i)

/** An ONNX value [batch, channels, ...] stored as the engine wants it: channels last. */
export const channelsLast = (rank: number): Layout =>
  rank < 3 ? inOrder(rank) : [0, ...inOrder(rank - 2).map(i => i + 2), 1]

/** An engine value [batch, ..., channels] stored as ONNX wants it: channels second. */
export const channelsSecond = (rank: number): Layout =>
  rank < 3 ? inOrder(rank) : [0, rank - 1, ...inOrder(rank - 2).map(i => i + 1)]

export const sameLayout = (a: Layout, b: Layout): boolean =>
  a.length === b.length && a.every((axis, j) => axis === b[j])

/** The shape in memory of a value of `shape`. */
export const stored = <T>(shape: readonly T[], layout: Layout): T[] => layout.map(axis => shape[axis])

/** What a transpose from one layout to another is called with. */
export const turn = (from: Layout, to: Layout): number[] => to.map(axis => from.indexOf(axis))

/** The layout after the value's axes were renamed: new axis i is old axis `permutation[i]`; nothing moves. */
export const renamed = (layout: Layout, permutation: readonly number[]): Layout =>
  layout.map(axis => permutation.indexOf(axis))

/** The layout without some axes of the value, which the others close up over. */
export const without = (layout: Layout, axes: readonly number[]): Layout =>
  layout.filter(axis => !axes.includes(axis)).map(axis => axis - axes.filter(gone => gone < axis).length)

/** Whether the values lie in order all the same, since only axes of size 1 changed places. */
export function liesInOrder(shape: readonly (number | string)[], layout: Layout): boolean {
  const long = layout.filter(axis => shape[axis] !== 1)
  return long.every((axis, i) => i === 0 || axis > long[i - 1])
}

/** Values of `shape` as they are stored in `layout`. */
export function turnedValues<T extends Float32Array | Float64Array>(
  values: T,
  shape: readonly number[],
  layout: Layout,
): T {
  if (liesInOrder(shape, layout)) return values
  const target = stored(shape, layout)
  const strides = layout.map(axis => sizeOf(shape.slice(axis + 1)))
  const at = target.map(() => 0)
  const turned = values.slice() as T
  let from = 0
  for (let i = 0; i < turned.length; i++) {
    turned[i] = values[from]
    for (let d = target.length - 1; d >= 0; d--) {
      from += strides[d]
      if (++at[d] < target[d]) break
      from -= strides[d] * target[d]
      at[d] = 0
    }
  }
  return turned
}
