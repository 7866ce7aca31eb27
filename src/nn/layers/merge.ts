import { add as addOp, concat as concatOp } from '../../engine/ops/index.ts'
import { InklingError } from '../../errors.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** Sum of its inputs, elementwise: `add()(a, b)`. */
export const add = (options: LayerOptions = {}): Layer =>
  layer('add', (x, _, others) => [x, ...several('add', others)].reduce((a, b) => addOp(a, b)), options)

/** Its inputs side by side along `axis` (the channels by default; the batch counts as axis 0): `concat()(a, b)`. */
export const concat = ({ axis = -1, ...options }: LayerOptions & { axis?: number } = {}): Layer =>
  layer('concat', (x, _, others) => concatOp([x, ...several('concat', others)], axis), options)

function several<T>(type: string, others: readonly T[]): readonly T[] {
  if (others.length === 0)
    throw new InklingError(`${type}: got one input; expected two or more`, {
      exitCode: 2,
      hint: `Use it in a functional model: ${type}()(a, b).`,
    })
  return others
}
