import type { Tensor } from '../graph.ts'
import { shapeError } from './check.ts'
import { defineUnary, unaryOps } from './elementwise.ts'

/** max(x, 0). */
export const relu: (x: Tensor) => Tensor = defineUnary({
  name: 'relu',
  f: x => (x > 0 || Number.isNaN(x) ? x : 0),
  derivative: y => (y > 0 ? 1 : 0),
  of: 'output',
})

/** ReLU and its gradient, which the planner joins to their neighbours. */
export const reluOps = unaryOps.get('relu')!

const leaky = defineUnary({
  name: 'leakyRelu',
  constants: true,
  f: (x, slope) => (x > 0 ? x : slope * x),
  derivative: (y, slope) => (y > 0 ? 1 : slope),
  of: 'output',
})
/** x where x > 0, else `slope` * x (Maas et al. 2013). The slope must not be negative. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  if (!(slope >= 0)) throw shapeError('leakyRelu', `a slope of ${slope}`, 'at least 0')
  return leaky(x, slope)
}

/** 1 / (1 + exp(-x)). */
export const sigmoid: (x: Tensor) => Tensor = defineUnary({
  name: 'sigmoid',
  f: x => 1 / (1 + Math.exp(-x)),
  derivative: y => y * (1 - y),
  of: 'output',
})

/** Hyperbolic tangent. */
export const tanh: (x: Tensor) => Tensor = defineUnary({
  name: 'tanh',
  f: Math.tanh,
  derivative: y => 1 - y * y,
  of: 'output',
})

/** x * Phi(x), the exact form over the error function (Hendrycks and Gimpel 2016). */
export const gelu: (x: Tensor) => Tensor = defineUnary({
  name: 'gelu',
  f: x => x * normalCdf(x),
  derivative: x => normalCdf(x) + x * Math.exp(-0.5 * x * x) * 0.3989422804014327,
  of: 'input',
})

const normalCdf = (x: number) => 0.5 * erfc(-x * Math.SQRT1_2)

/** Complementary error function to about 1e-15 relative: series near zero, continued fraction outside. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x)
  if (x < 2.5) {
    let term = x
    let sum = x
    for (let n = 1; n < 120 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (-x * x) / n
      sum += term / (2 * n + 1)
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum
  }
  let fraction = 0
  for (let n = 80; n > 0; n--) fraction = n / 2 / (x + fraction)
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction))
}
