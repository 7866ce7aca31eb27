// One tile of a matrix product, whatever its size: chooses the micro-kernel and handles incomplete columns.
import { columns16, columns8, rows16, rows8 } from './generated/tiles'

/** Floats of scratch a tile may need: 6 x 8. */
export const TILE_ROWS: i32 = 6
export const TILE_COLUMNS: i32 = 16

/**
 * Tile with A's rows contiguous in k: `mr` <= 6 rows, `nr` <= 16 columns; see scripts/generate-tiles.mjs for the rest.
 * Reads 16 (nr <= 8: 8) columns of B, writes only `nr` of C; `scratch` holds 6 x 8 floats.
 */
export function tileOfRows(
  mr: i32, nr: i32, S: i32, K: i32, skip: usize, a: usize, as: usize, b: usize, bs: usize, skipB: usize,
  c: usize, cs: usize, mode: i32, bias: usize, scratch: usize,
): void {
  if (WIDE) {
    if (nr == 16) return rows16(mr, S, K, skip, a, as, b, bs, skipB, c, cs, mode, bias)
  }
  if (nr >= 8) {
    rows8(mr, S, K, skip, a, as, b, bs, skipB, c, cs, mode, bias)
    if (nr == 8) return
    nr -= 8
    b += 32
    c += 32
    bias += 32
    if (nr == 8) return rows8(mr, S, K, skip, a, as, b, bs, skipB, c, cs, mode, bias)
  }
  rows8(mr, S, K, skip, a, as, b, bs, skipB, scratch, 32, 0, 0)
  finish(scratch, mr, nr, c, cs, mode, bias)
}

/** The same with A contiguous in i (a transposed A: weight gradients). */
export function tileOfColumns(
  mr: i32, nr: i32, S: i32, K: i32, skip: usize, a: usize, as: usize, b: usize, bs: usize, skipB: usize,
  c: usize, cs: usize, mode: i32, bias: usize, scratch: usize,
): void {
  if (WIDE) {
    if (nr == 16) return columns16(mr, S, K, skip, a, as, b, bs, skipB, c, cs, mode, bias)
  }
  if (nr >= 8) {
    columns8(mr, S, K, skip, a, as, b, bs, skipB, c, cs, mode, bias)
    if (nr == 8) return
    nr -= 8
    b += 32
    c += 32
    bias += 32
    if (nr == 8) return columns8(mr, S, K, skip, a, as, b, bs, skipB, c, cs, mode, bias)
  }
  columns8(mr, S, K, skip, a, as, b, bs, skipB, scratch, 32, 0, 0)
  finish(scratch, mr, nr, c, cs, mode, bias)
}

/** Writes the first `nr` < 8 columns of a tile from scratch to C, with the arithmetic of the modes. */
function finish(scratch: usize, mr: i32, nr: i32, c: usize, cs: usize, mode: i32, bias: usize): void {
  const adds = mode == 1 || mode >= 4
  const biased = mode >= 2 && mode <= 5
  const relu = mode == 2 || mode == 4 || mode == 6
  for (let i = 0; i < mr; i++) {
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
