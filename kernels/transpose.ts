// Axes reordered. Where the source is contiguous along the output's last axis rows are copied; where it is contiguous
// along another one, tiles of 4 x 4 are turned in registers; else elements are picked one by one.
import { TransposeCommand } from './generated/commands'
import { shareEnd, shareStart } from './split'

export function transpose(record: usize, part: i32, parts: i32): void {
  const c = changetype<TransposeCommand>(record)
  // t: the output axis along which the source is contiguous (0..4), sizes of 1 aside.
  let t = 3
  if (c.s4 != 1) {
    if (c.s3 == 1 && c.d3 > 1) t = 3
    else if (c.s2 == 1 && c.d2 > 1) t = 2
    else if (c.s1 == 1 && c.d1 > 1) t = 1
    else if (c.s0 == 1 && c.d0 > 1) t = 0
  }
  // The output as [e0][e1][e2] x [m] x [n]: m is axis t, n the last axis.
  const o3 = c.d4
  const o2 = o3 * c.d3
  const o1 = o2 * c.d2
  const o0 = o1 * c.d1
  const m = t == 3 ? c.d3 : t == 2 ? c.d2 : t == 1 ? c.d1 : c.d0
  const mSource = t == 3 ? c.s3 : t == 2 ? c.s2 : t == 1 ? c.s1 : c.s0
  const mOut = t == 3 ? o3 : t == 2 ? o2 : t == 1 ? o1 : o0
  const e0 = t == 0 ? c.d1 : c.d0
  const e1 = t <= 1 ? c.d2 : c.d1
  const e2 = t <= 2 ? c.d3 : c.d2
  const f0 = t == 0 ? c.s1 : c.s0
  const f1 = t <= 1 ? c.s2 : c.s1
  const f2 = t <= 2 ? c.s3 : c.s2
  const g0 = t == 0 ? o1 : o0
  const g1 = t <= 1 ? o2 : o1
  const g2 = t <= 2 ? o3 : o2
  const blocks = (m + 15) >> 4
  const units = e0 * e1 * e2 * blocks
  const end = shareEnd(units, 1, part, parts)
  for (let unit = shareStart(units, 1, part, parts); unit < end; unit++) {
    const item = unit / blocks
    const first = (unit - item * blocks) << 4
    const i2 = item % e2
    const i1 = (item / e2) % e1
    const i0 = item / (e2 * e1)
    const src = (c.src as usize) + ((i0 * f0 + i1 * f1 + i2 * f2 + first * mSource) << 2)
    const dst = (c.dst as usize) + ((i0 * g0 + i1 * g1 + i2 * g2 + first * mOut) << 2)
    const rows = min(16, m - first)
    if (c.s4 == 1) copyRows(src, dst, rows, c.d4, mSource << 2, mOut << 2)
    else if (mSource == 1) turn(src, dst, rows, c.d4, c.s4 << 2, mOut << 2)
    else pick(src, dst, rows, c.d4, mSource << 2, c.s4 << 2, mOut << 2)
  }
}

function copyRows(src: usize, dst: usize, rows: i32, cols: i32, srcRow: usize, dstRow: usize): void {
  for (let r = 0; r < rows; r++) {
    memory.copy(dst, src, (cols as usize) << 2)
    src += srcRow
    dst += dstRow
  }
}

/** dst[r][c] = src[c][r]: the source is contiguous in r. Up to 16 rows, so that a line of the source is read once. */
function turn(src: usize, dst: usize, rows: i32, cols: i32, srcCol: usize, dstRow: usize): void {
  const whole = rows & ~3
  let c = 0
  for (; c + 4 <= cols; c += 4) {
    let p = src
    let q = dst
    for (let r = 0; r < whole; r += 4) {
      const a = v128.load(p)
      const b = v128.load(p + srcCol)
      const d = v128.load(p + srcCol * 2)
      const e = v128.load(p + srcCol * 3)
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
      const de = v128.shuffle<i32>(d, e, 0, 4, 1, 5)
      const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
      const deHigh = v128.shuffle<i32>(d, e, 2, 6, 3, 7)
      v128.store(q, v128.shuffle<i32>(ab, de, 0, 1, 4, 5))
      v128.store(q + dstRow, v128.shuffle<i32>(ab, de, 2, 3, 6, 7))
      v128.store(q + dstRow * 2, v128.shuffle<i32>(abHigh, deHigh, 0, 1, 4, 5))
      v128.store(q + dstRow * 3, v128.shuffle<i32>(abHigh, deHigh, 2, 3, 6, 7))
      p += 16
      q += dstRow * 4
    }
    if (whole < rows) pick(p, q, rows - whole, 4, 4, srcCol, dstRow)
    src += srcCol * 4
    dst += 16
  }
  if (c < cols) pick(src, dst, rows, cols - c, 4, srcCol, dstRow)
}

function pick(src: usize, dst: usize, rows: i32, cols: i32, srcRow: usize, srcCol: usize, dstRow: usize): void {
  for (let r = 0; r < rows; r++) {
    let p = src
    for (let c: usize = 0; c < (cols as usize); c++) {
      store<f32>(dst + (c << 2), load<f32>(p))
      p += srcCol
    }
    src += srcRow
    dst += dstRow
  }
}
