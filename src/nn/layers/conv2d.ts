import { add, conv2d as conv2dOp, type Padding, type Pair } from '../../engine/ops/index.ts'
import { InklingError } from '../../errors.ts'
import { type Activation, activated } from '../activations.ts'
import type { Initializer, InitializerName } from '../initializers.ts'
import type { Layer, LayerOptions } from '../layer.ts'
import { positive } from './check.ts'

export interface Conv2dLayerOptions extends LayerOptions {
  strides?: Pair
  /** 'valid' (default), 'same', or pixels of zeros. */
  padding?: Padding
  activation?: Activation
  useBias?: boolean
  kernelInitializer?: Initializer | InitializerName
  biasInitializer?: Initializer | InitializerName
}

/**
 * 2-D convolution: [height, width, in] -> [height', width', filters].
 * Parameters: kernel [size, size, in, filters], bias [filters].
 *
 * @param filters number of output channels
 * @param size the window, one number or [height, width]
 */
export function conv2d(filters: number, size: Pair, options: Conv2dLayerOptions = {}): Layer {
  const { strides = 1, padding = 'valid', activation = 'linear', useBias = true } = options
  const { kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = options
  positive('conv2d', 'filters', filters)
  const [height, width] = typeof size === 'number' ? [size, size] : size
  return activated(
    'conv2d',
    (x, ctx) => {
      if (x.shape.length !== 4)
        throw new InklingError(
          `conv2d: got examples of shape [${x.shape.slice(1)}]; expected [height, width, channels]`,
        )
      const kernel = ctx.parameter('kernel', [height, width, x.shape[3], filters], kernelInitializer)
      const y = conv2dOp(x, kernel, { strides, padding })
      return useBias ? add(y, ctx.parameter('bias', [filters], biasInitializer, { kind: 'bias' })) : y
    },
    activation,
    options,
  )
}
