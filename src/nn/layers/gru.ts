import { type RecurrentLayer, type RecurrentLayerOptions, recurrentLayer } from './recurrent.ts'

/**
 * Gated recurrent unit (Cho et al. 2014) in the form of Keras' reset_after and of PyTorch: the reset gate works on the
 * product with the recurrent kernel. [time, in] -> [units] or [time, units]. Gates in Keras' order z, r, n; its two rows
 * of biases are `bias` and `recurrentBias` here.
 */
export const gru = (units: number, options: RecurrentLayerOptions = {}): RecurrentLayer =>
  recurrentLayer('gru', 'gru', units, options)
