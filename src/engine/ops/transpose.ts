import { InklingError } from '../../errors.ts'
import type { Op, Tensor } from '../graph.ts'
import { show } from './check.ts'

export const transposeOp: Op<{ permutation: readonly number[] }> = {
  name: 'transpose',
  infer: ([x], { permutation }) => [{ shape: permutation.map(p => x.shape[p]), dtype: x.dtype }],
  gradient(node, [dy]) {
    const { permutation } = node.attrs as { permutation: readonly number[] }
    const inverse = permutation.map((_, i) => permutation.indexOf(i))
    return dy ? [transpose(dy, inverse)] : []
  },
  reference({ attrs: { permutation }, inputs: [x], outputs: [y], inputSpecs: [spec], outputSpecs: [out] }) {
    const strides = spec.shape.map((_, i) => spec.shape.slice(i + 1).reduce((p, d) => p * d, 1))
    for (let i = 0; i < y.length; i++) {
      let rest = i
      let from = 0
      for (let d = out.shape.length - 1; d >= 0; d--) {
        from += (rest % out.shape[d]) * strides[permutation[d]]
        rest = Math.floor(rest / out.shape[d])
      }
      y[i] = x[from]
    }
  },
}

/** Axes reordered: output axis i is input axis `permutation[i]` (reversed by default). */
export function transpose(x: Tensor, permutation: readonly number[] = x.shape.map((_, i) => x.shape.length - 1 - i)) {
  if ([...permutation].sort((a, b) => a - b).join() !== x.shape.map((_, i) => i).join())
    throw new InklingError(`transpose: permutation ${show(permutation)} does not fit shape ${show(x.shape)}`)
  if (permutation.every((p, i) => p === i)) return x
  return x.graph.add(transposeOp, [x], { permutation: [...permutation] })[0]
}
