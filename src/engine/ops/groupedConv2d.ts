import type { Tensor } from '../graph.ts'
import { multiply } from './arithmetic.ts'
import { expectRank, shapeError, show } from './check.ts'
import { concat, slice } from './concat.ts'
import { type Conv2dOptions, conv2d } from './conv2d.ts'

/**
 * Output channels below which neighbouring groups are computed together: the kernels work on 16 at a time, and whole
 * zeros cost no more than lanes that hold nothing.
 */
const LANES = 16

/**
 * Convolution in groups (Krizhevsky et al. 2012): output channels of group g see the input channels of group g alone.
 * With as many groups as input channels it is a depthwise convolution (Howard et al. 2017).
 *
 * Groups of few channels are computed as one dense convolution with zeros between them. Depthwise convolutions take 16
 * times the operations they need that way, which is still far below a dense convolution of as many channels.
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
