import { add, matmul, reshape } from '../../engine/ops/index.ts'
import { type Activation, activated } from '../activations.ts'
import type { Initializer, InitializerName } from '../initializers.ts'
import type { Layer, LayerOptions } from '../layer.ts'
import { positive } from './check.ts'

/** Settings of {@link dense}; by default linear, with a bias, kernels by Glorot's uniform, biases 0. */
export interface DenseOptions extends LayerOptions {
  activation?: Activation
  useBias?: boolean
  kernelInitializer?: Initializer | InitializerName
  biasInitializer?: Initializer | InitializerName
}

/** Fully connected: [..., in] -> [..., units]. Parameters: kernel [in, units], bias [units]. */
export function dense(units: number, options: DenseOptions = {}): Layer {
  const { activation = 'linear', useBias = true } = options
  const { kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = options
  positive('dense', 'units', units)
  return activated(
    'dense',
    (x, ctx) => {
      const width = x.shape[x.shape.length - 1]
      const kernel = ctx.parameter('kernel', [width, units], kernelInitializer)
      // One product over all rows, whatever the leading axes are.
      let y = matmul(reshape(x, [-1, width]), kernel)
      if (useBias) y = add(y, ctx.parameter('bias', [units], biasInitializer, { kind: 'bias' }))
      return reshape(y, [...x.shape.slice(0, -1), units])
    },
    activation,
    options,
  )
}
