/**
 * Speed of the matrix kernels in GFLOP/s at the shapes that matter: `node bench/kernels.ts [threads] [narrow|wide]`.
 * Each figure is the best of many short runs within 0.3 s: on a busy machine long ones never run undisturbed, and
 * neighbours make single runs differ by half.
 */
import {
  type ConvShape,
  convForward,
  convInput,
  convPhase,
  convWeightCount,
  convWeightGradSlices,
  inputGradientPlan,
  packedBytes,
  phaseInputOffset,
  phaseOutputOffset,
} from '../src/engine/backends/wasm/convolution.ts'
import { type Cell, createKernelClock, type Step } from './kernelClock.ts'
import { winogradCells, winogradShapes } from './winograd.ts'

const clock = await createKernelClock(Number(process.argv[2] ?? 2), process.argv[3] === 'narrow')
const { room, report } = clock

console.log('\nproducts M,N,K: GF/s (ms)')
for (const [M, N, K] of [
  [128, 512, 3136],
  [128, 3136, 512],
  [3136, 512, 128],
  [128, 256, 784],
  [256, 192, 48],
  [6272, 64, 288],
]) {
  clock.clear()
  const [a, b, packed, c] = [room(M * K * 4), room(K * N * 4), room(packedBytes(K, N)), room(M * N * 4)]
  const flop = 2 * M * N * K
  const common = { a, c, cStride: N * 4, M, N, K, mode: 0, bias: 0, batch: 1, aBatch: 0, bBatch: 0, cBatch: 0 }
  const rows = { ...common, aStride: K * 4, aMode: 0 }
  const columns = { ...common, aStride: M * 4, aMode: 1 }
  const panels = { b: packed, bMode: 0, bStride: 0, Kc: 0 }
  const raw = { b, bMode: 1, bStride: N * 4, Kc: 256 }
  const line = await report([
    ['packed', flop, [['gemm', { ...rows, ...panels }]]],
    ['raw', flop, [['gemm', { ...rows, ...raw }]]],
    ['A^T packed', flop, [['gemm', { ...columns, ...panels }]]],
    ['A^T raw', flop, [['gemm', { ...columns, ...raw }]]],
    ['packB', 0, [['packB', { src: b, dst: packed, K, N, stride: N * 4 }]]],
    ['packBt', 0, [['packBt', { src: b, dst: packed, K, N, stride: K * 4 }]]],
  ])
  console.log(`${`${M},${N},${K}`.padEnd(14)} ${line}`)
}

console.log('\n3x3 convolutions: GF/s (ms)')
for (const [images, size, Ci, Co, stride] of [
  [32, 14, 32, 64, 1],
  [128, 28, 1, 32, 1],
  [4, 32, 64, 64, 1],
  [4, 16, 128, 128, 1],
  [4, 8, 256, 256, 1],
  [8, 8, 64, 128, 2],
  [64, 7, 64, 64, 1],
  [64, 4, 128, 128, 1],
]) {
  clock.clear()
  const out = size
  const H = out * stride
  const s: ConvShape = {
    ...{
      images,
      H,
      W: H,
      Ci,
      KH: 3,
      KW: 3,
      Co,
      strideY: stride,
      strideX: stride,
      top: 1,
      left: 1,
      outH: out,
      outW: out,
    },
  }
  const flop = 2 * images * out * out * 9 * Ci * Co
  const border = convInput(s)
  const input = room(images * border.height * border.width * Ci * 4)
  const packedB = room(packedBytes(9 * Ci, Co))
  const y = room(images * out * out * Co * 4)
  const f = convForward(s, border)
  const forward: Step = ['conv', { ...f, input, packedB, out: y, mode: 0, bias: 0 }]
  const plan = inputGradientPlan(s)
  const dy = room(images * plan.border.height * plan.border.width * Co * 4)
  const dx = room(images * H * H * Ci * 4)
  const packedFlip = plan.phases.map(p => room(packedBytes(p.tapsY * p.tapsX * Co, Ci)))
  const backward = plan.phases.map((p, i): Step => {
    const places = {
      input: dy + phaseInputOffset(s, plan, p),
      out: dx + phaseOutputOffset(s, p),
      packedB: packedFlip[i],
    }
    return ['conv', { ...convPhase(s, plan, p), ...places, mode: 0, bias: 0 }]
  })
  const slices = convWeightGradSlices(s)
  const count = convWeightCount(s)
  const partials = room(slices * count * 4)
  const dw = room(count * 4)
  const { inXStep, inYStep, inRow, inImage, KH, K, outH, outW } = f
  const g = { inXStep, inYStep, inRow, inImage, KH, K, outH, outW, Co, images, partials, slices }
  const places = { input, dy: y, dyPixel: f.outPixel, dyRow: f.outRow, dyImage: f.outImage }
  const weights: Step[] = [
    ['convWeightGrad', { ...g, ...places }],
    ['reduceSlices', { src: partials, dst: dw, slices, count, accumulate: 0 }],
  ]
  const line = await report([
    ['forward', flop, [forward]],
    ['input gradient', flop, backward],
    ['weight gradient', flop, weights],
  ])
  console.log(`${`${images}x${out}x${out} ${Ci}->${Co}${stride > 1 ? ` /${stride}` : ''}`.padEnd(18)} ${line}`)
}

console.log('\n3x3 convolutions, direct and by Winograd, all their commands: GF/s as if direct (ms); * = chosen')
for (const s of winogradShapes) {
  for (const direction of ['forward', 'weight gradient'] as const) {
    clock.clear()
    const cells: Cell[] = winogradCells(s, direction, clock)
    console.log(
      `${`${s.images}x${s.H}x${s.W} ${s.Ci}->${s.Co}`.padEnd(18)} ${direction.padEnd(15)} ${await report(cells)}`,
    )
  }
}
await clock.close()
