import { add } from '../../engine/ops/index.ts'
import { type Activation, activationOf } from '../activations.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** Settings of {@link residual}. */
export interface ResidualOptions extends LayerOptions {
  /** What the shortcut goes through where shapes change; default: nothing. */
  shortcut?: readonly Layer[]
  /** After the sum. */
  activation?: Activation
}

/** activation(body(x) + shortcut(x)) (He et al. 2016). */
export function residual(
  body: readonly Layer[],
  { shortcut = [], activation = 'linear', ...options }: ResidualOptions = {},
): Layer {
  const f = activationOf(activation)
  return layer(
    'residual',
    (x, ctx) => {
      const through = (layers: readonly Layer[]) => layers.reduce((value, inner) => ctx.apply(inner, value), x)
      return f(add(through(body), through(shortcut)))
    },
    options,
  )
}
