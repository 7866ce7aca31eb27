import type { Tensor } from '../graph.ts'
import { broadcastTo, multiply } from './arithmetic.ts'
import { expectRank, shapeError, show } from './check.ts'
import { concat, slice } from './concat.ts'
import { type Conv2dOptions, conv2d } from './conv2d.ts'
import { depthwiseConv2d } from './depthwiseConv2d.ts'
import { reshape } from './reshape.ts'

/**
 * Output channels below which neighbouring groups are computed together: the kernels work on 16 at a time, and whole
 * zeros cost no more than lanes that hold nothing.
 */
const LANES = 16

/**
 * Convolution in groups (Krizhevsky et al. 2012): output channels of group g see the input channels of group g alone.
 * With as many groups as input channels it is a depthwise convolution (Howard et al. 2017).
 *
 * Groups of one input channel have kernels of their own. Other groups of fewer than 16 output channels are computed
 * together, as one dense convolution with zeros between them: with 4 channels in and out that is 4 times the operations.
 *
 * @param x [batch, height, width, in]
 * @param w [kernel height, kernel width, in / groups, out]
 * @returns [batch, height', width', out]
 */
export function groupedConv2d(x: Tensor, w: Tensor, groups: number, options: Conv2dOptions = {}): Tensor {
  expectRank('groupedConv2d', 'input', x, 4)
  expectRank('groupedConv2d', 'kernel', w, 4)
  const [inputs, outputs] = [x.shape[3], w.shape[3]]
  if (!Number.isInteger(groups) || groups < 1 || inputs % groups !== 0 || outputs % groups !== 0)
    throw shapeError('groupedConv2d', `${groups} groups of ${inputs} channels to ${outputs}`, 'groups that divide both')
  const each = { inputs: inputs / groups, outputs: outputs / groups }
  if (w.shape[2] !== each.inputs)
    throw shapeError('groupedConv2d', `kernel ${show(w.shape)} for ${inputs} channels`, `${each.inputs} input channels`)
  if (each.inputs === 1) return depthwiseConv2d(repeatChannels(x, each.outputs), w, options)
  const together = Math.min(groups, Math.max(1, Math.ceil(LANES / each.outputs)))
  const parts: Tensor[] = []
  for (let from = 0; from < groups; from += together) {
    const to = Math.min(groups, from + together)
    const part = slice(x, 3, from * each.inputs, to * each.inputs)
    const kernel = slice(w, 3, from * each.outputs, to * each.outputs)
    parts.push(conv2d(part, blockDiagonal(kernel, to - from), options))
  }
  return concat(parts, 3)
}

/** Every channel `times` times, one after the other. */
function repeatChannels(x: Tensor, times: number): Tensor {
  if (times === 1) return x
  const repeated = broadcastTo(reshape(x, [...x.shape, 1]), [...x.shape, times])
  return reshape(repeated, [...x.shape.slice(0, -1), x.shape[3] * times])
}

/** [.., in, groups * out] -> [.., groups * in, groups * out] with zeros where the groups differ. */
function blockDiagonal(kernel: Tensor, groups: number): Tensor {
  if (groups === 1) return kernel
  const [inputs, width] = kernel.shape.slice(2)
  const outputs = width / groups
  const mask = new Float32Array(groups * inputs * width)
  for (let g = 0; g < groups; g++)
    for (let i = 0; i < inputs; i++) {
      const row = (g * inputs + i) * width + g * outputs
      mask.fill(1, row, row + outputs)
    }
  const repeated = concat(new Array<Tensor>(groups).fill(kernel), 2)
  return multiply(repeated, kernel.graph.constant(mask, [groups * inputs, width]))
}
