// Rearranging matrices into panels [ceil(N / 16)][K][16], the last panel filled up with zeros.
import { PackBCommand, PackBtCommand, PackConvFlipCommand } from './generated/commands'
import { shareStart } from './split'
import { gatherPanel } from './tile'

/** From B [K][N]. Panel by panel: writing all panels at once would write at power-of-two distances. */
export function packB(record: usize, part: i32, parts: i32): void {
  const c = changetype<PackBCommand>(record)
  const K = c.K
  const N = c.N
  const stride: usize = c.stride
  const panels = (N + 15) >> 4
  let item = shareStart(panels * K, 1, part, parts)
  const end = shareStart(panels * K, 1, part + 1, parts)
  let dst = (c.dst as usize) + ((item as usize) << 6)
  while (item < end) {
    const panel = item / K
    const k = item % K
    const count = min(K - k, end - item)
    let src = (c.src as usize) + (k as usize) * stride + ((panel as usize) << 6)
    const nr = min(16, N - (panel << 4))
    if (nr == 16) {
      gatherPanel(src, stride, dst, count)
      dst += (count as usize) << 6
    } else {
      for (let i = 0; i < count; i++) {
        copyPart(src, dst, nr)
        src += stride
        dst += 64
      }
    }
    item += count
  }
}

/** From B transposed, [N][K]. */
export function packBt(record: usize, part: i32, parts: i32): void {
  const c = changetype<PackBtCommand>(record)
  const groups = (c.K + 3) >> 2
  const panels = (c.N + 15) >> 4
  const start = shareStart(panels * groups, 1, part, parts)
  const end = shareStart(panels * groups, 1, part + 1, parts)
  packTransposed(c.src, c.stride, c.N, c.K, c.dst, (c.K as usize) << 6, start, end)
}

/**
 * The weights [KH][KW][Ci][Co] of a convolution for one phase of its input gradient: taps (phaseY + strideY t,
 * phaseX + strideX u) in reverse order, each transposed: panels of B[(t, u, co)][ci].
 */
export function packConvFlip(record: usize, part: i32, parts: i32): void {
  const c = changetype<PackConvFlipCommand>(record)
  const tapsY = (c.KH - c.phaseY + c.strideY - 1) / c.strideY
  const tapsX = (c.KW - c.phaseX + c.strideX - 1) / c.strideX
  const taps = tapsY * tapsX
  const groups = (c.Co + 3) >> 2
  const items = ((c.Ci + 15) >> 4) * groups
  const tapBytes = (c.Co as usize) << 6
  let item = shareStart(taps * items, 1, part, parts)
  const end = shareStart(taps * items, 1, part + 1, parts)
  while (item < end) {
    const tap = item / items
    const from = item % items
    const to = min(items, from + end - item)
    const y = c.phaseY + c.strideY * (tapsY - 1 - tap / tapsX)
    const x = c.phaseX + c.strideX * (tapsX - 1 - (tap % tapsX))
    const src = (c.src as usize) + ((((y * c.KW + x) * c.Ci) as usize) * (c.Co as usize) << 2)
    const dst = (c.dst as usize) + (tap as usize) * tapBytes
    packTransposed(src, c.Co << 2, c.Ci, c.Co, dst, (taps as usize) * tapBytes, from, to)
    item += to - from
  }
}

/** Items start..end of (panel, group of 4 k): B [N][K], rows `stride` bytes apart, to panels `panelBytes` apart. */
function packTransposed(
  src: usize, stride: usize, N: i32, K: i32, dst: usize, panelBytes: usize, start: i32, end: i32,
): void {
  const groups = (K + 3) >> 2
  for (let item = start; item < end; item++) {
    const panel = item / groups
    const k = (item % groups) << 2
    const nr = min(16, N - (panel << 4))
    const from = src + ((panel << 4) as usize) * stride + ((k as usize) << 2)
    const to = dst + (panel as usize) * panelBytes + ((k as usize) << 6)
    if (nr == 16 && k + 4 <= K) {
      for (let q: usize = 0; q < 4; q++) transpose4(from + (q << 2) * stride, stride, to + (q << 4))
    } else {
      for (let i = 0; i < min(4, K - k); i++) {
        for (let j = 0; j < 16; j++) {
          const value: f32 = j < nr ? load<f32>(from + (j as usize) * stride + ((i as usize) << 2)) : 0
          store<f32>(to + ((i as usize) << 6) + ((j as usize) << 2), value)
        }
      }
    }
  }
}

/** Four floats of four rows to four columns, 64 bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(src: usize, stride: usize, dst: usize): void {
  const r0 = v128.load(src)
  const r1 = v128.load(src + stride)
  const r2 = v128.load(src + 2 * stride)
  const r3 = v128.load(src + 3 * stride)
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(dst, v128.shuffle<f64>(t0, t1, 0, 2))
  v128.store(dst, v128.shuffle<f64>(t0, t1, 1, 3), 64)
  v128.store(dst, v128.shuffle<f64>(t2, t3, 0, 2), 128)
  v128.store(dst, v128.shuffle<f64>(t2, t3, 1, 3), 192)
}

function copyPart(src: usize, dst: usize, nr: i32): void {
  for (let j = 0; j < 16; j++) {
    const value: f32 = j < nr ? load<f32>(src + ((j as usize) << 2)) : 0
    store<f32>(dst + ((j as usize) << 2), value)
  }
}
