// Recurrent layers: the whole time loop in one command. The batch is cut into tiles of six rows; a tile goes through all
// steps by itself, so there is no barrier inside, and what it alone needs stays in the cache.
import { gruRow, gruRowBack, lstmRow, lstmRowBack, simpleRow, simpleRowBack } from './cells'
import { RecurrentBackwardCommand, RecurrentForwardCommand } from './generated/commands'
import { storePair } from './lanes'
import { thread } from './memory'
import { addWeightGradients, clearWeightGradients, inputGradient } from './recurrentWeights'
import { shareEnd, shareStart } from './split'
import { rowsTimesPanels, stepsTimesPanels } from './tile'

// Positions in `cells` of lower/recurrent.ts.
const TANH: i32 = 0
const LSTM: i32 = 2
const GRU: i32 = 3

// @ts-ignore: decorator
@inline
function gatesOf(cell: i32): i32 {
  return cell == LSTM ? 4 : cell == GRU ? 3 : 1
}

export function recurrentForward(record: usize, part: i32, parts: i32): void {
  const r = changetype<RecurrentForwardCommand>(record)
  const cell = r.cell
  const H = r.H
  const T = r.T
  const N = gatesOf(cell) * H
  // The gru's candidate is kept apart: its recurrent part is scaled by the reset gate before it is added.
  const summed = cell == GRU ? 2 * H : N
  const bytesH = (H as usize) << 2
  const bytesN = (N as usize) << 2
  const rowH = (T as usize) * bytesH
  // What nobody reads later is written over by the next block of steps.
  const block = r.block
  const kept = r.keeps ? T : block
  const end = shareEnd(r.B, 6, part, parts)
  for (let row = shareStart(r.B, 6, part, parts); row < end; row += 6) {
    const mr = min(6, end - row)
    const x = (r.x as usize) + ((row * T) as usize) * ((r.I as usize) << 2)
    const h = (r.h as usize) + (row as usize) * rowH
    const gates = (r.gates as usize) + ((row * kept) as usize) * bytesN
    const extra = (r.extra as usize) + ((row * kept) as usize) * bytesH
    const zStep = (mr as usize) * bytesN
    const cRow = r.keeps ? rowH : bytesH
    const cStep = r.keeps ? bytesH : (mr as usize) * bytesH
    let hp: usize = 0
    let cp: usize = 0
    for (let s = 0; s < T; s++) {
      const t = (r.reverse ? T - 1 - s : s) as usize
      if (s % block == 0) projections(r, N, mr, x, gates, s, min(block, T - s))
      const at = (r.keeps ? t : s % block) as usize
      const z = gates + at * zStep
      const c = extra + at * cStep
      const ht = h + t * bytesH
      // Before the first step the state is zero, the same zeros for all rows.
      if (s == 0) hp = cp = r.zeros
      const hpRow = s ? rowH : 0
      const cpRow = s ? cRow : 0
      if (s) rowsTimesPanels(mr, H, hp, hpRow, r.packedU, summed, z, bytesN, 1, 0)
      if (cell == GRU) {
        const bias = (r.recurrentBias as usize) + ((summed as usize) << 2)
        rowsTimesPanels(mr, H, hp, hpRow, r.packedCandidate, H, c, cRow, 3, bias)
      }
      for (let i = 0; i < mr; i++) {
        const n = i as usize
        const hi = ht + n * rowH
        const ci = c + n * cRow
        if (r.lengths && (t as i32) >= load<i32>((r.lengths as usize) + (((row + i) as usize) << 2))) {
          memory.copy(hi, hp + n * hpRow, bytesH)
          memory.copy(ci, cp + n * cpRow, bytesH)
          continue
        }
        const zi = z + n * bytesN
        if (cell == LSTM) lstmRow(H, zi, cp + n * cpRow, ci, hi)
        else if (cell == GRU) gruRow(H, zi, hp + n * hpRow, ci, r.recurrentBias, hi)
        else simpleRow(H, cell == TANH, zi, hi)
      }
      hp = ht
      cp = c
    }
  }
}

/** z = x W + b of `steps` steps from the `s`-th on. */
function projections(r: RecurrentForwardCommand, N: i32, mr: i32, x: usize, gates: usize, s: i32, steps: i32): void {
  const bytesI = (r.I as usize) << 2
  const bytesN = (N as usize) << 2
  const zStep = (mr as usize) * bytesN
  const t = (r.reverse ? r.T - 1 - s : s) as usize
  const z = r.keeps ? gates + t * zStep : gates
  // Backwards in time the addresses go down; what is not kept lies in the order it is computed in.
  const xs: usize = r.reverse ? <usize>0 - bytesI : bytesI
  const zs: usize = r.reverse && r.keeps ? <usize>0 - zStep : zStep
  stepsTimesPanels(
    steps, mr, r.I, x + t * bytesI, (r.T as usize) * bytesI, xs, r.packedW, N, z, bytesN, zs, 3, r.bias,
  )
}

export function recurrentBackward(record: usize, part: i32, parts: i32): void {
  const r = changetype<RecurrentBackwardCommand>(record)
  const N = gatesOf(r.cell) * r.H
  const tiles = (r.B + 5) / 6
  // This thread's: gradients of the gates' sums of one tile (as U sees them too, of a gru), of its states and cells.
  const dz = (r.scratch as usize) + (thread as usize) * (r.scratchBytes as usize)
  const dzBytes = (6 * r.T * N) << 2
  const dzRecurrent = r.cell == GRU ? dz + dzBytes : dz
  const states = dzRecurrent + dzBytes
  const last = shareStart(r.slices, 1, part + 1, parts)
  for (let slice = shareStart(r.slices, 1, part, parts); slice < last; slice++) {
    clearWeightGradients(r, N, slice)
    const end = shareStart(tiles, 1, slice + 1, r.slices)
    for (let tile = shareStart(tiles, 1, slice, r.slices); tile < end; tile++) {
      const row = 6 * tile
      const mr = min(6, r.B - row)
      tileBackward(r, N, row, mr, dz, dzRecurrent, states)
      if (r.dx) inputGradient(r, N, row, mr, dz)
      addWeightGradients(r, N, slice, row, mr, dz, dzRecurrent)
    }
  }
}

/** The time loop backwards over `mr` rows: dz [T][mr][N]. */
function tileBackward(
  r: RecurrentBackwardCommand, N: i32, row: i32, mr: i32, dzs: usize, dzRecurrents: usize, states: usize,
): void {
  const cell = r.cell
  const H = r.H
  const T = r.T
  const bytesH = (H as usize) << 2
  const bytesN = (N as usize) << 2
  const rowH = (T as usize) * bytesH
  const zStep = (mr as usize) * bytesN
  const zeros: usize = r.zeros
  const dh = (r.dh as usize) + (row as usize) * rowH
  const h = (r.h as usize) + (row as usize) * rowH
  const gates = (r.gates as usize) + ((row * T) as usize) * bytesN
  const extra = (r.extra as usize) + (row as usize) * rowH
  const dC = states + 6 * bytesH
  memory.fill(states, 0, 12 * bytesH)
  for (let s = T - 1; s >= 0; s--) {
    const t = (r.reverse ? T - 1 - s : s) as usize
    const before = r.reverse ? t + 1 : t - 1
    const g = gates + t * zStep
    const dz = dzs + t * zStep
    const dzr = dzRecurrents + t * zStep
    for (let i = 0; i < mr; i++) {
      const n = i as usize
      const dS = states + n * bytesH
      addRow(H, dS, dh + n * rowH + t * bytesH)
      const dzi = dz + n * bytesN
      if (r.lengths && (t as i32) >= load<i32>((r.lengths as usize) + (((row + i) as usize) << 2))) {
        memory.fill(dzi, 0, bytesN)
        if (cell == GRU) memory.fill(dzr + n * bytesN, 0, bytesN)
        continue
      }
      const gi = g + n * bytesN
      const ci = extra + n * rowH + t * bytesH
      if (cell == LSTM) {
        const cp = s ? extra + n * rowH + before * bytesH : zeros
        lstmRowBack(H, gi, cp, ci, dS, dC + n * bytesH, dzi)
      } else if (cell == GRU) {
        const hp = s ? h + n * rowH + before * bytesH : zeros
        gruRowBack(H, gi, hp, ci, dS, dzi, dzr + n * bytesN)
      } else {
        simpleRowBack(H, cell == TANH, gi, dS, dzi)
      }
    }
    // What is left in dS (rows beyond their length, the gru's direct path) stays; the rest comes through U.
    if (s) rowsTimesPanels(mr, N, dzr, bytesN, r.packedUt, H, states, bytesH, 1, 0)
  }
}

/** to += from. */
function addRow(H: i32, to: usize, from: usize): void {
  let n = H
  for (; n >= 8; n -= 8) {
    const low = f32x4.add(v128.load(to), v128.load(from))
    const high = f32x4.add(v128.load(to, 16), v128.load(from, 16))
    v128.store(to, high, 16)
    v128.store(to, low)
    to += 32
    from += 32
  }
  if (n > 0) {
    const low = f32x4.add(v128.load(to), v128.load(from))
    storePair(to, low, f32x4.add(v128.load(to, 16), v128.load(from, 16)), n)
  }
}
