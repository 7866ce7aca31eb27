import { type Initializer, initializerOf } from '../initializers.ts'
import { type RecurrentLayer, type RecurrentLayerOptions, recurrentLayer } from './recurrent.ts'

/** Settings of {@link lstm}. */
export interface LstmOptions extends RecurrentLayerOptions {
  /** Start the forget gate's bias at 1 (Jozefowicz et al. 2015). Default true. */
  unitForgetBias?: boolean
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate of Gers et al. 2000): [time, in] -> [units] or
 * [time, units]. The gates lie in Keras' order i, f, g, o.
 */
export function lstm(units: number, { unitForgetBias = true, ...options }: LstmOptions = {}): RecurrentLayer {
  const { biasInitializer = 'zeros' } = options
  const withForget: Initializer = (shape, random) =>
    initializerOf(biasInitializer)(shape, random).fill(1, units, 2 * units)
  return recurrentLayer('lstm', 'lstm', units, {
    ...options,
    biasInitializer: unitForgetBias ? withForget : biasInitializer,
  })
}
