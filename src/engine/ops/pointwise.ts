import type { Tensor } from '../graph.ts'
import { defineUnary } from './elementwise.ts'

/** e^x. */
export const exp: (x: Tensor) => Tensor = defineUnary({ name: 'exp', f: Math.exp, derivative: y => y, of: 'output' })

/** Natural logarithm. */
export const log: (x: Tensor) => Tensor = defineUnary({ name: 'log', f: Math.log, derivative: x => 1 / x, of: 'input' })

/** Square root. */
export const sqrt: (x: Tensor) => Tensor = defineUnary({
  name: 'sqrt',
  f: Math.sqrt,
  derivative: y => 0.5 / y,
  of: 'output',
})

/** x * x. */
export const square: (x: Tensor) => Tensor = defineUnary({
  name: 'square',
  f: x => x * x,
  derivative: x => 2 * x,
  of: 'input',
})

/** Absolute value; its gradient at 0 is 0. */
export const abs: (x: Tensor) => Tensor = defineUnary({ name: 'abs', f: Math.abs, derivative: Math.sign, of: 'input' })

/** 1 / x. */
export const reciprocal: (x: Tensor) => Tensor = defineUnary({
  name: 'reciprocal',
  f: x => 1 / x,
  derivative: y => -y * y,
  of: 'output',
})

const affineOp = defineUnary({
  name: 'affine',
  constants: true,
  f: (x, scale, shift) => scale * x + shift,
  derivative: (_, scale) => scale,
  of: 'output',
})
/** scale * x + shift with constant scale and shift. */
export const affine = (x: Tensor, scale: number, shift = 0): Tensor => affineOp(x, scale, shift)

/** -x. */
export const negate = (x: Tensor): Tensor => affine(x, -1)

const clipOp = defineUnary({
  name: 'clip',
  constants: true,
  f: (x, low, high) => (x < low ? low : x > high ? high : x),
  derivative: (x, low, high) => (x >= low && x <= high ? 1 : 0),
  of: 'input',
})
/** x held between `low` and `high`. */
export const clip = (x: Tensor, low: number, high: number): Tensor => clipOp(x, low, high)
