// Cross-entropies over logits, their gradients, and whether a row is classified right. A row belongs to one thread.
import {
  BinaryCrossEntropyCommand,
  BinaryCrossEntropyGradCommand,
  CorrectCommand,
  SoftmaxCrossEntropyCommand,
  SoftmaxCrossEntropyGradCommand,
} from './generated/commands'
import { maskOf, select4, storeFirst } from './lanes'
import { ownScratch } from './memory'
import { one4 } from './operations'
import { exponentials, largest, logOf, scaleRow, sumOfExponentials, sumPair, total } from './softmax'
import { shareEnd, shareStart } from './split'
import { exp4, log4, sigmoid4 } from './transcendental'

export function softmaxCrossEntropy(record: usize, part: i32, parts: i32): void {
  const c = changetype<SoftmaxCrossEntropyCommand>(record)
  const cols = c.cols
  const scratch = ownScratch()
  const even = c.smoothing / (cols as f32)
  const own: f32 = 1 - c.smoothing
  const end = shareEnd(c.rows, 1, part, parts)
  for (let row = shareStart(c.rows, 1, part, parts); row < end; row++) {
    const offset = ((row as usize) * (cols as usize)) << 2
    const logits = (c.logits as usize) + offset
    const top = largest(logits, cols, scratch)
    let sum: f32
    if (c.probs) {
      const probs = (c.probs as usize) + offset
      sum = exponentials(logits, probs, cols, top, scratch)
      scaleRow(probs, cols, 1 / sum)
    } else {
      sum = sumOfExponentials(logits, cols, top, scratch)
    }
    // log p = (x - top) - log(sum)
    const log = logOf(sum)
    let loss: f32 = 0
    if (c.labelKind) {
      loss = -weighted(logits, (c.labels as usize) + offset, cols, top, log, own, even, scratch)
    } else {
      const label = load<u32>((c.labels as usize) + ((row as usize) << 2))
      if (label < (cols as u32)) {
        loss = -own * (load<f32>(logits + ((label as usize) << 2)) - top - log)
        if (even != 0) loss -= even * weighted(logits, 0, cols, top, log, 0, 1, scratch)
      }
    }
    store<f32>((c.loss as usize) + ((row as usize) << 2), loss)
  }
}

/** Sum of (own * label + even) * (x - top - log); without labels (address 0) of even * (x - top - log). */
function weighted(
  x: usize, labels: usize, n: i32, top: f32, log: f32, own: f32, even: f32, scratch: usize,
): f32 {
  const tops = f32x4.splat(top)
  const logs = f32x4.splat(log)
  const owns = f32x4.splat(own)
  const evens = f32x4.splat(even)
  const q = labels ? labels : x
  let s0 = i32x4.splat(0)
  let s1 = s0
  for (let i: usize = 0; i < (n as usize); i += 8) {
    const mask = maskOf(min(n - (i as i32), 8))
    const at = x + (i << 2)
    const by = q + (i << 2)
    const log0 = f32x4.sub(f32x4.sub(v128.load(at), tops), logs)
    const log1 = f32x4.sub(f32x4.sub(v128.load(at, 16), tops), logs)
    let w0 = evens
    let w1 = evens
    if (labels) {
      w0 = f32x4.relaxed_madd(v128.load(by), owns, evens)
      w1 = f32x4.relaxed_madd(v128.load(by, 16), owns, evens)
    }
    // A target of 0 against a log of -infinity counts nothing.
    const zero = i32x4.splat(0)
    const m0 = v128.andnot(v128.load(mask), f32x4.eq(w0, zero))
    const m1 = v128.andnot(v128.load(mask, 16), f32x4.eq(w1, zero))
    s0 = f32x4.add(s0, v128.and(f32x4.mul(w0, log0), m0))
    s1 = f32x4.add(s1, v128.and(f32x4.mul(w1, log1), m1))
  }
  return sumPair(s0, s1, scratch)
}

export function softmaxCrossEntropyGrad(record: usize, part: i32, parts: i32): void {
  const c = changetype<SoftmaxCrossEntropyGradCommand>(record)
  const cols = c.cols
  const even = c.smoothing / (cols as f32)
  const own: f32 = 1 - c.smoothing
  const end = shareEnd(c.rows, 1, part, parts)
  for (let row = shareStart(c.rows, 1, part, parts); row < end; row++) {
    const offset = ((row as usize) * (cols as usize)) << 2
    const probs = (c.probs as usize) + offset
    const dlogits = (c.dlogits as usize) + offset
    const dy = load<f32>((c.dy as usize) + ((row as usize) << 2))
    if (c.labelKind) {
      const labels = (c.labels as usize) + offset
      const weight = own * total(labels, cols, ownScratch()) + c.smoothing
      towards(probs, labels, dlogits, cols, weight, own, even, dy)
      continue
    }
    const label = load<u32>((c.labels as usize) + ((row as usize) << 2))
    if (label >= (cols as u32)) {
      memory.fill(dlogits, 0, (cols as usize) << 2)
      continue
    }
    const at = (label as usize) << 2
    const labelled = (load<f32>(probs + at) - even - own) * dy
    towards(probs, probs, dlogits, cols, 1, 0, even, dy)
    store<f32>(dlogits + at, labelled)
  }
}

/** dst = (p * weight - (own * label + even)) * dy. */
function towards(
  p: usize, labels: usize, dst: usize, n: i32, weight: f32, own: f32, even: f32, dy: f32,
): void {
  const weights = f32x4.splat(weight)
  const owns = f32x4.splat(own)
  const evens = f32x4.splat(even)
  const by = f32x4.splat(dy)
  for (; n > 0; n -= 8) {
    const q0 = f32x4.relaxed_madd(v128.load(labels), owns, evens)
    const q1 = f32x4.relaxed_madd(v128.load(labels, 16), owns, evens)
    const d0 = f32x4.mul(f32x4.sub(f32x4.mul(v128.load(p), weights), q0), by)
    const d1 = f32x4.mul(f32x4.sub(f32x4.mul(v128.load(p, 16), weights), q1), by)
    if (n < 8) return storeFirst(dst, d0, d1, n)
    v128.store(dst, d1, 16)
    v128.store(dst, d0)
    p += 32
    labels += 32
    dst += 32
  }
}

/** log(1 + e) for e from 0 to 1, also where 1 + e rounds to 1 (Kahan). */
// @ts-ignore: decorator
@inline
function logOnePlus4(e: v128): v128 {
  const u = f32x4.add(e, one4())
  const d = f32x4.sub(u, one4())
  return select4(e, f32x4.mul(log4(u), f32x4.div(e, d)), f32x4.eq(d, i32x4.splat(0)))
}

// @ts-ignore: decorator
@inline
function binaryLoss4(x: v128, target: v128): v128 {
  const tail = logOnePlus4(exp4(f32x4.neg(f32x4.abs(x))))
  return f32x4.add(f32x4.sub(f32x4.pmax(x, i32x4.splat(0)), f32x4.mul(x, target)), tail)
}

export function binaryCrossEntropy(record: usize, part: i32, parts: i32): void {
  const c = changetype<BinaryCrossEntropyCommand>(record)
  const start = shareStart(c.count, 16, part, parts)
  let n = shareEnd(c.count, 16, part, parts) - start
  let x = (c.logits as usize) + ((start as usize) << 2)
  let t = (c.targets as usize) + ((start as usize) << 2)
  let dst = (c.loss as usize) + ((start as usize) << 2)
  for (; n >= 8; n -= 8) {
    const y0 = binaryLoss4(v128.load(x), v128.load(t))
    const y1 = binaryLoss4(v128.load(x, 16), v128.load(t, 16))
    v128.store(dst, y1, 16)
    v128.store(dst, y0)
    x += 32
    t += 32
    dst += 32
  }
  if (n > 0) {
    const y0 = binaryLoss4(v128.load(x), v128.load(t))
    storeFirst(dst, y0, binaryLoss4(v128.load(x, 16), v128.load(t, 16)), n)
  }
}

export function binaryCrossEntropyGrad(record: usize, part: i32, parts: i32): void {
  const c = changetype<BinaryCrossEntropyGradCommand>(record)
  const start = shareStart(c.count, 16, part, parts)
  let n = shareEnd(c.count, 16, part, parts) - start
  let x = (c.logits as usize) + ((start as usize) << 2)
  let t = (c.targets as usize) + ((start as usize) << 2)
  let dy = (c.dy as usize) + ((start as usize) << 2)
  let dst = (c.dlogits as usize) + ((start as usize) << 2)
  for (; n >= 8; n -= 8) {
    const y0 = f32x4.mul(f32x4.sub(sigmoid4(v128.load(x)), v128.load(t)), v128.load(dy))
    const y1 = f32x4.mul(f32x4.sub(sigmoid4(v128.load(x, 16)), v128.load(t, 16)), v128.load(dy, 16))
    v128.store(dst, y1, 16)
    v128.store(dst, y0)
    x += 32
    t += 32
    dy += 32
    dst += 32
  }
  if (n > 0) {
    const y0 = f32x4.mul(f32x4.sub(sigmoid4(v128.load(x)), v128.load(t)), v128.load(dy))
    const y1 = f32x4.mul(f32x4.sub(sigmoid4(v128.load(x, 16)), v128.load(t, 16)), v128.load(dy, 16))
    storeFirst(dst, y0, y1, n)
  }
}

export function correct(record: usize, part: i32, parts: i32): void {
  const c = changetype<CorrectCommand>(record)
  const end = shareEnd(c.rows, 1, part, parts)
  for (let row = shareStart(c.rows, 1, part, parts); row < end; row++) {
    const offset = ((row as usize) * (c.cols as usize)) << 2
    const found = firstLargest((c.logits as usize) + offset, c.cols)
    const label = c.labelKind
      ? firstLargest((c.labels as usize) + offset, c.cols)
      : load<i32>((c.labels as usize) + ((row as usize) << 2))
    store<f32>((c.dst as usize) + ((row as usize) << 2), found >= 0 && found == label ? 1 : 0)
  }
}

/** Position of the first of the largest, -1 if there is a NaN. */
function firstLargest(p: usize, n: i32): i32 {
  let at = 0
  let best = load<f32>(p)
  if (best != best) return -1
  for (let i = 1; i < n; i++) {
    const x = load<f32>(p + ((i as usize) << 2))
    if (x != x) return -1
    if (x > best) {
      best = x
      at = i
    }
  }
  return at
}
