// One tile of a matrix product, whatever its size: chooses the micro-kernel and handles incomplete columns.
import { columns16, columns8, rows16, rows8 } from './generated/tiles'
import { ownScratch } from './memory'

/** Bytes of scratch a tile may need (6 x 8 floats); behind them is room for PANEL_ROWS rows of a panel of B. */
export const TILE_SCRATCH: usize = 256
export const PANEL_ROWS: i32 = 256

/** Copies 16 columns of `rows` rows of B, `stride` apart, to a panel. */
export function gatherPanel(src: usize, stride: usize, dst: usize, rows: i32): void {
  const end = dst + ((rows as usize) << 6)
  for (; dst < end; dst += 64) {
    const v0 = v128.load(src)
    const v1 = v128.load(src, 16)
    const v2 = v128.load(src, 32)
    const v3 = v128.load(src, 48)
    v128.store(dst, v1, 16)
    v128.store(dst, v0)
    v128.store(dst, v3, 48)
    v128.store(dst, v2, 32)
    src += stride
  }
}

/**
 * Tile with A's rows contiguous in k: `mr` <= 6 rows, `nr` <= 16 columns; see scripts/generate-tiles.mjs for the rest.
 * Reads 16 (nr <= 8: 8) columns of B, writes only `nr` of C; `scratch` holds 6 x 8 floats. No jump: split 0.
 */
export function tileOfRows(
  mr: i32, nr: i32, S: i32, K: i32, skip: usize, a: usize, as: usize, b: usize, bs: usize,
  c: usize, cs: usize, mode: i32, bias: usize, split: i32, jump: usize, jumpC: usize, scratch: usize,
): void {
  if (WIDE) {
    if (nr == 16) return rows16(mr, S, K, skip, a, as, b, bs, c, cs, mode, bias, split, jump, jumpC)
  }
  if (nr >= 8) {
    rows8(mr, S, K, skip, a, as, b, bs, c, cs, mode, bias, split, jump, jumpC)
    if (nr == 8) return
    nr -= 8
    b += 32
    c += 32
    bias += 32
    if (nr == 8) return rows8(mr, S, K, skip, a, as, b, bs, c, cs, mode, bias, split, jump, jumpC)
  }
  rows8(mr, S, K, skip, a, as, b, bs, scratch, 32, 0, 0, split, jump, 0)
  finish(scratch, mr, nr, c, cs, mode, bias, split, jumpC)
}

/** The same with A contiguous in i (a transposed A: weight gradients). */
export function tileOfColumns(
  mr: i32, nr: i32, G: i32, S: i32, K: i32, skip: usize, skipG: usize,
  a: usize, as: usize, b: usize, bs: usize, c: usize, cs: usize, mode: i32, bias: usize, scratch: usize,
): void {
  if (WIDE) {
    if (nr == 16) return columns16(mr, G, S, K, skip, skipG, a, as, b, bs, c, cs, mode, bias)
  }
  if (nr >= 8) {
    columns8(mr, G, S, K, skip, skipG, a, as, b, bs, c, cs, mode, bias)
    if (nr == 8) return
    nr -= 8
    b += 32
    c += 32
    bias += 32
    if (nr == 8) return columns8(mr, G, S, K, skip, skipG, a, as, b, bs, c, cs, mode, bias)
  }
  columns8(mr, G, S, K, skip, skipG, a, as, b, bs, scratch, 32, 0, 0)
  finish(scratch, mr, nr, c, cs, mode, bias, 0, 0)
}

/**
 * C of each step = A of that step times panels [K][columns], with mr <= 6 rows: all steps by one panel after the other. `aStep`
 * and `cStep` bytes lie between the steps; the rest as in tileOfRows.
 */
export function stepsTimesPanels(
  steps: i32, mr: i32, K: i32, a: usize, as: usize, aStep: usize, panels: usize, columns: i32,
  c: usize, cs: usize, cStep: usize, mode: i32, bias: usize,
): void {
  const scratch = ownScratch()
  for (let j = 0; j < columns; j += 16) {
    const nr = min(16, columns - j)
    const at = (j as usize) << 2
    const b = panels + (j as usize) * ((K as usize) << 2)
    let aAt = a
    let cAt = c + at
    for (let i = 0; i < steps; i++) {
      tileOfRows(mr, nr, 1, K, 0, aAt, as, b, 64, cAt, cs, mode, bias + at, 0, 0, 0, scratch)
      aAt += aStep
      cAt += cStep
    }
  }
}

/** The same of one step. */
export function rowsTimesPanels(
  mr: i32, K: i32, a: usize, as: usize, panels: usize, columns: i32, c: usize, cs: usize, mode: i32, bias: usize,
): void {
  stepsTimesPanels(1, mr, K, a, as, 0, panels, columns, c, cs, 0, mode, bias)
}

/** `height` rows and `nr` columns of C, in tiles of tileOfColumns as even as can be; B is a panel. */
export function columnTiles(
  height: i32, nr: i32, G: i32, S: i32, K: i32, skip: usize, skipG: usize,
  a: usize, as: usize, panel: usize, c: usize, cs: usize, mode: i32, scratch: usize,
): void {
  const tiles = (height + 5) / 6
  const rows = height / tiles
  const larger = height % tiles
  for (let t = 0; t < tiles; t++) {
    const mr = t < larger ? rows + 1 : rows
    tileOfColumns(mr, nr, G, S, K, skip, skipG, a, as, panel, 64, c, cs, mode, 0, scratch)
    a += (mr as usize) << 2
    c += (mr as usize) * cs
  }
}

/** Writes the first `nr` < 8 columns of a tile from scratch to C, with the arithmetic of the modes. */
function finish(
  scratch: usize, mr: i32, nr: i32, c: usize, cs: usize, mode: i32, bias: usize, split: i32, jumpC: usize,
): void {
  const adds = mode == 1 || mode >= 4
  const biased = mode >= 2 && mode <= 5
  const relu = mode == 2 || mode == 4 || mode == 6
  for (let i = 0; i < mr; i++) {
    if (i && i == split) c += jumpC
    for (let j: usize = 0; j < (nr as usize) << 2; j += 4) {
      let value = load<f32>(scratch + j)
      if (adds) value = load<f32>(c + j) + value
      if (biased) value += load<f32>(bias + j)
      if (relu) value = value < 0 ? 0 : value
      store<f32>(c + j, value)
    }
    scratch += 32
    c += cs
  }
}
