// Dropout by a hash of (seed, step, layer, position): nothing is stored, and the gradient is the same command on dy.
// `src/engine/ops/dropoutMask.ts` holds the same mask in TypeScript.
import { DropoutCommand } from './generated/commands'
import { mix } from './hash'
import { storePair } from './lanes'
import { ownScratch } from './memory'
import { shareEnd, shareStart } from './split'

const GOLDEN: u32 = 0x9e3779b9
/** k * GOLDEN for k = 0..7, then the two multipliers of hash32. */
const TABLE: usize = memory.data<u32>(
  [0, 0x9e3779b9, 0x3c6ef372, 0xdaa66d2b, 0x78dde6e4, 0x1715609d, 0xb54cda56, 0x5384540f, 0x7feb352d, 0x846ca68b],
  64,
)

/** hash32(x) >>> 1, not negative, so that signed comparison serves. */
// @ts-ignore: decorator
@inline
function halfHash4(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), v128.load32_splat(TABLE, 32))
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), v128.load32_splat(TABLE, 36))
  return i32x4.shr_u(v128.xor(x, i32x4.shr_u(x, 16)), 1)
}

// @ts-ignore: decorator
@inline
function drop(src: usize, dst: usize, lanes: usize, key: u32, threshold: v128, scale: v128, n: i32): void {
  const at = i32x4.splat(key)
  const h0 = halfHash4(i32x4.add(at, v128.load(lanes)))
  const h1 = halfHash4(i32x4.add(at, v128.load(lanes, 16)))
  const y0 = v128.andnot(f32x4.mul(v128.load(src), scale), i32x4.gt_s(threshold, h0))
  const y1 = v128.andnot(f32x4.mul(v128.load(src, 16), scale), i32x4.gt_s(threshold, h1))
  storePair(dst, y0, y1, n)
}

export function dropout(record: usize, part: i32, parts: i32): void {
  const c = changetype<DropoutCommand>(record)
  const start = shareStart(c.count, 16, part, parts)
  let n = shareEnd(c.count, 16, part, parts) - start
  let src = (c.src as usize) + ((start as usize) << 2)
  let dst = (c.dst as usize) + ((start as usize) << 2)
  let key = mix(mix(load<u32>(c.seed), load<u32>(c.seed, 4)), c.salt as u32) + (start as u32) * GOLDEN
  const threshold = i32x4.splat((c.rate * 2147483648) as i32)
  const kept: f32 = 1 - c.rate
  const scale = f32x4.splat(1 / kept)
  // A constant address would be folded with the 16 of the high half, and the revectoriser would see two strangers.
  const lanes = ownScratch()
  memory.copy(lanes, TABLE, 32)
  for (; n >= 8; n -= 8) {
    drop(src, dst, lanes, key, threshold, scale, 8)
    src += 32
    dst += 32
    key += 8 * GOLDEN
  }
  if (n > 0) drop(src, dst, lanes, key, threshold, scale, n)
}
