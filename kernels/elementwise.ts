// Functions of one or two tensors, element by element, and their gradients. Any split gives the same bits, since every
// lane computes alone; the last few elements go through the same vector code and only their lanes are stored.
import { AccumulateCommand, BinaryCommand, UnaryCommand, UnaryGradCommand } from './generated/commands'
import * as kinds from './kinds'
import { storeFirst } from './lanes'
import { binary4, gradient4, unary4 } from './operations'
import { shareEnd, shareStart } from './split'

export function unary(record: usize, part: i32, parts: i32): void {
  const c = changetype<UnaryCommand>(record)
  switch (c.kind) {
    case kinds.RELU: return mapUnary<kinds.Relu>(c, part, parts)
    case kinds.LEAKY_RELU: return mapUnary<kinds.LeakyRelu>(c, part, parts)
    case kinds.SIGMOID: return mapUnary<kinds.Sigmoid>(c, part, parts)
    case kinds.TANH: return mapUnary<kinds.Tanh>(c, part, parts)
    case kinds.GELU: return mapUnary<kinds.Gelu>(c, part, parts)
    case kinds.EXP: return mapUnary<kinds.Exp>(c, part, parts)
    case kinds.LOG: return mapUnary<kinds.Log>(c, part, parts)
    case kinds.SQRT: return mapUnary<kinds.Sqrt>(c, part, parts)
    case kinds.NEGATE: return mapUnary<kinds.Negate>(c, part, parts)
    case kinds.SQUARE: return mapUnary<kinds.Square>(c, part, parts)
    case kinds.ABS: return mapUnary<kinds.Abs>(c, part, parts)
    case kinds.RECIPROCAL: return mapUnary<kinds.Reciprocal>(c, part, parts)
    case kinds.AFFINE: return mapUnary<kinds.Affine>(c, part, parts)
    case kinds.CLIP: return mapUnary<kinds.Clip>(c, part, parts)
    default: unreachable()
  }
}

function mapUnary<K>(c: UnaryCommand, part: i32, parts: i32): void {
  const start = shareStart(c.count, 16, part, parts)
  let n = shareEnd(c.count, 16, part, parts) - start
  let src = (c.src as usize) + ((start as usize) << 2)
  let dst = (c.dst as usize) + ((start as usize) << 2)
  const alpha = f32x4.splat(c.alpha)
  const beta = f32x4.splat(c.beta)
  for (; n >= 8; n -= 8) {
    const low = unary4<K>(v128.load(src), alpha, beta)
    const high = unary4<K>(v128.load(src, 16), alpha, beta)
    v128.store(dst, high, 16)
    v128.store(dst, low)
    src += 32
    dst += 32
  }
  if (n > 0) {
    storeFirst(dst, unary4<K>(v128.load(src), alpha, beta), unary4<K>(v128.load(src, 16), alpha, beta), n)
  }
}

export function unaryGrad(record: usize, part: i32, parts: i32): void {
  const c = changetype<UnaryGradCommand>(record)
  switch (c.kind) {
    case kinds.RELU: return mapGradient<kinds.Relu>(c, part, parts)
    case kinds.LEAKY_RELU: return mapGradient<kinds.LeakyRelu>(c, part, parts)
    case kinds.SIGMOID: return mapGradient<kinds.Sigmoid>(c, part, parts)
    case kinds.TANH: return mapGradient<kinds.Tanh>(c, part, parts)
    case kinds.GELU: return mapGradient<kinds.Gelu>(c, part, parts)
    case kinds.EXP: return mapGradient<kinds.Exp>(c, part, parts)
    case kinds.LOG: return mapGradient<kinds.Log>(c, part, parts)
    case kinds.SQRT: return mapGradient<kinds.Sqrt>(c, part, parts)
    case kinds.NEGATE: return mapGradient<kinds.Negate>(c, part, parts)
    case kinds.SQUARE: return mapGradient<kinds.Square>(c, part, parts)
    case kinds.ABS: return mapGradient<kinds.Abs>(c, part, parts)
    case kinds.RECIPROCAL: return mapGradient<kinds.Reciprocal>(c, part, parts)
    case kinds.AFFINE: return mapGradient<kinds.Affine>(c, part, parts)
    case kinds.CLIP: return mapGradient<kinds.Clip>(c, part, parts)
    default: unreachable()
  }
}

function mapGradient<K>(c: UnaryGradCommand, part: i32, parts: i32): void {
  const start = shareStart(c.count, 16, part, parts)
  let n = shareEnd(c.count, 16, part, parts) - start
  const offset = (start as usize) << 2
  let dy = (c.dy as usize) + offset
  let ref = (c.ref as usize) + offset
  let dx = (c.dx as usize) + offset
  const alpha = f32x4.splat(c.alpha)
  const beta = f32x4.splat(c.beta)
  for (; n >= 8; n -= 8) {
    const low = gradient4<K>(v128.load(dy), v128.load(ref), alpha, beta)
    const high = gradient4<K>(v128.load(dy, 16), v128.load(ref, 16), alpha, beta)
    v128.store(dx, high, 16)
    v128.store(dx, low)
    dy += 32
    ref += 32
    dx += 32
  }
  if (n > 0) {
    const low = gradient4<K>(v128.load(dy), v128.load(ref), alpha, beta)
    const high = gradient4<K>(v128.load(dy, 16), v128.load(ref, 16), alpha, beta)
    storeFirst(dx, low, high, n)
  }
}

export function binary(record: usize, part: i32, parts: i32): void {
  const c = changetype<BinaryCommand>(record)
  switch (c.kind) {
    case kinds.ADD: return mapBinary<kinds.Add>(c, part, parts)
    case kinds.SUBTRACT: return mapBinary<kinds.Subtract>(c, part, parts)
    case kinds.MULTIPLY: return mapBinary<kinds.Multiply>(c, part, parts)
    case kinds.DIVIDE: return mapBinary<kinds.Divide>(c, part, parts)
    case kinds.MAXIMUM: return mapBinary<kinds.Maximum>(c, part, parts)
    case kinds.MINIMUM: return mapBinary<kinds.Minimum>(c, part, parts)
    case kinds.AT_LEAST: return mapBinary<kinds.AtLeast>(c, part, parts)
    default: unreachable()
  }
}

function mapBinary<K>(c: BinaryCommand, part: i32, parts: i32): void {
  const start = shareStart(c.count, 16, part, parts)
  const n = shareEnd(c.count, 16, part, parts) - start
  const offset = (start as usize) << 2
  binaryRun<K>((c.a as usize) + offset, (c.b as usize) + offset, (c.dst as usize) + offset, n)
}

/** dst[0..n) = a op b, contiguous. */
export function binaryRun<K>(a: usize, b: usize, dst: usize, n: i32): void {
  for (; n >= 8; n -= 8) {
    const low = binary4<K>(v128.load(a), v128.load(b))
    const high = binary4<K>(v128.load(a, 16), v128.load(b, 16))
    v128.store(dst, high, 16)
    v128.store(dst, low)
    a += 32
    b += 32
    dst += 32
  }
  if (n > 0) {
    const low = binary4<K>(v128.load(a), v128.load(b))
    const high = binary4<K>(v128.load(a, 16), v128.load(b, 16))
    storeFirst(dst, low, high, n)
  }
}

export function accumulate(record: usize, part: i32, parts: i32): void {
  const c = changetype<AccumulateCommand>(record)
  const start = shareStart(c.count, 16, part, parts)
  const n = shareEnd(c.count, 16, part, parts) - start
  const dst = (c.dst as usize) + ((start as usize) << 2)
  binaryRun<kinds.Add>(dst, (c.src as usize) + ((start as usize) << 2), dst, n)
}
