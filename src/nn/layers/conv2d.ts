import { add, conv2d as conv2dOp, groupedConv2d, type Padding, type Pair } from '../../engine/ops/index.ts'
import { InklingError } from '../../errors.ts'
import { type Activation, activated } from '../activations.ts'
import type { Initializer, InitializerName } from '../initializers.ts'
import type { Layer, LayerOptions } from '../layer.ts'
import { positive } from './check.ts'

/** Settings of {@link conv2d}; strides default to 1, activation to linear, kernels to Glorot's uniform, biases to 0. */
export interface Conv2dLayerOptions extends LayerOptions {
  strides?: Pair
  /** 'valid' (default), 'same', or pixels of zeros. */
  padding?: Padding
  /** Parts of the channels that are convolved apart; default 1. */
  groups?: number
  activation?: Activation
  useBias?: boolean
  kernelInitializer?: Initializer | InitializerName
  biasInitializer?: Initializer | InitializerName
}

/**
 * 2-D convolution: [height, width, in] -> [height', width', filters].
 * Parameters: kernel [size, size, in / groups, filters], bias [filters].
 *
 * @param filters number of output channels
 * @param size the window, one number or [height, width]
 */
export function conv2d(filters: number, size: Pair, options: Conv2dLayerOptions = {}): Layer {
  const { strides = 1, padding = 'valid', groups = 1, activation = 'linear', useBias = true } = options
  const { kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = options
  positive('conv2d', 'filters', filters)
  positive('conv2d', 'groups', groups)
  const [height, width] = typeof size === 'number' ? [size, size] : size
  return activated(
    'conv2d',
    (x, ctx) => {
      if (x.shape.length !== 4)
        throw new InklingError(
          `conv2d: got examples of shape [${x.shape.slice(1)}]; expected [height, width, channels]`,
        )
      if (x.shape[3] % groups !== 0 || filters % groups !== 0)
        throw new InklingError(`conv2d: ${groups} groups must divide ${x.shape[3]} channels and ${filters} filters`, {
          exitCode: 2,
        })
      const kernel = ctx.parameter('kernel', [height, width, x.shape[3] / groups, filters], kernelInitializer)
      const y =
        groups === 1
          ? conv2dOp(x, kernel, { strides, padding })
          : groupedConv2d(x, kernel, groups, { strides, padding })
      return useBias ? add(y, ctx.parameter('bias', [filters], biasInitializer, { kind: 'bias' })) : y
    },
    activation,
    options,
  )
}
