import { type Op, sizeOf } from '../../../graph.ts'
import { type Cell, gatesOf, type RecurrentAttrs, recurrentGradientOp, recurrentOp } from '../../../ops/recurrent.ts'
import { convWeightGradSlices, packedBytes } from '../convolution.ts'
import { type Place, type Program, plus } from '../program.ts'
import { reduceAxis } from './reduce.ts'
import type { Lowering } from './table.ts'

export function recurrentLowerings(): [Op, Lowering][] {
  return [
    [recurrentOp, forward],
    [recurrentGradientOp, gradient],
  ]
}

/** Kinds of the `recurrent...` commands. */
const cells: readonly Cell[] = ['tanh', 'relu', 'lstm', 'gru']

/**
 * Input projections of all steps as one product, then the whole time loop in one command: the rows of the batch are
 * split over the threads, so no barrier is needed between steps.
 */
const forward: Lowering = ({ main, outputs: [hOut, gatesOut, extraOut] }, program) => {
  const { cell, reverse, masked } = main.attrs as unknown as RecurrentAttrs
  const [x, w, u, bias, ...rest] = main.inputs
  const [B, T, I] = x.shape
  const H = u.shape[0]
  const N = gatesOf[cell] * H
  // The gru's candidate has panels of its own, since its product is kept apart.
  const summed = cell === 'gru' ? 2 * H : N
  const packedU = program.scratch(packedBytes(H, summed))
  const packedCandidate = cell === 'gru' ? program.scratch(packedBytes(H, H)) : 0
  const gates = program.output(gatesOut)
  program.together(emit => {
    emit('packB', { src: program.at(u), dst: packedU, K: H, N: summed, stride: N * 4 })
    if (packedCandidate)
      emit('packB', { src: plus(program.at(u), summed * 4), dst: packedCandidate, K: H, N: H, stride: N * 4 })
  })
  program.emit('gemm', {
    ...{ a: program.at(x), aStride: I * 4, aMode: 0, b: program.at(w), bMode: 1, bStride: N * 4 },
    ...{ c: gates, cStride: N * 4, M: B * T, N, K: I, Kc: 256, mode: 3, bias: program.at(bias) },
    ...{ batch: 1, aBatch: 0, bBatch: 0, cBatch: 0 },
  })
  program.emit('recurrentForward', {
    ...{ cell: cells.indexOf(cell), gates, h: program.output(hOut), extra: program.output(extraOut) },
    ...{ packedU, packedCandidate, zeros: program.constant(new Float32Array(H)) },
    recurrentBias: cell === 'gru' ? program.at(rest[0]) : 0,
    lengths: masked ? program.at(rest[rest.length - 1]) : 0,
    ...{ B, T, H, reverse: reverse ? 1 : 0 },
  })
}

/**
 * The loop backwards turns the gates into their gradients in place; those of the weights are then large products over
 * all steps.
 */
const gradient: Lowering = ({ main, outputs: [dxOut, dwOut, duOut, dbiasOut, drecurrentOut] }, program) => {
  const { cell, reverse, masked } = main.attrs as unknown as RecurrentAttrs
  const [dh, x, w, u, , h, gates, extra, lengths] = main.inputs
  const [B, T, I] = x.shape
  const H = u.shape[0]
  const N = gatesOf[cell] * H
  const bytes = B * T * N * 4
  const packedUt = program.scratch(packedBytes(N, H))
  const packedWt = program.scratch(packedBytes(N, I))
  const dz = program.scratch(bytes)
  // The gru's candidate has another gradient through the recurrent product than through the input's.
  const dzRecurrent = cell === 'gru' ? program.scratch(bytes) : dz
  program.together(emit => {
    emit('packBt', { src: program.at(u), dst: packedUt, K: N, N: H, stride: N * 4 })
    emit('packBt', { src: program.at(w), dst: packedWt, K: N, N: I, stride: N * 4 })
  })
  program.emit('recurrentBackward', {
    ...{ cell: cells.indexOf(cell), dh: program.at(dh), gates: program.at(gates), h: program.at(h) },
    ...{ extra: program.at(extra), dz, dzRecurrent, packedUt },
    // Per row: the gradients of the state and of the cell on their way back.
    state: program.scratch(B * 2 * H * 4),
    lengths: masked ? program.at(lengths) : 0,
    zeros: program.constant(new Float32Array(H)),
    ...{ B, T, H, reverse: reverse ? 1 : 0 },
  })
  if (program.isRead(dxOut))
    program.emit('gemm', {
      ...{
        a: dz,
        aStride: N * 4,
        aMode: 0,
        b: packedWt,
        bMode: 0,
        bStride: 0,
        c: program.output(dxOut),
        cStride: I * 4,
      },
      ...{ M: B * T, N: I, K: N, Kc: 0, mode: 0, bias: 0, batch: 1, aBatch: 0, bBatch: 0, cBatch: 0 },
    })
  // dW = sum over rows and steps of x^T dz; dU the same of the state before each step.
  const whole = { B, N, T }
  overTime(program, { ...whole, left: program.at(x), width: I, dz, target: program.output(dwOut), steps: T })
  const h0 = program.at(h)
  overTime(program, {
    ...whole,
    left: reverse ? plus(h0, H * 4) : h0,
    width: H,
    dz: reverse ? dzRecurrent : plus(dzRecurrent, N * 4),
    target: program.output(duOut),
    steps: T - 1,
  })
  if (program.isRead(dbiasOut)) reduceAxis(program, 'sum', dz, program.output(dbiasOut), 1, B * T, N)
  if (program.isRead(drecurrentOut)) {
    const drecurrent = program.output(drecurrentOut)
    if (cell === 'gru') reduceAxis(program, 'sum', dzRecurrent, drecurrent, 1, B * T, N)
    else program.emit('fill', { dst: drecurrent, count: sizeOf(drecurrentOut.shape), value: 0 })
  }
}

interface OverTime {
  /** [B][T][width], of which the first `steps` steps of each row count. */
  left: Place
  width: number
  /** [B][T][N], likewise. */
  dz: Place
  /** [width][N]. */
  target: Place
  steps: number
  B: number
  T: number
  N: number
}

/** target = sum over rows and steps of left^T dz: the weight gradient of a convolution of width 1 over time. */
function overTime(program: Program, { left, width, dz, target, steps, B, T, N }: OverTime): void {
  const count = width * N
  if (steps === 0) {
    program.emit('fill', { dst: target, count, value: 0 })
    return
  }
  const pictures = { images: B, H: 1, W: steps, Ci: width, KH: 1, KW: 1, Co: N, outH: 1, outW: steps }
  const slices = convWeightGradSlices({ ...pictures, strideY: 1, strideX: 1, top: 0, left: 0 })
  const partials = slices > 1 ? program.scratch(slices * count * 4) : target
  const row = T * width * 4
  program.emit('convWeightGrad', {
    ...{ input: left, inXStep: width * 4, inYStep: row, inRow: row, inImage: row, KH: 1, K: width },
    ...{ dy: dz, dyPixel: N * 4, dyRow: T * N * 4, dyImage: T * N * 4 },
    ...{ outH: 1, outW: steps, Co: N, images: B, partials, slices },
  })
  if (slices > 1) program.emit('reduceSlices', { src: partials, dst: target, slices, count, accumulate: 0 })
}
