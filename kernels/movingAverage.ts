// Moving averages: dst = momentum * dst + (1 - momentum) * factor * src.
import { MovingAverageCommand } from './generated/commands'
import { storeFirst } from './lanes'
import { shareEnd, shareStart } from './split'

export function movingAverage(record: usize, part: i32, parts: i32): void {
  const c = changetype<MovingAverageCommand>(record)
  if (c.flag && load<i32>(c.flag)) return
  const start = shareStart(c.count, 16, part, parts)
  let n = shareEnd(c.count, 16, part, parts) - start
  let src = (c.src as usize) + ((start as usize) << 2)
  let dst = (c.dst as usize) + ((start as usize) << 2)
  const keep = f32x4.splat(c.momentum)
  const rest: f32 = 1 - c.momentum
  const take = f32x4.splat(rest * c.factor)
  for (; n >= 8; n -= 8) {
    const y0 = f32x4.relaxed_madd(v128.load(src), take, f32x4.mul(v128.load(dst), keep))
    const y1 = f32x4.relaxed_madd(v128.load(src, 16), take, f32x4.mul(v128.load(dst, 16), keep))
    v128.store(dst, y1, 16)
    v128.store(dst, y0)
    src += 32
    dst += 32
  }
  if (n > 0) {
    const y0 = f32x4.relaxed_madd(v128.load(src), take, f32x4.mul(v128.load(dst), keep))
    const y1 = f32x4.relaxed_madd(v128.load(src, 16), take, f32x4.mul(v128.load(dst, 16), keep))
    storeFirst(dst, y0, y1, n)
  }
}
