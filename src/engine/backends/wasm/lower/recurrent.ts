import type { Op } from '../../../graph.ts'
import { type Cell, gatesOf, type RecurrentAttrs, recurrentGradientOp, recurrentOp } from '../../../ops/recurrent.ts'
import { packedBytes } from '../convolution.ts'
import { type Place, type Program, plus } from '../program.ts'
import { recurrentSlices } from '../slices.ts'
import type { Lowering } from './table.ts'

export function recurrentLowerings(): [Op, Lowering][] {
  return [
    [recurrentOp, forward],
    [recurrentGradientOp, gradient],
  ]
}

/** Kinds of the `recurrent...` commands. */
const cells: readonly Cell[] = ['tanh', 'relu', 'lstm', 'gru']

/** Rows of a tile. */
const ROWS = 6
/** Up to so large the input's weights stay in the cache from step to step; larger ones serve several steps at a time. */
const CACHED = 128 * 1024
const STEPS_AT_A_TIME = 8

/**
 * The whole time loop in one command: the rows of the batch are split over the threads, so no barrier is needed between
 * steps. The products of the inputs are computed inside it, where their sums are needed, and not before as one large
 * product whose results would have to be fetched from memory again. The gates' order is the kernels' own.
 */
const forward: Lowering = ({ main, outputs: [hOut, gatesOut, extraOut] }, program) => {
  const { cell, reverse, masked } = main.attrs as unknown as RecurrentAttrs
  const [x, w, u, bias, ...rest] = main.inputs
  const [B, T, I] = x.shape
  const H = u.shape[0]
  const N = gatesOf[cell] * H
  // The gru's candidate has panels of its own, since its product is kept apart.
  const summed = cell === 'gru' ? 2 * H : N
  const packedW = program.scratch(packedBytes(I, N))
  const packedU = program.scratch(packedBytes(H, summed))
  const packedCandidate = cell === 'gru' ? program.scratch(packedBytes(H, H)) : 0
  const block = packedBytes(I, N) > CACHED ? Math.min(T, STEPS_AT_A_TIME) : 1
  const keeps = program.isRead(gatesOut) || program.isRead(extraOut)
  program.together(emit => {
    emit('packB', { src: program.at(w), dst: packedW, K: I, N, stride: N * 4 })
    emit('packB', { src: program.at(u), dst: packedU, K: H, N: summed, stride: N * 4 })
    if (packedCandidate)
      emit('packB', { src: plus(program.at(u), summed * 4), dst: packedCandidate, K: H, N: H, stride: N * 4 })
  })
  program.emit('recurrentForward', {
    ...{ cell: cells.indexOf(cell), x: program.at(x), packedW, bias: program.at(bias), h: program.output(hOut) },
    gates: keeps ? program.output(gatesOut) : program.scratch(B * block * N * 4),
    extra: keeps ? program.output(extraOut) : program.scratch(B * block * H * 4),
    ...{ packedU, packedCandidate, zeros: program.constant(new Float32Array(H)) },
    recurrentBias: cell === 'gru' ? program.at(rest[0]) : 0,
    lengths: masked ? program.at(rest[rest.length - 1]) : 0,
    ...{ B, T, I, H, reverse: reverse ? 1 : 0, keeps: keeps ? 1 : 0, block },
  })
}

/**
 * The loop backwards, tile by tile: the gradients of a tile's gates stay in the cache until those of its input and of the
 * weights are computed from them; the whole batch's would be the largest tensor of the net.
 */
const gradient: Lowering = ({ main, outputs: [dxOut, dwOut, duOut, dbiasOut, drecurrentOut] }, program) => {
  const { cell, reverse, masked } = main.attrs as unknown as RecurrentAttrs
  const [dh, x, w, u, , h, gates, extra, lengths] = main.inputs
  const [B, T, I] = x.shape
  const H = u.shape[0]
  const N = gatesOf[cell] * H
  const packedUt = program.scratch(packedBytes(N, H))
  const readsInput = program.isRead(dxOut)
  const packedWt = readsInput ? program.scratch(packedBytes(N, I)) : 0
  program.together(emit => {
    emit('packBt', { src: program.at(u), dst: packedUt, K: N, N: H, stride: N * 4 })
    if (packedWt) emit('packBt', { src: program.at(w), dst: packedWt, K: N, N: I, stride: N * 4 })
  })
  const slices = recurrentSlices(Math.ceil(B / ROWS), T, I + H + 1)
  const gru = cell === 'gru'
  const dW = sums(program, program.output(dwOut), slices, I * N)
  const dU = sums(program, program.output(duOut), slices, H * N)
  const dBias = sums(program, program.output(dbiasOut), slices, N)
  const dRecurrentBias = gru && sums(program, program.output(drecurrentOut), slices, N)
  const scratchBytes = Math.ceil((ROWS * T * N * (gru ? 2 : 1) + 2 * ROWS * H) / 16) * 64
  program.emit('recurrentBackward', {
    ...{ cell: cells.indexOf(cell), dh: program.at(dh), x: program.at(x), h: program.at(h) },
    ...{ gates: program.at(gates), extra: program.at(extra), packedUt, packedWt },
    dx: readsInput ? program.output(dxOut) : 0,
    ...{ dW: dW.partials, dU: dU.partials, dBias: dBias.partials },
    dRecurrentBias: dRecurrentBias ? dRecurrentBias.partials : 0,
    ...{ slices, scratch: program.scratch(scratchBytes * program.options.threads), scratchBytes },
    lengths: masked ? program.at(lengths) : 0,
    zeros: program.constant(new Float32Array(H)),
    ...{ B, T, I, H, reverse: reverse ? 1 : 0 },
  })
  program.together(emit => {
    for (const sum of [dW, dU, dBias, ...(dRecurrentBias ? [dRecurrentBias] : [])]) {
      const { partials: src, target: dst, count } = sum
      if (slices > 1) emit('reduceSlices', { src, dst, slices, count, accumulate: 0 })
    }
    if (!gru && program.isRead(drecurrentOut)) emit('fill', { dst: program.output(drecurrentOut), count: N, value: 0 })
  })
}

/** Where the slices' sums go: with one slice at once to the gradient. */
function sums(program: Program, target: Place, slices: number, count: number) {
  return { target, count, partials: slices > 1 ? program.scratch(slices * count * 4) : target }
}
