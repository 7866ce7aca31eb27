import { dropout as dropoutOp } from '../../engine/ops/index.ts'
import { InklingError } from '../../errors.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** Sets values to 0 with probability `rate` while training and scales the others up; nothing when predicting. */
export function dropout(rate: number, options: LayerOptions = {}): Layer {
  if (!(rate >= 0 && rate < 1))
    throw new InklingError(`dropout: the rate must be at least 0 and below 1, got ${rate}`, { exitCode: 2 })
  return layer('dropout', (x, ctx) => (ctx.training ? dropoutOp(x, rate, ctx.seed, ctx.nextSalt()) : x), options)
}
