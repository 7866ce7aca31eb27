// The elementwise functions on four floats. K is one of the tags of kinds.ts; `idof` comparisons are settled at compile
// time, so each instance holds its own branch only.
import * as kinds from './kinds'
import { select4 } from './lanes'
import { exp4, log4, normalCdf4, normalPdf4, sigmoid4, tanh4 } from './transcendental'

const TABLE: usize = memory.data<f32>([1.0, 0.5, 2.0], 16)

// @ts-ignore: decorator
@inline
function zero4(): v128 {
  return i32x4.splat(0)
}

// @ts-ignore: decorator
@inline
export function one4(): v128 {
  return v128.load32_splat(TABLE)
}

/** y = f(x). NaN stays NaN in all of them, so that a diverged step is seen. */
// @ts-ignore: decorator
@inline
export function unary4<K>(x: v128, alpha: v128, beta: v128): v128 {
  // pmax(x, 0) is x < 0 ? 0 : x.
  if (idof<K>() == idof<kinds.Relu>()) return f32x4.pmax(x, zero4())
  if (idof<K>() == idof<kinds.LeakyRelu>()) return select4(f32x4.mul(alpha, x), x, f32x4.lt(x, zero4()))
  if (idof<K>() == idof<kinds.Sigmoid>()) return sigmoid4(x)
  if (idof<K>() == idof<kinds.Tanh>()) return tanh4(x)
  if (idof<K>() == idof<kinds.Gelu>()) return f32x4.mul(x, normalCdf4(x))
  if (idof<K>() == idof<kinds.Exp>()) return exp4(x)
  if (idof<K>() == idof<kinds.Log>()) return log4(x)
  if (idof<K>() == idof<kinds.Sqrt>()) return f32x4.sqrt(x)
  if (idof<K>() == idof<kinds.Negate>()) return f32x4.neg(x)
  if (idof<K>() == idof<kinds.Square>()) return f32x4.mul(x, x)
  if (idof<K>() == idof<kinds.Abs>()) return f32x4.abs(x)
  if (idof<K>() == idof<kinds.Reciprocal>()) return f32x4.div(one4(), x)
  if (idof<K>() == idof<kinds.Affine>()) return f32x4.relaxed_madd(alpha, x, beta)
  if (idof<K>() == idof<kinds.Clip>()) return f32x4.pmin(f32x4.pmax(x, alpha), beta)
  return unreachable()
}

/** dx = dy * f', with `ref` the output or the input of f as the command table says. */
// @ts-ignore: decorator
@inline
export function gradient4<K>(dy: v128, ref: v128, alpha: v128, beta: v128): v128 {
  if (idof<K>() == idof<kinds.Relu>()) return v128.and(dy, f32x4.gt(ref, zero4()))
  if (idof<K>() == idof<kinds.LeakyRelu>()) {
    return select4(dy, f32x4.mul(alpha, dy), f32x4.gt(ref, zero4()))
  }
  if (idof<K>() == idof<kinds.Sigmoid>()) return f32x4.mul(f32x4.mul(dy, ref), f32x4.sub(one4(), ref))
  if (idof<K>() == idof<kinds.Tanh>()) return f32x4.mul(dy, f32x4.relaxed_nmadd(ref, ref, one4()))
  if (idof<K>() == idof<kinds.Gelu>()) return f32x4.mul(dy, f32x4.relaxed_madd(ref, normalPdf4(ref), normalCdf4(ref)))
  if (idof<K>() == idof<kinds.Exp>()) return f32x4.mul(dy, ref)
  if (idof<K>() == idof<kinds.Log>()) return f32x4.div(dy, ref)
  if (idof<K>() == idof<kinds.Sqrt>()) return f32x4.div(f32x4.mul(dy, v128.load32_splat(TABLE, 4)), ref)
  if (idof<K>() == idof<kinds.Negate>()) return f32x4.neg(dy)
  if (idof<K>() == idof<kinds.Square>()) return f32x4.mul(f32x4.mul(dy, v128.load32_splat(TABLE, 8)), ref)
  if (idof<K>() == idof<kinds.Abs>()) {
    const positive = v128.and(dy, f32x4.gt(ref, zero4()))
    return f32x4.sub(positive, v128.and(dy, f32x4.lt(ref, zero4())))
  }
  if (idof<K>() == idof<kinds.Reciprocal>()) return f32x4.neg(f32x4.mul(dy, f32x4.mul(ref, ref)))
  if (idof<K>() == idof<kinds.Affine>()) return f32x4.mul(alpha, dy)
  if (idof<K>() == idof<kinds.Clip>()) return v128.and(dy, v128.and(f32x4.ge(ref, alpha), f32x4.le(ref, beta)))
  return unreachable()
}

/** a op b. */
// @ts-ignore: decorator
@inline
export function binary4<K>(a: v128, b: v128): v128 {
  if (idof<K>() == idof<kinds.Add>()) return f32x4.add(a, b)
  if (idof<K>() == idof<kinds.Subtract>()) return f32x4.sub(a, b)
  if (idof<K>() == idof<kinds.Multiply>()) return f32x4.mul(a, b)
  if (idof<K>() == idof<kinds.Divide>()) return f32x4.div(a, b)
  if (idof<K>() == idof<kinds.Maximum>()) return f32x4.max(a, b)
  if (idof<K>() == idof<kinds.Minimum>()) return f32x4.min(a, b)
  if (idof<K>() == idof<kinds.AtLeast>()) return v128.and(f32x4.ge(a, b), one4())
  return unreachable()
}
