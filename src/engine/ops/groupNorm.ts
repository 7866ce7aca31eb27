import type { Tensor } from '../graph.ts'
import { add, multiply, subtract } from './arithmetic.ts'
import { shapeError, show } from './check.ts'
import { affine, reciprocal, sqrt, square } from './pointwise.ts'
import { mean } from './reduce.ts'
import { reshape } from './reshape.ts'

/** x shifted and scaled to mean 0 and variance 1 over `axes`; the variance is divided by the count. */
export function standardise(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centred = subtract(x, mean(x, axes, true))
  const variance = mean(square(centred), axes, true)
  return multiply(centred, reciprocal(sqrt(affine(variance, 1, epsilon))))
}

/** Normalises each row of the last axis (Ba et al. 2016). gamma, beta: [size of the last axis]. */
export function layerNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon = 1e-3): Tensor {
  return add(multiply(standardise(x, [-1], epsilon), gamma), beta)
}

/**
 * Normalises, in every example, groups of neighbouring channels over all places (Wu and He 2018).
 *
 * @param x [batch, ..., channels]
 * @param gamma, beta [channels]
 */
export function groupNorm(x: Tensor, groups: number, gamma: Tensor, beta: Tensor, epsilon = 1e-3): Tensor {
  const channels = x.shape[x.shape.length - 1]
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0)
    throw shapeError('groupNorm', `${groups} groups of ${show(x.shape)}`, `a number that divides ${channels}`)
  const grouped = reshape(x, [x.shape[0], -1, groups, channels / groups])
  return add(multiply(reshape(standardise(grouped, [1, 3], epsilon), x.shape), gamma), beta)
}
