import { InklingError } from '../../errors.ts'
import { type RecurrentLayer, type RecurrentLayerOptions, recurrentLayer } from './recurrent.ts'

/** Settings of {@link simpleRnn}. */
export interface SimpleRnnOptions extends RecurrentLayerOptions {
  /** Default 'tanh'. */
  activation?: 'tanh' | 'relu'
}

/** A fully connected recurrent layer, h' = f(x W + b + h U) (Elman 1990): [time, in] -> [units] or [time, units]. */
export function simpleRnn(units: number, { activation = 'tanh', ...options }: SimpleRnnOptions = {}): RecurrentLayer {
  if (activation !== 'tanh' && activation !== 'relu')
    throw new InklingError(`simpleRnn: the activation must be tanh or relu, got ${JSON.stringify(activation)}`, {
      exitCode: 2,
    })
  return recurrentLayer('simpleRnn', activation, units, options)
}
