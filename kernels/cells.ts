// One step of one row of a recurrent layer, forward and back: eight units at a time, gates side by side [gate][units].
import { storePair } from './lanes'
import { sigmoid4, tanh4 } from './transcendental'

const ONE: usize = memory.data<f32>([1.0], 16)

// @ts-ignore: decorator
@inline
function one4(): v128 {
  return v128.load32_splat(ONE)
}

export function simpleRow(H: i32, smooth: bool, z: usize, h: usize): void {
  let n = H
  for (; n >= 8; n -= 8) {
    simplePair(smooth, z, h, 8)
    z += 32
    h += 32
  }
  if (n > 0) simplePair(smooth, z, h, n)
}

// @ts-ignore: decorator
@inline
function simplePair(smooth: bool, z: usize, h: usize, n: i32): void {
  const z0 = v128.load(z)
  const z1 = v128.load(z, 16)
  if (smooth) {
    storeTwice(z, h, tanh4(z0), tanh4(z1), n)
  } else {
    const zero = i32x4.splat(0)
    storeTwice(z, h, f32x4.pmax(z0, zero), f32x4.pmax(z1, zero), n)
  }
}

// @ts-ignore: decorator
@inline
function storeTwice(p: usize, q: usize, low: v128, high: v128, n: i32): void {
  storePair(p, low, high, n)
  storePair(q, low, high, n)
}

export function lstmRow(H: i32, z: usize, cp: usize, c: usize, h: usize): void {
  let n = H
  for (; n >= 8; n -= 8) {
    lstmPair(H, z, cp, c, h, 8)
    z += 32
    cp += 32
    c += 32
    h += 32
  }
  if (n > 0) lstmPair(H, z, cp, c, h, n)
}

// @ts-ignore: decorator
@inline
function lstmPair(H: i32, z: usize, cp: usize, c: usize, h: usize, n: i32): void {
  const gate = (H as usize) << 2
  const zf = z + gate
  const zg = zf + gate
  const zo = zg + gate
  const i0 = sigmoid4(v128.load(z))
  const i1 = sigmoid4(v128.load(z, 16))
  const f0 = sigmoid4(v128.load(zf))
  const f1 = sigmoid4(v128.load(zf, 16))
  const g0 = tanh4(v128.load(zg))
  const g1 = tanh4(v128.load(zg, 16))
  const o0 = sigmoid4(v128.load(zo))
  const o1 = sigmoid4(v128.load(zo, 16))
  const c0 = f32x4.relaxed_madd(i0, g0, f32x4.mul(f0, v128.load(cp)))
  const c1 = f32x4.relaxed_madd(i1, g1, f32x4.mul(f1, v128.load(cp, 16)))
  storePair(z, i0, i1, n)
  storePair(zf, f0, f1, n)
  storePair(zg, g0, g1, n)
  storePair(zo, o0, o1, n)
  storePair(c, c0, c1, n)
  storePair(h, f32x4.mul(o0, tanh4(c0)), f32x4.mul(o1, tanh4(c1)), n)
}

export function gruRow(H: i32, z: usize, hp: usize, extra: usize, bias: usize, h: usize): void {
  let n = H
  for (; n >= 8; n -= 8) {
    gruPair(H, z, hp, extra, bias, h, 8)
    z += 32
    hp += 32
    extra += 32
    bias += 32
    h += 32
  }
  if (n > 0) gruPair(H, z, hp, extra, bias, h, n)
}

// @ts-ignore: decorator
@inline
function gruPair(H: i32, z: usize, hp: usize, extra: usize, bias: usize, h: usize, n: i32): void {
  const gate = (H as usize) << 2
  const zr = z + gate
  const zn = zr + gate
  const u0 = sigmoid4(f32x4.add(v128.load(z), v128.load(bias)))
  const u1 = sigmoid4(f32x4.add(v128.load(z, 16), v128.load(bias, 16)))
  const r0 = sigmoid4(f32x4.add(v128.load(zr), v128.load(bias + gate)))
  const r1 = sigmoid4(f32x4.add(v128.load(zr, 16), v128.load(bias + gate, 16)))
  const n0 = tanh4(f32x4.relaxed_madd(r0, v128.load(extra), v128.load(zn)))
  const n1 = tanh4(f32x4.relaxed_madd(r1, v128.load(extra, 16), v128.load(zn, 16)))
  // h' = n + z (h - n)
  const h0 = f32x4.relaxed_madd(u0, f32x4.sub(v128.load(hp), n0), n0)
  const h1 = f32x4.relaxed_madd(u1, f32x4.sub(v128.load(hp, 16), n1), n1)
  storePair(z, u0, u1, n)
  storePair(zr, r0, r1, n)
  storePair(zn, n0, n1, n)
  storePair(h, h0, h1, n)
}

export function simpleRowBack(H: i32, smooth: bool, y: usize, dS: usize, dz: usize): void {
  let n = H
  for (; n >= 8; n -= 8) {
    simplePairBack(smooth, y, dS, dz, 8)
    y += 32
    dS += 32
    dz += 32
  }
  if (n > 0) simplePairBack(smooth, y, dS, dz, n)
}

// @ts-ignore: decorator
@inline
function simplePairBack(smooth: bool, y: usize, dS: usize, dz: usize, n: i32): void {
  const zero = i32x4.splat(0)
  const y0 = v128.load(y)
  const y1 = v128.load(y, 16)
  const d0 = v128.load(dS)
  const d1 = v128.load(dS, 16)
  storePair(dS, zero, zero, n)
  if (smooth) {
    storePair(dz, f32x4.relaxed_nmadd(f32x4.mul(d0, y0), y0, d0), f32x4.relaxed_nmadd(f32x4.mul(d1, y1), y1, d1), n)
  } else {
    storePair(dz, v128.and(d0, f32x4.gt(y0, zero)), v128.and(d1, f32x4.gt(y1, zero)), n)
  }
}

export function lstmRowBack(H: i32, g: usize, cp: usize, c: usize, dS: usize, dC: usize, dz: usize): void {
  let n = H
  for (; n >= 8; n -= 8) {
    lstmPairBack(H, g, cp, c, dS, dC, dz, 8)
    g += 32
    cp += 32
    c += 32
    dS += 32
    dC += 32
    dz += 32
  }
  if (n > 0) lstmPairBack(H, g, cp, c, dS, dC, dz, n)
}

// @ts-ignore: decorator
@inline
function lstmPairBack(H: i32, gi: usize, cp: usize, c: usize, dS: usize, dC: usize, dz: usize, n: i32): void {
  const gate = (H as usize) << 2
  const gf = gi + gate
  const gg = gf + gate
  const go = gg + gate
  const one = one4()
  const zero = i32x4.splat(0)
  const i0 = v128.load(gi)
  const i1 = v128.load(gi, 16)
  const f0 = v128.load(gf)
  const f1 = v128.load(gf, 16)
  const g0 = v128.load(gg)
  const g1 = v128.load(gg, 16)
  const o0 = v128.load(go)
  const o1 = v128.load(go, 16)
  const t0 = tanh4(v128.load(c))
  const t1 = tanh4(v128.load(c, 16))
  const ds0 = v128.load(dS)
  const ds1 = v128.load(dS, 16)
  const p0 = v128.load(cp)
  const p1 = v128.load(cp, 16)
  // d cell = dC + dS o (1 - tanh(c)^2)
  const dc0 = f32x4.relaxed_madd(f32x4.mul(ds0, o0), f32x4.relaxed_nmadd(t0, t0, one), v128.load(dC))
  const dc1 = f32x4.relaxed_madd(f32x4.mul(ds1, o1), f32x4.relaxed_nmadd(t1, t1, one), v128.load(dC, 16))
  const a0 = f32x4.mul(f32x4.mul(f32x4.mul(dc0, g0), i0), f32x4.sub(one, i0))
  const a1 = f32x4.mul(f32x4.mul(f32x4.mul(dc1, g1), i1), f32x4.sub(one, i1))
  const b0 = f32x4.mul(f32x4.mul(f32x4.mul(dc0, p0), f0), f32x4.sub(one, f0))
  const b1 = f32x4.mul(f32x4.mul(f32x4.mul(dc1, p1), f1), f32x4.sub(one, f1))
  const e0 = f32x4.mul(f32x4.mul(dc0, i0), f32x4.relaxed_nmadd(g0, g0, one))
  const e1 = f32x4.mul(f32x4.mul(dc1, i1), f32x4.relaxed_nmadd(g1, g1, one))
  const q0 = f32x4.mul(f32x4.mul(f32x4.mul(ds0, t0), o0), f32x4.sub(one, o0))
  const q1 = f32x4.mul(f32x4.mul(f32x4.mul(ds1, t1), o1), f32x4.sub(one, o1))
  storePair(dz, a0, a1, n)
  storePair(dz + gate, b0, b1, n)
  storePair(dz + 2 * gate, e0, e1, n)
  storePair(dz + 3 * gate, q0, q1, n)
  storePair(dC, f32x4.mul(dc0, f0), f32x4.mul(dc1, f1), n)
  storePair(dS, zero, zero, n)
}

export function gruRowBack(H: i32, g: usize, hp: usize, extra: usize, dS: usize, dz: usize, dzr: usize): void {
  let n = H
  for (; n >= 8; n -= 8) {
    gruPairBack(H, g, hp, extra, dS, dz, dzr, 8)
    g += 32
    hp += 32
    extra += 32
    dS += 32
    dz += 32
    dzr += 32
  }
  if (n > 0) gruPairBack(H, g, hp, extra, dS, dz, dzr, n)
}

// @ts-ignore: decorator
@inline
function gruPairBack(H: i32, g: usize, hp: usize, extra: usize, dS: usize, dz: usize, dzr: usize, n: i32): void {
  const gate = (H as usize) << 2
  const one = one4()
  const u0 = v128.load(g)
  const u1 = v128.load(g, 16)
  const r0 = v128.load(g + gate)
  const r1 = v128.load(g + gate, 16)
  const c0 = v128.load(g + 2 * gate)
  const c1 = v128.load(g + 2 * gate, 16)
  const ds0 = v128.load(dS)
  const ds1 = v128.load(dS, 16)
  const keep0 = f32x4.sub(one, u0)
  const keep1 = f32x4.sub(one, u1)
  const du0 = f32x4.mul(f32x4.mul(f32x4.mul(ds0, f32x4.sub(v128.load(hp), c0)), u0), keep0)
  const du1 = f32x4.mul(f32x4.mul(f32x4.mul(ds1, f32x4.sub(v128.load(hp, 16), c1)), u1), keep1)
  const dn0 = f32x4.mul(f32x4.mul(ds0, keep0), f32x4.relaxed_nmadd(c0, c0, one))
  const dn1 = f32x4.mul(f32x4.mul(ds1, keep1), f32x4.relaxed_nmadd(c1, c1, one))
  const dr0 = f32x4.mul(f32x4.mul(f32x4.mul(dn0, v128.load(extra)), r0), f32x4.sub(one, r0))
  const dr1 = f32x4.mul(f32x4.mul(f32x4.mul(dn1, v128.load(extra, 16)), r1), f32x4.sub(one, r1))
  storePair(dz, du0, du1, n)
  storePair(dzr, du0, du1, n)
  storePair(dz + gate, dr0, dr1, n)
  storePair(dzr + gate, dr0, dr1, n)
  storePair(dz + 2 * gate, dn0, dn1, n)
  storePair(dzr + 2 * gate, f32x4.mul(dn0, r0), f32x4.mul(dn1, r1), n)
  storePair(dS, f32x4.mul(ds0, u0), f32x4.mul(ds1, u1), n)
}
