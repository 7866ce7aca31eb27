// How fast the machine multiplies and adds when nothing else is in the way.
import { FmaPeakCommand } from './generated/commands'
import { ownScratch } from './memory'

const FACTORS: usize = memory.data<f32>([0.001, 0.002], 16)

/**
 * Twelve accumulators, as many as hide the latency of two FMA units, stay in registers: vectors of 8 floats (pairs that
 * the revectoriser joins) in the wide module, of 4 in the narrow one. `peak.ts` knows how many operations a round has.
 */
export function fmaPeak(record: usize, part: i32, parts: i32): void {
  const rounds = changetype<FmaPeakCommand>(record).rounds
  const out = ownScratch()
  const x = v128.load32_splat(FACTORS)
  const y = v128.load32_splat(FACTORS, 4)
  let a0 = v128.load(out), b0 = v128.load(out, 32), c0 = v128.load(out, 64), d0 = v128.load(out, 96)
  let e0 = v128.load(out, 128), f0 = v128.load(out, 160), g0 = v128.load(out, 192), h0 = v128.load(out, 224)
  let i0 = v128.load(out, 256), j0 = v128.load(out, 288), k0 = v128.load(out, 320), l0 = v128.load(out, 352)
  let a1 = v128.load(out, 16), b1 = v128.load(out, 48), c1 = v128.load(out, 80), d1 = v128.load(out, 112)
  let e1 = v128.load(out, 144), f1 = v128.load(out, 176), g1 = v128.load(out, 208), h1 = v128.load(out, 240)
  let i1 = v128.load(out, 272), j1 = v128.load(out, 304), k1 = v128.load(out, 336), l1 = v128.load(out, 368)
  for (let round = 0; round < rounds; round++) {
    a0 = f32x4.relaxed_madd(x, y, a0)
    if (WIDE) a1 = f32x4.relaxed_madd(x, y, a1)
    b0 = f32x4.relaxed_madd(x, y, b0)
    if (WIDE) b1 = f32x4.relaxed_madd(x, y, b1)
    c0 = f32x4.relaxed_madd(x, y, c0)
    if (WIDE) c1 = f32x4.relaxed_madd(x, y, c1)
    d0 = f32x4.relaxed_madd(x, y, d0)
    if (WIDE) d1 = f32x4.relaxed_madd(x, y, d1)
    e0 = f32x4.relaxed_madd(x, y, e0)
    if (WIDE) e1 = f32x4.relaxed_madd(x, y, e1)
    f0 = f32x4.relaxed_madd(x, y, f0)
    if (WIDE) f1 = f32x4.relaxed_madd(x, y, f1)
    g0 = f32x4.relaxed_madd(x, y, g0)
    if (WIDE) g1 = f32x4.relaxed_madd(x, y, g1)
    h0 = f32x4.relaxed_madd(x, y, h0)
    if (WIDE) h1 = f32x4.relaxed_madd(x, y, h1)
    i0 = f32x4.relaxed_madd(x, y, i0)
    if (WIDE) i1 = f32x4.relaxed_madd(x, y, i1)
    j0 = f32x4.relaxed_madd(x, y, j0)
    if (WIDE) j1 = f32x4.relaxed_madd(x, y, j1)
    k0 = f32x4.relaxed_madd(x, y, k0)
    if (WIDE) k1 = f32x4.relaxed_madd(x, y, k1)
    l0 = f32x4.relaxed_madd(x, y, l0)
    if (WIDE) l1 = f32x4.relaxed_madd(x, y, l1)
  }
  keep(out, a0, a1)
  keep(out + 32, b0, b1)
  keep(out + 64, c0, c1)
  keep(out + 96, d0, d1)
  keep(out + 128, e0, e1)
  keep(out + 160, f0, f1)
  keep(out + 192, g0, g1)
  keep(out + 224, h0, h1)
  keep(out + 256, i0, i1)
  keep(out + 288, j0, j1)
  keep(out + 320, k0, k1)
  keep(out + 352, l0, l1)
}

// Without a store the loop would be dropped; the store is also where the revectoriser starts its pairs.
// @ts-ignore: decorator
@inline
function keep(to: usize, low: v128, high: v128): void {
  v128.store(to, high, 16)
  v128.store(to, low)
}
