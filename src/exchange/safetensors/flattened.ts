import { isInput, isParameter, type Node, type Tensor } from '../../engine/graph.ts'
import { batchNormInferenceOp } from '../../engine/ops/batchNorm.ts'
import { conv2dInputGradientOp, conv2dOp } from '../../engine/ops/conv2d.ts'
import { depthwiseConv2dOp } from '../../engine/ops/depthwiseConv2d.ts'
import { matmulOp } from '../../engine/ops/matmul.ts'
import { averagePool2dOp, maxPool2dOp } from '../../engine/ops/pool2d.ts'
import { reshapeOp } from '../../engine/ops/reshape.ts'
import { evaluationStep } from '../../nn/evaluationStep.ts'
import type { Model } from '../../nn/model.ts'

/**
 * Parameters whose first axis runs over a flattened picture, with its shape [height, width, channels]: PyTorch
 * flattens channels first. Found by following the values through the model's graph.
 */
export function flattenedParameters(model: Model): Map<string, readonly number[]> {
  const found = new Map<string, readonly number[]>()
  const { graph } = evaluationStep(model, { batch: 2, input: { dtype: 'f32' } })
  /** Values with channels last where PyTorch has them first: the example's shape before it was flattened. */
  const pictures = new Map<Tensor, readonly number[]>()
  for (const node of graph.nodes) {
    const [x] = node.inputs
    const [y] = node.outputs
    if (isInput(node)) {
      if (y.shape.length > 3) pictures.set(y, y.shape.slice(1))
    } else if (spatial.has(node.op)) pictures.set(y, y.shape.slice(1))
    else if (node.op === reshapeOp) {
      const shape = pictures.get(x)
      if (shape) pictures.set(y, y.shape.length === 2 ? shape : y.shape.slice(1))
      // Back to something with channels: only axes of 1 may have come or gone.
      if (shape && y.shape.length > 2 && long(y.shape.slice(1)) !== long(shape)) pictures.delete(y)
    } else if (node.op === matmulOp) note(node, 1, pictures.get(x), found)
    else if (node.op === batchNormInferenceOp || isElementwise(node)) {
      const shape = node.inputs.map(input => pictures.get(input)).find(s => s !== undefined)
      node.inputs.forEach((_, i) => {
        note(node, i, shape, found)
      })
      if (shape) pictures.set(y, shape)
    }
  }
  return found
}

const spatial = new Set([conv2dOp, depthwiseConv2dOp, conv2dInputGradientOp, maxPool2dOp, averagePool2dOp] as unknown[])

const long = (shape: readonly number[]) => shape.filter(d => d !== 1).join()

/** One value comes of those at the same place. */
function isElementwise({ inputs, outputs: [y, ...others] }: Node): boolean {
  return (
    others.length === 0 &&
    inputs.some(x => x.shape.join() === y.shape.join()) &&
    inputs.every(x => x.shape.join() === y.shape.join() || x.shape.length <= 1)
  )
}

/** Notes input `i` where it is a parameter over all values of the flattened picture. */
function note(
  node: Node,
  i: number,
  shape: readonly number[] | undefined,
  found: Map<string, readonly number[]>,
): void {
  const input = node.inputs[i]
  const size = shape?.reduce((p, d) => p * d, 1)
  if (!shape || node.inputs[0].shape.length !== 2 || !isParameter(input.node) || input.shape[0] !== size) return
  if (shape.filter(d => d !== 1).length > 1 && shape[shape.length - 1] !== 1)
    found.set(input.node.attrs.name as string, shape)
}
