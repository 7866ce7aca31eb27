// Pictures of bytes to normalised floats.
import { PicturesCommand } from './generated/commands'
import { storePair } from './lanes'
import { ownScratch } from './memory'
import { shareEnd, shareStart } from './split'

/** Floats of scale (and of shift) that scratch holds: whole groups of 8 pixels, so up to 64 channels. */
const PERIOD: i32 = 512

export function pictures(record: usize, part: i32, parts: i32): void {
  const c = changetype<PicturesCommand>(record)
  const channels = c.channels
  // A share begins with the first channel of a pixel.
  const start = shareStart(c.count, 16 * channels, part, parts)
  let n = shareEnd(c.count, 16 * channels, part, parts) - start
  let src = (c.src as usize) + (start as usize)
  let dst = (c.dst as usize) + ((start as usize) << 2)
  if (channels > PERIOD / 8) {
    for (let i = 0; i < n; i++) {
      const at = ((i % channels) as usize) << 2
      const v = f32x4.convert_i32x4_u(i32x4.splat(load<u8>(src)))
      const scale = v128.load32_splat((c.scale as usize) + at)
      v128.store32_lane(dst, f32x4.relaxed_madd(v, scale, v128.load32_splat((c.shift as usize) + at)), 0)
      src += 1
      dst += 4
    }
    return
  }
  const scales = ownScratch()
  const shifts = scales + ((PERIOD as usize) << 2)
  const period = (PERIOD / (8 * channels)) * 8 * channels
  for (let i = 0; i < period; i++) {
    const at = ((i % channels) as usize) << 2
    store<f32>(scales + ((i as usize) << 2), load<f32>((c.scale as usize) + at))
    store<f32>(shifts + ((i as usize) << 2), load<f32>((c.shift as usize) + at))
  }
  while (n > 0) {
    const count = min(n, period)
    let at: usize = 0
    let left = count
    for (; left >= 8; left -= 8) {
      convert(src, dst, scales + at, shifts + at, 8)
      src += 8
      dst += 32
      at += 32
    }
    if (left > 0) convert(src, dst, scales + at, shifts + at, left)
    n -= count
  }
}

// @ts-ignore: decorator
@inline
function convert(src: usize, dst: usize, scale: usize, shift: usize, n: i32): void {
  const words = v128.load_ext<u8>(src)
  const low = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(words))
  const high = f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(words))
  const y0 = f32x4.relaxed_madd(low, v128.load(scale), v128.load(shift))
  const y1 = f32x4.relaxed_madd(high, v128.load(scale, 16), v128.load(shift, 16))
  storePair(dst, y0, y1, n)
}
