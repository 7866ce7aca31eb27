import type { Op, Tensor } from '../graph.ts'
import { sizeOf } from '../graph.ts'
import { multiply, subtract } from './arithmetic.ts'
import { f32, shapeError, show } from './check.ts'
import { affine, reciprocal, sqrt } from './pointwise.ts'
import { sum } from './reduce.ts'

export interface BatchNormAttrs {
  epsilon: number
}

function checkChannels(op: string, shapes: readonly (readonly number[])[]): void {
  const channels = shapes[0][shapes[0].length - 1]
  for (const s of shapes.slice(1))
    if (s.length !== 1 || s[0] !== channels)
      throw shapeError(op, `${show(s)} beside an input of ${show(shapes[0])}`, `[${channels}], one value a channel`)
}

/**
 * Batch normalisation over all axes but the last, with the batch's own statistics (Ioffe and Szegedy 2015).
 * Inputs: x [.., C], gamma [C], beta [C]. Outputs: y, mean [C], variance [C] (biased: divided by the count).
 */
export const batchNormOp: Op<BatchNormAttrs> = {
  name: 'batchNorm',
  infer([x, gamma, beta]) {
    checkChannels('batchNorm', [x.shape, gamma.shape, beta.shape])
    return [f32(x.shape), f32(gamma.shape), f32(gamma.shape)]
  },
  gradient(node, [dy]) {
    if (!dy) return []
    const [x, gamma] = node.inputs
    const [, mean, variance] = node.outputs
    return dy.graph.add(batchNormGradientOp, [dy, x, gamma, mean, variance], node.attrs as unknown as BatchNormAttrs)
  },
  reference({ attrs: { epsilon }, inputs: [x, gamma, beta], outputs: [y, mean, variance] }) {
    const c = gamma.length
    const rows = x.length / c
    for (let i = 0; i < x.length; i++) mean[i % c] += x[i] / rows
    for (let i = 0; i < x.length; i++) variance[i % c] += (x[i] - mean[i % c]) ** 2 / rows
    for (let i = 0; i < x.length; i++) {
      const ch = i % c
      y[i] = ((x[i] - mean[ch]) / Math.sqrt(variance[ch] + epsilon)) * gamma[ch] + beta[ch]
    }
  },
}

/** Inputs: dy, x, gamma, mean, variance. Outputs: dx, dgamma, dbeta (through the statistics too). */
export const batchNormGradientOp: Op<BatchNormAttrs> = {
  name: 'batchNormGradient',
  infer: ([dy, , gamma]) => [f32(dy.shape), f32(gamma.shape), f32(gamma.shape)],
  reference({ attrs: { epsilon }, inputs: [dy, x, gamma, mean, variance], outputs: [dx, dgamma, dbeta] }) {
    const c = gamma.length
    const rows = x.length / c
    const normal = (i: number) => (x[i] - mean[i % c]) / Math.sqrt(variance[i % c] + epsilon)
    for (let i = 0; i < x.length; i++) {
      dgamma[i % c] += dy[i] * normal(i)
      dbeta[i % c] += dy[i]
    }
    for (let i = 0; i < x.length; i++) {
      const ch = i % c
      const scale = gamma[ch] / Math.sqrt(variance[ch] + epsilon)
      dx[i] = scale * (dy[i] - dbeta[ch] / rows - (normal(i) * dgamma[ch]) / rows)
    }
  },
}

/** Inputs: x [.., C], gamma, beta, mean, variance [C]. y = (x - mean) / sqrt(variance + epsilon) * gamma + beta. */
export const batchNormInferenceOp: Op<BatchNormAttrs> = {
  name: 'batchNormInference',
  infer([x, ...channels]) {
    checkChannels('batchNormInference', [x.shape, ...channels.map(s => s.shape)])
    return [f32(x.shape)]
  },
  gradient(node, [dy]) {
    if (!dy) return []
    const [x, gamma, , mean, variance] = node.inputs
    const inverse = reciprocal(sqrt(affine(variance, 1, (node.attrs as unknown as BatchNormAttrs).epsilon)))
    const lead = x.shape.slice(0, -1).map((_, i) => i)
    return [
      multiply(dy, multiply(gamma, inverse)),
      sum(multiply(dy, multiply(subtract(x, mean), inverse)), lead),
      sum(dy, lead),
      undefined,
      undefined,
    ]
  },
  reference({ attrs: { epsilon }, inputs: [x, gamma, beta, mean, variance], outputs: [y] }) {
    const c = gamma.length
    for (let i = 0; i < x.length; i++) {
      const ch = i % c
      y[i] = ((x[i] - mean[ch]) / Math.sqrt(variance[ch] + epsilon)) * gamma[ch] + beta[ch]
    }
  },
}

/** What {@link batchNorm} gives while training; C is the number of channels. */
export interface BatchNormResult {
  y: Tensor
  /** Mean of the batch [C]. */
  mean: Tensor
  /** Unbiased variance of the batch [C], as running statistics keep it. */
  variance: Tensor
}

/** Normalises by the batch's statistics and gives them for the running averages. */
export function batchNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon = 1e-3): BatchNormResult {
  const [y, mean, variance] = x.graph.add(batchNormOp, [x, gamma, beta], { epsilon })
  const rows = sizeOf(x.shape) / gamma.shape[0]
  return { y, mean, variance: affine(variance, rows / Math.max(1, rows - 1)) }
}

/** Normalises by given statistics: how a trained network predicts. */
export function batchNormInference(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  mean: Tensor,
  variance: Tensor,
  epsilon = 1e-3,
): Tensor {
  return x.graph.add(batchNormInferenceOp, [x, gamma, beta, mean, variance], { epsilon })[0]
}
