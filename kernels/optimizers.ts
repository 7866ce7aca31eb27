// Parameter updates. Formulas and the hyper block: `src/engine/ops/optimizerHyper.ts`.
import { OptimizeCommand } from './generated/commands'
import * as kinds from './kinds'
import { storePair } from './lanes'
import { shareEnd, shareStart } from './split'

// Byte offsets in the hyper block.
const RATE: usize = 0
const DECAY: usize = 4
const DECOUPLED_DECAY: usize = 8
const MOMENTUM_FACTOR: usize = 12
const BETA1: usize = 16
const BETA2: usize = 20
const EPSILON: usize = 24
const CORRECTION1: usize = 28
const CORRECTION2: usize = 32
const REST1: usize = 36
const REST2: usize = 40

export function optimize(record: usize, part: i32, parts: i32): void {
  const c = changetype<OptimizeCommand>(record)
  if (c.flag && load<i32>(c.flag)) return
  switch (c.kind) {
    case kinds.SGD: return descend(c, false, false, part, parts)
    case kinds.MOMENTUM: return descend(c, true, false, part, parts)
    case kinds.NESTEROV: return descend(c, true, true, part, parts)
    case kinds.RMSPROP: return rootMeanSquare(c, false, false, part, parts)
    case kinds.RMSPROP_MOMENTUM: return rootMeanSquare(c, true, false, part, parts)
    case kinds.RMSPROP_CENTERED: return rootMeanSquare(c, false, true, part, parts)
    case kinds.RMSPROP_CENTERED_MOMENTUM: return rootMeanSquare(c, true, true, part, parts)
    case kinds.ADAM:
    case kinds.ADAMW: return adapt(c, false, part, parts)
    case kinds.AMSGRAD: return adapt(c, true, part, parts)
    default: unreachable()
  }
}

// Subnormal numbers are slow on many processors, and states decay into them: a gradient below 1e-17 (whose square would be
// one) and a state below 1e-36 count as 0.
const TINY: usize = memory.data<f32>([1e-17, 1e-36], 16)

/** x, or 0 where it is smaller than the bound `i` of TINY; NaN stays. */
// @ts-ignore: decorator
@inline
function flush4(x: v128, i: usize): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), v128.load32_splat(TINY + (i << 2))))
}

/** The gradient's factor on all lanes. */
// @ts-ignore: decorator
@inline
function gradientScale4(c: OptimizeCommand): v128 {
  return c.scale ? v128.load32_splat(c.scale) : f32x4.splat(1)
}

/** rate * decoupledDecay on all lanes. */
// @ts-ignore: decorator
@inline
function shrinkage4(hyper: usize): v128 {
  return f32x4.splat(load<f32>(hyper, RATE) * load<f32>(hyper, DECOUPLED_DECAY))
}

// @ts-ignore: decorator
@inline
function descend(c: OptimizeCommand, momentum: bool, nesterov: bool, part: i32, parts: i32): void {
  const start = shareStart(c.count, 16, part, parts)
  let n = shareEnd(c.count, 16, part, parts) - start
  const offset = (start as usize) << 2
  let p = (c.param as usize) + offset
  let g = (c.grad as usize) + offset
  let s = (c.state1 as usize) + offset
  const hyper: usize = c.hyper
  const scale = gradientScale4(c)
  const shrink = shrinkage4(hyper)
  for (; n >= 8; n -= 8) {
    descendPair(p, g, s, hyper, scale, shrink, momentum, nesterov, 8)
    p += 32
    g += 32
    s += 32
  }
  if (n > 0) descendPair(p, g, s, hyper, scale, shrink, momentum, nesterov, n)
}

// @ts-ignore: decorator
@inline
function descendPair(
  p: usize, g: usize, s: usize, hyper: usize, scale: v128, shrink: v128, momentum: bool, nesterov: bool, n: i32,
): void {
  const rate = v128.load32_splat(hyper, RATE)
  const decay = v128.load32_splat(hyper, DECAY)
  const factor = v128.load32_splat(hyper, MOMENTUM_FACTOR)
  let p0 = v128.load(p)
  let p1 = v128.load(p, 16)
  let g0 = f32x4.relaxed_madd(p0, decay, f32x4.mul(flush4(v128.load(g), 0), scale))
  let g1 = f32x4.relaxed_madd(p1, decay, f32x4.mul(flush4(v128.load(g, 16), 0), scale))
  p0 = f32x4.relaxed_nmadd(p0, shrink, p0)
  p1 = f32x4.relaxed_nmadd(p1, shrink, p1)
  if (momentum) {
    const s0 = flush4(f32x4.relaxed_madd(v128.load(s), factor, g0), 1)
    const s1 = flush4(f32x4.relaxed_madd(v128.load(s, 16), factor, g1), 1)
    storePair(s, s0, s1, n)
    g0 = nesterov ? f32x4.relaxed_madd(s0, factor, g0) : s0
    g1 = nesterov ? f32x4.relaxed_madd(s1, factor, g1) : s1
  }
  storePair(p, f32x4.relaxed_nmadd(g0, rate, p0), f32x4.relaxed_nmadd(g1, rate, p1), n)
}

// @ts-ignore: decorator
@inline
function rootMeanSquare(c: OptimizeCommand, momentum: bool, centered: bool, part: i32, parts: i32): void {
  const start = shareStart(c.count, 16, part, parts)
  let n = shareEnd(c.count, 16, part, parts) - start
  const offset = (start as usize) << 2
  let p = (c.param as usize) + offset
  let g = (c.grad as usize) + offset
  let square = (c.state1 as usize) + offset
  let mean = (c.state2 as usize) + offset
  let velocity = ((centered ? c.state3 : c.state2) as usize) + offset
  const hyper: usize = c.hyper
  const scale = gradientScale4(c)
  const shrink = shrinkage4(hyper)
  for (; n >= 8; n -= 8) {
    rootPair(p, g, square, mean, velocity, hyper, scale, shrink, momentum, centered, 8)
    p += 32
    g += 32
    square += 32
    mean += 32
    velocity += 32
  }
  if (n > 0) rootPair(p, g, square, mean, velocity, hyper, scale, shrink, momentum, centered, n)
}

// @ts-ignore: decorator
@inline
function rootPair(
  p: usize, g: usize, square: usize, mean: usize, velocity: usize, hyper: usize, scale: v128, shrink: v128,
  momentum: bool, centered: bool, n: i32,
): void {
  const rate = v128.load32_splat(hyper, RATE)
  const decay = v128.load32_splat(hyper, DECAY)
  const factor = v128.load32_splat(hyper, MOMENTUM_FACTOR)
  const rho = v128.load32_splat(hyper, BETA2)
  const rest = v128.load32_splat(hyper, REST2)
  const epsilon = v128.load32_splat(hyper, EPSILON)
  let p0 = v128.load(p)
  let p1 = v128.load(p, 16)
  const g0 = f32x4.relaxed_madd(p0, decay, f32x4.mul(flush4(v128.load(g), 0), scale))
  const g1 = f32x4.relaxed_madd(p1, decay, f32x4.mul(flush4(v128.load(g, 16), 0), scale))
  p0 = f32x4.relaxed_nmadd(p0, shrink, p0)
  p1 = f32x4.relaxed_nmadd(p1, shrink, p1)
  const q0 = flush4(f32x4.relaxed_madd(v128.load(square), rho, f32x4.mul(f32x4.mul(g0, g0), rest)), 1)
  const q1 = flush4(f32x4.relaxed_madd(v128.load(square, 16), rho, f32x4.mul(f32x4.mul(g1, g1), rest)), 1)
  storePair(square, q0, q1, n)
  let v0 = q0
  let v1 = q1
  if (centered) {
    const m0 = flush4(f32x4.relaxed_madd(v128.load(mean), rho, f32x4.mul(g0, rest)), 1)
    const m1 = flush4(f32x4.relaxed_madd(v128.load(mean, 16), rho, f32x4.mul(g1, rest)), 1)
    storePair(mean, m0, m1, n)
    // Rounding may leave a variance a little below 0.
    v0 = f32x4.pmax(f32x4.relaxed_nmadd(m0, m0, q0), i32x4.splat(0))
    v1 = f32x4.pmax(f32x4.relaxed_nmadd(m1, m1, q1), i32x4.splat(0))
  }
  let u0 = f32x4.div(g0, f32x4.add(f32x4.sqrt(v0), epsilon))
  let u1 = f32x4.div(g1, f32x4.add(f32x4.sqrt(v1), epsilon))
  if (momentum) {
    u0 = flush4(f32x4.relaxed_madd(v128.load(velocity), factor, u0), 1)
    u1 = flush4(f32x4.relaxed_madd(v128.load(velocity, 16), factor, u1), 1)
    storePair(velocity, u0, u1, n)
  }
  storePair(p, f32x4.relaxed_nmadd(u0, rate, p0), f32x4.relaxed_nmadd(u1, rate, p1), n)
}

// @ts-ignore: decorator
@inline
function adapt(c: OptimizeCommand, amsgrad: bool, part: i32, parts: i32): void {
  const start = shareStart(c.count, 16, part, parts)
  let n = shareEnd(c.count, 16, part, parts) - start
  const offset = (start as usize) << 2
  let p = (c.param as usize) + offset
  let g = (c.grad as usize) + offset
  let mean = (c.state1 as usize) + offset
  let square = (c.state2 as usize) + offset
  let most = (c.state3 as usize) + offset
  const hyper: usize = c.hyper
  const scale = gradientScale4(c)
  const shrink = shrinkage4(hyper)
  const rate = f32x4.splat(load<f32>(hyper, RATE) / load<f32>(hyper, CORRECTION1))
  const root = f32x4.splat(1 / sqrt<f32>(load<f32>(hyper, CORRECTION2)))
  for (; n >= 8; n -= 8) {
    adaptPair(p, g, mean, square, most, hyper, scale, shrink, rate, root, amsgrad, 8)
    p += 32
    g += 32
    mean += 32
    square += 32
    most += 32
  }
  if (n > 0) adaptPair(p, g, mean, square, most, hyper, scale, shrink, rate, root, amsgrad, n)
}

// @ts-ignore: decorator
@inline
function adaptPair(
  p: usize, g: usize, mean: usize, square: usize, most: usize, hyper: usize, scale: v128, shrink: v128, rate: v128,
  root: v128, amsgrad: bool, n: i32,
): void {
  const decay = v128.load32_splat(hyper, DECAY)
  const beta1 = v128.load32_splat(hyper, BETA1)
  const beta2 = v128.load32_splat(hyper, BETA2)
  const rest1 = v128.load32_splat(hyper, REST1)
  const rest2 = v128.load32_splat(hyper, REST2)
  const epsilon = v128.load32_splat(hyper, EPSILON)
  let p0 = v128.load(p)
  let p1 = v128.load(p, 16)
  const g0 = f32x4.relaxed_madd(p0, decay, f32x4.mul(flush4(v128.load(g), 0), scale))
  const g1 = f32x4.relaxed_madd(p1, decay, f32x4.mul(flush4(v128.load(g, 16), 0), scale))
  p0 = f32x4.relaxed_nmadd(p0, shrink, p0)
  p1 = f32x4.relaxed_nmadd(p1, shrink, p1)
  const m0 = flush4(f32x4.relaxed_madd(v128.load(mean), beta1, f32x4.mul(g0, rest1)), 1)
  const m1 = flush4(f32x4.relaxed_madd(v128.load(mean, 16), beta1, f32x4.mul(g1, rest1)), 1)
  let v0 = flush4(f32x4.relaxed_madd(v128.load(square), beta2, f32x4.mul(f32x4.mul(g0, g0), rest2)), 1)
  let v1 = flush4(f32x4.relaxed_madd(v128.load(square, 16), beta2, f32x4.mul(f32x4.mul(g1, g1), rest2)), 1)
  storePair(mean, m0, m1, n)
  storePair(square, v0, v1, n)
  if (amsgrad) {
    v0 = f32x4.pmax(v0, v128.load(most))
    v1 = f32x4.pmax(v1, v128.load(most, 16))
    storePair(most, v0, v1, n)
  }
  const d0 = f32x4.relaxed_madd(f32x4.sqrt(v0), root, epsilon)
  const d1 = f32x4.relaxed_madd(f32x4.sqrt(v1), root, epsilon)
  p0 = f32x4.relaxed_nmadd(f32x4.div(m0, d0), rate, p0)
  p1 = f32x4.relaxed_nmadd(f32x4.div(m1, d1), rate, p1)
  storePair(p, p0, p1, n)
}
