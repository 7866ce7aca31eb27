import { InklingError } from '../../errors.ts'
import type { Op, Tensor } from '../graph.ts'
import { f32 } from './check.ts'
import { dropoutKeeps, dropoutKey, dropoutScale, dropoutThreshold } from './dropoutMask.ts'

export interface DropoutAttrs {
  rate: number
  /** Tells the dropouts of one graph apart. */
  salt: number
}

/**
 * Inputs: x, and seed i32 [2] = (seed, step). Each value is kept with probability 1 - rate and scaled by
 * 1 / (1 - rate). Nothing is stored: the gradient draws the same mask again (Srivastava et al. 2014).
 */
export const dropoutOp: Op<DropoutAttrs> = {
  name: 'dropout',
  infer: ([x]) => [f32(x.shape)],
  gradient(node, [dy]) {
    const { rate, salt } = node.attrs as unknown as DropoutAttrs
    return dy ? [dy.graph.add(dropoutOp, [dy, node.inputs[1]], { rate, salt })[0], undefined] : []
  },
  reference({ attrs: { rate, salt }, inputs: [x, seed], outputs: [y] }) {
    const key = dropoutKey(seed[0], seed[1], salt)
    const [threshold, scale] = [dropoutThreshold(rate), dropoutScale(rate)]
    for (let i = 0; i < y.length; i++) y[i] = dropoutKeeps(i, key, threshold) ? x[i] * scale : 0
  },
}

/** Dropout of `rate`, its mask drawn from `seed` (i32 [2]: seed, step) and `salt`. */
export function dropout(x: Tensor, rate: number, seed: Tensor, salt: number): Tensor {
  if (!(rate >= 0 && rate < 1)) throw new InklingError(`a dropout rate must be in [0, 1), got ${rate}`, { exitCode: 2 })
  return rate === 0 ? x : x.graph.add(dropoutOp, [x, seed], { rate, salt })[0]
}
