import { leakyRelu as leakyReluOp } from '../../engine/ops/index.ts'
import { type Activation, activated, LEAKY_SLOPE } from '../activations.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'

/** relu, leakyRelu, sigmoid, tanh, gelu, softmax, linear, or a function over ops, as a layer of its own. */
export const activation = (kind: Activation, options: LayerOptions = {}): Layer =>
  activated(typeof kind === 'string' ? kind : 'activation', x => x, kind, options)

/** x where x > 0, else slope * x (Keras' default slope). */
export const leakyRelu = (slope = LEAKY_SLOPE, options: LayerOptions = {}): Layer =>
  layer('leakyRelu', x => leakyReluOp(x, slope), options)
