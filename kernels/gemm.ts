// Matrix products. Each output is one chain of fused multiply-adds in the order of k (per block of Kc), so its bits
// depend neither on threads nor on tile shapes nor on how B is stored.
import { GemmCommand } from './generated/commands'
import { ownScratch } from './memory'
import { shareStart, splitsFirst } from './split'
import { gatherPanel, PANEL_ROWS, TILE_SCRATCH, tileOfColumns, tileOfRows } from './tile'

/** Tiles of one panel from which on it pays to gather the panel first. */
const WORTH_GATHERING: i32 = 6

export function gemm(record: usize, part: i32, parts: i32): void {
  const g = changetype<GemmCommand>(record)
  const scratch = ownScratch()
  const tiles = (g.M + 5) / 6
  const panels = (g.N + 15) >> 4
  const batch = g.batch
  if (batch >= 2 * parts) {
    const end = shareStart(batch, 1, part + 1, parts)
    for (let n = shareStart(batch, 1, part, parts); n < end; n++) product(g, n, 0, tiles, 0, panels, scratch)
    return
  }
  if (splitsFirst(panels, tiles, g.M <= g.N, parts)) {
    const start = shareStart(panels, 1, part, parts)
    const end = shareStart(panels, 1, part + 1, parts)
    for (let n = 0; n < batch; n++) product(g, n, 0, tiles, start, end, scratch)
  } else {
    const start = shareStart(tiles, 1, part, parts)
    const end = shareStart(tiles, 1, part + 1, parts)
    for (let n = 0; n < batch; n++) product(g, n, start, end, 0, panels, scratch)
  }
}

/** Floats of A that a second-level cache holds beside a panel of B and C. */
const CACHED: i32 = 49152

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
  const bStride: usize = raw ? (g.bStride as usize) : 64
  const panelBytes: usize = raw ? 64 : (K as usize) << 6
  const a = (g.a as usize) + (n as usize) * (g.aBatch as usize)
  const b = (g.b as usize) + (n as usize) * (g.bBatch as usize)
  const c = (g.c as usize) + (n as usize) * (g.cBatch as usize)
  const bias: usize = g.bias
  const panel = scratch + TILE_SCRATCH
  // Rows are cut evenly: no tile is much smaller than the others.
  const tiles = (M + 5) / 6
  const rows = M / tiles
  const larger = M % tiles
  const block = g.Kc > 0 && g.Kc < K ? g.Kc : K
  // A block of rows of A and of C stays in the cache while all panels of B go over it.
  const most = max(WORTH_GATHERING, CACHED / (6 * block))
  const blocks = (tile1 - tile0 + most - 1) / most
  const together = (tile1 - tile0 + blocks - 1) / blocks
  for (let from = tile0; from < tile1; from += together) {
    const to = min(tile1, from + together)
    for (let k = 0; k < K; k += block) {
      const depth = min(block, K - k)
      const mode = modeOfBlock(g.mode, k == 0, k + depth == K)
      // Rows of a raw B are often a power of two apart and drive each other out of the cache.
      const gathers = raw && depth <= PANEL_ROWS && to - from >= WORTH_GATHERING
      const bStep: usize = gathers ? 64 : bStride
      for (let j = panel0; j < panel1; j++) {
        const nr = min(16, N - (j << 4))
        const bAt = b + (j as usize) * panelBytes + (k as usize) * bStride
        const column = (j as usize) << 6
        if (gathers) gatherPanel(bAt, bStride, panel, depth)
        const bUsed = gathers ? panel : bAt
        let i = from * rows + min(from, larger)
        for (let t = from; t < to; t++) {
          const mr = t < larger ? rows + 1 : rows
          const cAt = c + (i as usize) * cStride + column
          if (transposed) {
            const aAt = a + (k as usize) * aStride + ((i as usize) << 2)
            tileOfColumns(
              mr, nr, 1, 1, depth, 0, 0, aAt, aStride, bUsed, bStep, cAt, cStride, mode, bias + column, scratch,
            )
          } else {
            const aAt = a + (i as usize) * aStride + ((k as usize) << 2)
            tileOfRows(
              mr, nr, 1, depth, 0, aAt, aStride, bUsed, bStep, cAt, cStride, mode, bias + column, 0, 0, 0, scratch,
            )
          }
          i += mr
        }
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
