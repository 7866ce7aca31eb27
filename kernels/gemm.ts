// Matrix products. Each output is one chain of fused multiply-adds in the order of k (per block of Kc), so its bits
// depend neither on threads nor on tile shapes nor on how B is stored.
import { GemmCommand } from './generated/commands'
import { scratchOf } from './memory'
import { shareStart, splitsFirst } from './split'
import { tileOfColumns, tileOfRows } from './tile'

export function gemm(record: usize, tid: i32, threads: i32): void {
  const g = changetype<GemmCommand>(record)
  const scratch = scratchOf(tid)
  const tiles = (g.M + 5) / 6
  const panels = (g.N + 15) >> 4
  const batch = g.batch
  if (batch >= 2 * threads) {
    const end = shareStart(batch, 1, tid + 1, threads)
    for (let n = shareStart(batch, 1, tid, threads); n < end; n++) product(g, n, 0, tiles, 0, panels, scratch)
    return
  }
  if (splitsFirst(panels, tiles, g.M <= g.N, threads)) {
    const start = shareStart(panels, 1, tid, threads)
    const end = shareStart(panels, 1, tid + 1, threads)
    for (let n = 0; n < batch; n++) product(g, n, 0, tiles, start, end, scratch)
  } else {
    const start = shareStart(tiles, 1, tid, threads)
    const end = shareStart(tiles, 1, tid + 1, threads)
    for (let n = 0; n < batch; n++) product(g, n, start, end, 0, panels, scratch)
  }
}

/** Row tiles tile0..tile1 and column panels panel0..panel1 of product `n` of the batch. */
function product(g: GemmCommand, n: i32, tile0: i32, tile1: i32, panel0: i32, panel1: i32, scratch: usize): void {
  if (tile0 >= tile1) return
  const M = g.M
  const N = g.N
  const K = g.K
  const aStride: usize = g.aStride
  const cStride: usize = g.cStride
  const transposed = g.aMode == 1
  const raw = g.bMode == 1
  const bStep: usize = raw ? g.bStride : 64
  const panelBytes: usize = raw ? 64 : (K as usize) << 6
  const a = (g.a as usize) + (n as usize) * (g.aBatch as usize)
  const b = (g.b as usize) + (n as usize) * (g.bBatch as usize)
  const c = (g.c as usize) + (n as usize) * (g.cBatch as usize)
  const bias: usize = g.bias
  // Rows are cut evenly: no tile is much smaller than the others.
  const tiles = (M + 5) / 6
  const rows = M / tiles
  const larger = M % tiles
  const block = g.Kc > 0 && g.Kc < K ? g.Kc : K
  for (let k = 0; k < K; k += block) {
    const depth = min(block, K - k)
    const mode = modeOfBlock(g.mode, k == 0, k + depth == K)
    for (let j = panel0; j < panel1; j++) {
      const nr = min(16, N - (j << 4))
      const bAt = b + (j as usize) * panelBytes + (k as usize) * bStep
      const column = (j as usize) << 6
      let i = tile0 * rows + min(tile0, larger)
      for (let t = tile0; t < tile1; t++) {
        const mr = t < larger ? rows + 1 : rows
        const cAt = c + (i as usize) * cStride + column
        if (transposed) {
          const aAt = a + (k as usize) * aStride + ((i as usize) << 2)
          tileOfColumns(mr, nr, 1, depth, 0, aAt, aStride, bAt, bStep, 0, cAt, cStride, mode, bias + column, scratch)
        } else {
          const aAt = a + (i as usize) * aStride + ((k as usize) << 2)
          tileOfRows(mr, nr, 1, depth, 0, aAt, aStride, bAt, bStep, 0, cAt, cStride, mode, bias + column, scratch)
        }
        i += mr
      }
    }
  }
}

/** The epilogue of one block of K: only the first may overwrite C, only the last adds the bias and clips. */
function modeOfBlock(mode: i32, first: bool, last: bool): i32 {
  if (first && last) return mode
  if (!last) return first && mode != 1 && mode != 6 ? 0 : 1
  if (mode == 2) return 4
  if (mode == 3) return 5
  return mode == 6 ? 6 : 1
}
