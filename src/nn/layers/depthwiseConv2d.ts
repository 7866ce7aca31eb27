import { add, groupedConv2d, type Padding, type Pair, reshape } from '../../engine/ops/index.ts'
import { InklingError } from '../../errors.ts'
import { type Activation, activated } from '../activations.ts'
import type { Initializer, InitializerName } from '../initializers.ts'
import type { Layer, LayerOptions } from '../layer.ts'
import { positive } from './check.ts'

/** Settings of {@link depthwiseConv2d}; strides default to 1, padding to 'valid', activation to linear. */
export interface DepthwiseConv2dOptions extends LayerOptions {
  strides?: Pair
  padding?: Padding
  /** Output channels of every input channel; default 1. */
  depthMultiplier?: number
  activation?: Activation
  useBias?: boolean
  kernelInitializer?: Initializer | InitializerName
  biasInitializer?: Initializer | InitializerName
}

/**
 * A convolution of every channel by itself: [height, width, in] -> [height', width', in * depthMultiplier].
 * Parameters: kernel [size, size, in, depthMultiplier], bias [in * depthMultiplier].
 */
export function depthwiseConv2d(size: Pair, options: DepthwiseConv2dOptions = {}): Layer {
  const { strides = 1, padding = 'valid', depthMultiplier = 1, activation = 'linear', useBias = true } = options
  const { kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = options
  positive('depthwiseConv2d', 'depthMultiplier', depthMultiplier)
  const [height, width] = typeof size === 'number' ? [size, size] : size
  return activated(
    'depthwiseConv2d',
    (x, ctx) => {
      if (x.shape.length !== 4)
        throw new InklingError(
          `depthwiseConv2d: got examples of shape [${x.shape.slice(1)}]; expected [height, width, channels]`,
        )
      const channels = x.shape[3]
      const filters = channels * depthMultiplier
      const kernel = ctx.parameter('kernel', [height, width, channels, depthMultiplier], kernelInitializer)
      const y = groupedConv2d(x, reshape(kernel, [height, width, 1, filters]), channels, { strides, padding })
      return useBias ? add(y, ctx.parameter('bias', [filters], biasInitializer, { kind: 'bias' })) : y
    },
    activation,
    options,
  )
}
