// Gradients of a recurrent layer's input and weights from the dz [T][mr][N] of one tile, while that is in the cache.
import { RecurrentBackwardCommand } from './generated/commands'
import { ownScratch } from './memory'
import { columnTiles, gatherPanel, PANEL_ROWS, stepsTimesPanels, TILE_SCRATCH } from './tile'

const ONE: usize = memory.data<f32>([1.0], 16)

/** dx = dz W^T. */
export function inputGradient(r: RecurrentBackwardCommand, N: i32, row: i32, mr: i32, dz: usize): void {
  const bytesN = (N as usize) << 2
  const bytesI = (r.I as usize) << 2
  const rowX = (r.T as usize) * bytesI
  const dx = (r.dx as usize) + (row as usize) * rowX
  stepsTimesPanels(r.T, mr, N, dz, bytesN, (mr as usize) * bytesN, r.packedWt, r.I, dx, rowX, bytesI, 0, 0)
}

/** Sets the sums of a slice to 0. */
export function clearWeightGradients(r: RecurrentBackwardCommand, N: i32, slice: i32): void {
  const bytesN = (N as usize) << 2
  const n = slice as usize
  memory.fill((r.dW as usize) + n * (r.I as usize) * bytesN, 0, (r.I as usize) * bytesN)
  memory.fill((r.dU as usize) + n * (r.H as usize) * bytesN, 0, (r.H as usize) * bytesN)
  memory.fill((r.dBias as usize) + n * bytesN, 0, bytesN)
  if (r.dRecurrentBias) memory.fill((r.dRecurrentBias as usize) + n * bytesN, 0, bytesN)
}

/**
 * Adds a tile to the sums of its slice: dW += x^T dz, dU += (the state before)^T dz, both biases. In blocks of rows and
 * steps, as many as a panel holds: they are fixed by the shape, because their sums are added one after the other.
 */
export function addWeightGradients(
  r: RecurrentBackwardCommand, N: i32, slice: i32, row: i32, mr: i32, dz: usize, dzRecurrent: usize,
): void {
  const I = r.I
  const H = r.H
  const T = r.T
  const n = slice as usize
  const stride = (N as usize) << 2
  const dW = (r.dW as usize) + n * (I as usize) * stride
  const dU = (r.dU as usize) + n * (H as usize) * stride
  const dBias = (r.dBias as usize) + n * stride
  const most = min(T, PANEL_ROWS)
  const rows = min(mr, PANEL_ROWS / most)
  const scratch = ownScratch()
  const panel = scratch + TILE_SCRATCH
  for (let i = 0; i < mr; i += rows) {
    const count = min(rows, mr - i)
    for (let t = 0; t < T; t += most) {
      const steps = min(most, T - t)
      // Steps that have one before them, and where that is.
      const first = r.reverse ? t : max(t, 1)
      const following = (r.reverse ? min(t + steps, T - 1) : t + steps) - first
      const shared = count == 1 && dz == dzRecurrent
      for (let j = 0; j < N; j += 16) {
        const nr = min(16, N - j)
        const at = (j as usize) << 2
        gather(dz + at, stride, mr, i, count, t, steps)
        columnTiles(1, nr, count, 1, steps, 0, 0, ONE, 0, panel, dBias + at, stride, 1, scratch)
        outer(r.x, I, T, row + i, count, t, steps, nr, panel, dW + at, stride)
        let from = panel
        if (shared) {
          from += ((first - t) as usize) << 6
        } else {
          if (r.dRecurrentBias) {
            gather(dzRecurrent + at, stride, mr, i, count, t, steps)
            const sum = (r.dRecurrentBias as usize) + n * stride + at
            columnTiles(1, nr, count, 1, steps, 0, 0, ONE, 0, panel, sum, stride, 1, scratch)
          }
          if (following > 0) gather(dzRecurrent + at, stride, mr, i, count, first, following)
        }
        if (following > 0)
          outer(r.h, H, T, row + i, count, r.reverse ? first + 1 : first - 1, following, nr, from, dU + at, stride)
      }
    }
  }
}

/** Sixteen columns of dz of `count` rows of the tile from `row` and `steps` steps from `t`, row after row, to the panel. */
function gather(dz: usize, stride: usize, mr: i32, row: i32, count: i32, t: i32, steps: i32): void {
  let dst = ownScratch() + TILE_SCRATCH
  for (let i = 0; i < count; i++) {
    gatherPanel(dz + ((t * mr + row + i) as usize) * stride, (mr as usize) * stride, dst, steps)
    dst += (steps as usize) << 6
  }
}

/** sum[width][nr] += values^T panel, with values [B][T][width] from row `row` and step `t` on. */
function outer(
  values: usize, width: i32, T: i32, row: i32, count: i32, t: i32, steps: i32, nr: i32, panel: usize, sum: usize,
  stride: usize,
): void {
  const bytes = (width as usize) << 2
  const a = values + ((row * T + t) as usize) * bytes
  columnTiles(width, nr, count, 1, steps, 0, ((T - steps) as usize) * bytes, a, bytes, panel, sum, stride, 1, ownScratch())
}
