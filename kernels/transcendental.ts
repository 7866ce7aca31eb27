// exp, log, sigmoid, tanh, erf on four floats. All are branch-free and leave NaN as NaN.
//
// Constants are read with load32_splat at each use: V8 builds a v128.const anew, in six to eight instructions, each time
// it is used in a loop, while a broadcast load is one.

import { select4 } from './lanes'

const EXP_TABLE: usize = memory.data<f32>(
  [
    -87.336, 88.72283, 1.44269504, 12582912.0, -0.693145751953125, -1.428606765330187e-6, 1.98756915e-4,
    1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1.0, Infinity,
  ],
  64,
)

// @ts-ignore: decorator
@inline
function constant(table: usize, i: usize): v128 {
  return v128.load32_splat(table + (i << 2))
}

/**
 * e^x: 2^n * e^r with a degree-5 polynomial (Cephes expf), relative error below 1e-7.
 * 0 below -87.336 (the last result would be subnormal), infinity above 88.72283.
 */
// @ts-ignore: decorator
@inline
export function exp4(v: v128): v128 {
  const low = constant(EXP_TABLE, 0)
  const high = constant(EXP_TABLE, 1)
  const round = constant(EXP_TABLE, 3)
  const x = f32x4.pmin(f32x4.pmax(v, low), high)
  // Adding 1.5 * 2^23 rounds to a whole number n and leaves it in the low bits.
  const t = f32x4.relaxed_madd(x, constant(EXP_TABLE, 2), round)
  const n = f32x4.sub(t, round)
  const r = f32x4.relaxed_madd(n, constant(EXP_TABLE, 5), f32x4.relaxed_madd(n, constant(EXP_TABLE, 4), x))
  let p = f32x4.relaxed_madd(r, constant(EXP_TABLE, 6), constant(EXP_TABLE, 7))
  p = f32x4.relaxed_madd(p, r, constant(EXP_TABLE, 8))
  p = f32x4.relaxed_madd(p, r, constant(EXP_TABLE, 9))
  p = f32x4.relaxed_madd(p, r, constant(EXP_TABLE, 10))
  p = f32x4.relaxed_madd(p, r, constant(EXP_TABLE, 11))
  p = f32x4.add(f32x4.relaxed_madd(p, f32x4.mul(r, r), r), constant(EXP_TABLE, 12))
  let y = i32x4.add(p, i32x4.shl(t, 23))
  y = v128.andnot(y, f32x4.lt(v, low))
  y = select4(constant(EXP_TABLE, 13), y, f32x4.gt(v, high))
  return select4(y, v, f32x4.eq(v, v))
}

/** 1 / (1 + e^-x), absolute error below 1e-7. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const one = constant(EXP_TABLE, 12)
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))))
}

const TANH_TABLE: usize = memory.data<f32>(
  [
    -7.90531110763549805, 7.90531110763549805, -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11,
    5.12229709037114e-8, 1.48572235717979e-5, 6.37261928875436e-4, 4.89352455891786e-3, 1.19825839466702e-6,
    1.18534705686654e-4, 2.26843463243900e-3, 4.89352518554385e-3,
  ],
  64,
)

/** tanh x by Eigen's rational function of degrees 13 and 6, error below 3e-7. */
// @ts-ignore: decorator
@inline
export function tanh4(v: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(v, constant(TANH_TABLE, 0)), constant(TANH_TABLE, 1))
  const s = f32x4.mul(x, x)
  let p = f32x4.relaxed_madd(s, constant(TANH_TABLE, 2), constant(TANH_TABLE, 3))
  p = f32x4.relaxed_madd(p, s, constant(TANH_TABLE, 4))
  p = f32x4.relaxed_madd(p, s, constant(TANH_TABLE, 5))
  p = f32x4.relaxed_madd(p, s, constant(TANH_TABLE, 6))
  p = f32x4.relaxed_madd(p, s, constant(TANH_TABLE, 7))
  p = f32x4.mul(x, f32x4.relaxed_madd(p, s, constant(TANH_TABLE, 8)))
  let q = f32x4.relaxed_madd(s, constant(TANH_TABLE, 9), constant(TANH_TABLE, 10))
  q = f32x4.relaxed_madd(q, s, constant(TANH_TABLE, 11))
  q = f32x4.relaxed_madd(q, s, constant(TANH_TABLE, 12))
  return f32x4.div(p, q)
}

const ERF_TABLE: usize = memory.data<f32>(
  [
    -4.0, 4.0, -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5,
    -7.34990630326855e-4, -2.95459980854025e-3, -1.60960333262415e-2, -1.45660718464996e-5, -2.13374055278905e-4,
    -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2,
  ],
  64,
)

/** The error function by Eigen's rational function of degrees 13 and 8, absolute error below 3e-7. */
// @ts-ignore: decorator
@inline
export function erf4(v: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(v, constant(ERF_TABLE, 0)), constant(ERF_TABLE, 1))
  const s = f32x4.mul(x, x)
  let p = f32x4.relaxed_madd(s, constant(ERF_TABLE, 2), constant(ERF_TABLE, 3))
  p = f32x4.relaxed_madd(p, s, constant(ERF_TABLE, 4))
  p = f32x4.relaxed_madd(p, s, constant(ERF_TABLE, 5))
  p = f32x4.relaxed_madd(p, s, constant(ERF_TABLE, 6))
  p = f32x4.relaxed_madd(p, s, constant(ERF_TABLE, 7))
  p = f32x4.mul(x, f32x4.relaxed_madd(p, s, constant(ERF_TABLE, 8)))
  let q = f32x4.relaxed_madd(s, constant(ERF_TABLE, 9), constant(ERF_TABLE, 10))
  q = f32x4.relaxed_madd(q, s, constant(ERF_TABLE, 11))
  q = f32x4.relaxed_madd(q, s, constant(ERF_TABLE, 12))
  q = f32x4.relaxed_madd(q, s, constant(ERF_TABLE, 13))
  return f32x4.div(p, q)
}

const LOG_TABLE: usize = memory.data<f32>(
  [
    1.17549435e-38, 8388608.0, 23.0, 1.0, 7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1,
    1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1, -2.12194440e-4, -0.5,
    0.693359375, 0.0, Infinity, -Infinity,
  ],
  64,
)
/** The bits of sqrt(1/2). */
const ROOT_HALF: usize = memory.data<i32>([0x3f3504f3], 16)

/** Natural logarithm (Cephes logf), relative error below 2e-7: -infinity at 0, NaN below. */
// @ts-ignore: decorator
@inline
export function log4(v: v128): v128 {
  const zero = constant(LOG_TABLE, 16)
  const small = f32x4.lt(v, constant(LOG_TABLE, 0))
  const x = select4(f32x4.mul(v, constant(LOG_TABLE, 1)), v, small)
  // x = m * 2^n with m from sqrt(1/2) to sqrt(2).
  const n = i32x4.shr_s(i32x4.sub(x, constant(ROOT_HALF, 0)), 23)
  const m = f32x4.sub(i32x4.sub(x, i32x4.shl(n, 23)), constant(LOG_TABLE, 3))
  const e = f32x4.sub(f32x4.convert_i32x4_s(n), v128.and(constant(LOG_TABLE, 2), small))
  let p = f32x4.relaxed_madd(m, constant(LOG_TABLE, 4), constant(LOG_TABLE, 5))
  p = f32x4.relaxed_madd(p, m, constant(LOG_TABLE, 6))
  p = f32x4.relaxed_madd(p, m, constant(LOG_TABLE, 7))
  p = f32x4.relaxed_madd(p, m, constant(LOG_TABLE, 8))
  p = f32x4.relaxed_madd(p, m, constant(LOG_TABLE, 9))
  p = f32x4.relaxed_madd(p, m, constant(LOG_TABLE, 10))
  p = f32x4.relaxed_madd(p, m, constant(LOG_TABLE, 11))
  p = f32x4.relaxed_madd(p, m, constant(LOG_TABLE, 12))
  const s = f32x4.mul(m, m)
  let y = f32x4.mul(f32x4.mul(p, m), s)
  y = f32x4.relaxed_madd(e, constant(LOG_TABLE, 13), y)
  y = f32x4.relaxed_madd(s, constant(LOG_TABLE, 14), y)
  y = f32x4.relaxed_madd(e, constant(LOG_TABLE, 15), f32x4.add(m, y))
  y = select4(y, v, f32x4.lt(v, constant(LOG_TABLE, 17)))
  y = select4(constant(LOG_TABLE, 18), y, f32x4.eq(v, zero))
  // All ones is a NaN.
  return v128.or(y, f32x4.lt(v, zero))
}

const NORMAL_TABLE: usize = memory.data<f32>([0.70710678, 0.5, -0.5, 0.39894228, -5.6], 16)

/** Distribution function of the normal: (1 + erf(x / sqrt 2)) / 2, and 0 below -5.6 (where it is below 1.1e-8). */
// @ts-ignore: decorator
@inline
export function normalCdf4(x: v128): v128 {
  const half = constant(NORMAL_TABLE, 1)
  const y = f32x4.relaxed_madd(half, erf4(f32x4.mul(x, constant(NORMAL_TABLE, 0))), half)
  return v128.andnot(y, f32x4.lt(x, constant(NORMAL_TABLE, 4)))
}

/** Density of the normal: exp(-x^2 / 2) / sqrt(2 pi). */
// @ts-ignore: decorator
@inline
export function normalPdf4(x: v128): v128 {
  const e = exp4(f32x4.mul(f32x4.mul(x, x), constant(NORMAL_TABLE, 2)))
  return f32x4.mul(e, constant(NORMAL_TABLE, 3))
}
