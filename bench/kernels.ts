/**
 * Speed of the matrix kernels in GFLOP/s at the shapes that matter: `node bench/kernels.ts [threads] [narrow|wide]`.
 * Each figure is the best of many short runs within 0.3 s: on a busy machine long ones never run undisturbed, and
 * neighbours make single runs differ by half.
 */
import {
  type CommandArguments,
  type CommandName,
  RECORD_BYTES,
  writeCommand,
} from '../src/engine/backends/wasm/commands.ts'
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
import { measurePeak } from '../src/engine/backends/wasm/peak.ts'
import { createRuntime } from '../src/engine/backends/wasm/runtime.ts'

const threads = Number(process.argv[2] ?? 2)
const runtime = await createRuntime({ threads, simd: process.argv[3] === 'narrow' ? 'narrow' : 'auto' })
const peak = await measurePeak(runtime, runtime.dataStart)
console.log(`${runtime.variant} (${runtime.variantReason}), ${threads} threads, peak ${(peak / 1e9).toFixed(0)} GF/s`)

const LIST = 1 << 20
let end = runtime.dataStart + LIST

/** Address of `bytes` fresh bytes of small numbers. */
function room(bytes: number): number {
  const start = end
  end += Math.ceil(bytes / 64) * 64
  runtime.reserve(end + 64)
  const values = new Float32Array(runtime.buffer, start, (end - start) / 4)
  for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 1000) / 1000 - 0.5
  return start
}

type Step = { [C in CommandName]: [name: C, values: CommandArguments<C>] }[CommandName]

/** Milliseconds of one run of `steps`, the best of a few. */
async function time(steps: Step[]): Promise<number> {
  let repeats = 1
  for (;;) {
    const count = repeats * steps.length
    for (let i = 0; i < count; i++) {
      const [name, values] = steps[i % steps.length]
      writeCommand(runtime.buffer, runtime.dataStart + i * RECORD_BYTES, name, values as never)
    }
    const once = async () => {
      const start = performance.now()
      await runtime.run({ list: runtime.dataStart, count, slot: 0 })
      return performance.now() - start
    }
    const first = await once()
    if (first < 1.5 && 2 * count * RECORD_BYTES <= LIST) {
      repeats *= 2
      continue
    }
    let best = first
    const until = performance.now() + 300
    while (performance.now() < until) best = Math.min(best, await once())
    return best / repeats
  }
}

async function report(cells: [name: string, flop: number, steps: Step[]][]): Promise<string> {
  const texts: string[] = []
  for (const [name, flop, steps] of cells) {
    const ms = await time(steps)
    texts.push(`${name} ${flop ? (flop / ms / 1e6).toFixed(0).padStart(4) : ''} (${ms.toFixed(3)})`)
  }
  return texts.join('  ')
}

console.log('\nproducts M,N,K: GF/s (ms)')
for (const [M, N, K] of [
  [128, 512, 3136],
  [128, 3136, 512],
  [3136, 512, 128],
  [128, 256, 784],
  [256, 192, 48],
  [6272, 64, 288],
]) {
  end = runtime.dataStart + LIST
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
  end = runtime.dataStart + LIST
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
await runtime.close()
