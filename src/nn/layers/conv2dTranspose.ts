import { add, conv2dTranspose as conv2dTransposeOp, type Padding, type Pair } from '../../engine/ops/index.ts'
import { InklingError } from '../../errors.ts'
import { type Activation, activated } from '../activations.ts'
import type { Initializer, InitializerName } from '../initializers.ts'
import type { Layer, LayerOptions } from '../layer.ts'
import { positive } from './check.ts'

/** Settings of {@link conv2dTranspose}; strides default to 1, activation to linear. */
export interface Conv2dTransposeLayerOptions extends LayerOptions {
  strides?: Pair
  /** 'valid' (default), 'same' (the size times the stride), or pixels that are cut off. */
  padding?: Padding
  /** Rows and columns added at the end, with padding in pixels. */
  outputPadding?: Pair
  activation?: Activation
  useBias?: boolean
  kernelInitializer?: Initializer | InitializerName
  biasInitializer?: Initializer | InitializerName
}

/**
 * Transposed convolution, which makes pictures larger: [height, width, in] -> [height * stride, width * stride, filters]
 * with 'same'. Parameters: kernel [size, size, filters, in], bias [filters].
 */
export function conv2dTranspose(filters: number, size: Pair, options: Conv2dTransposeLayerOptions = {}): Layer {
  const { strides = 1, padding = 'valid', outputPadding = 0, activation = 'linear', useBias = true } = options
  const { kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = options
  positive('conv2dTranspose', 'filters', filters)
  const [height, width] = typeof size === 'number' ? [size, size] : size
  return activated(
    'conv2dTranspose',
    (x, ctx) => {
      if (x.shape.length !== 4)
        throw new InklingError(
          `conv2dTranspose: got examples of shape [${x.shape.slice(1)}]; expected [height, width, channels]`,
        )
      const kernel = ctx.parameter('kernel', [height, width, filters, x.shape[3]], kernelInitializer)
      const y = conv2dTransposeOp(x, kernel, { strides, padding, outputPadding })
      return useBias ? add(y, ctx.parameter('bias', [filters], biasInitializer, { kind: 'bias' })) : y
    },
    activation,
    options,
  )
}
