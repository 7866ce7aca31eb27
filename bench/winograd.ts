/** Winograd's convolutions beside direct ones, as the planner would write them. */
import { type ConvShape, packedBytes } from '../src/engine/backends/wasm/convolution.ts'
import { conv2dLowerings } from '../src/engine/backends/wasm/lower/conv2d.ts'
import { winogradConv, winogradWeightGradient } from '../src/engine/backends/wasm/lower/winograd.ts'
import { Program } from '../src/engine/backends/wasm/program.ts'
import { forwardPoints, gradientPoints, type Points } from '../src/engine/backends/wasm/winograd.ts'
import { Graph } from '../src/engine/graph.ts'
import { conv2d, conv2dWeightGradientOp } from '../src/engine/ops/conv2d.ts'
import { type Cell, fixed, type KernelClock, placed, type Step } from './kernelClock.ts'

const shape = (images: number, size: number, Ci: number, Co: number): ConvShape => ({
  ...{ images, H: size, W: size, outH: size, outW: size, Ci, Co },
  ...{ KH: 3, KW: 3, strideY: 1, strideX: 1, top: 1, left: 1 },
})

/** Layers of the zoo's networks (fewer pictures: long runs never go undisturbed), then shapes near the limits of the rule. */
export const winogradShapes = [
  ...[shape(4, 32, 64, 64), shape(8, 16, 128, 128), shape(16, 8, 256, 256), shape(32, 14, 32, 64)],
  ...[shape(32, 16, 8, 8), shape(32, 16, 16, 16), shape(32, 16, 48, 12), shape(64, 7, 64, 64), shape(64, 6, 64, 64)],
  ...[shape(32, 5, 128, 128), shape(64, 2, 64, 64), shape(8, 4, 256, 256), shape(1, 14, 32, 64), shape(1, 8, 256, 256)],
]

/** The direct way, F(4x4) and F(2x2); the one that the rule takes has a star. */
export function winogradCells(s: ConvShape, direction: 'forward' | 'weight gradient', clock: KernelClock): Cell[] {
  const forward = direction === 'forward'
  const flop = 18 * s.images * s.outH * s.outW * s.Ci * s.Co
  const chosen = forward ? forwardPoints(s) : gradientPoints(s)
  return ([0, 4, 2] as const).map((points): Cell => {
    const steps = points === 0 ? direct(s, forward, clock) : transformed(s, points, forward, clock)
    return [`${points ? `F${points}` : 'direct'}${points === chosen ? '*' : ''}`, flop, steps]
  })
}

const newProgram = (clock: KernelClock) =>
  new Program({ constant: () => ({ buffer: fixed(clock, 64), offset: 0 }) }, () => -1, {
    ...{ threads: clock.threads, exact: true },
  })

function transformed(s: ConvShape, points: Points, forward: boolean, clock: KernelClock): Step[] {
  const program = newProgram(clock)
  const x = program.scratch(s.images * s.H * s.W * s.Ci * 4)
  const y = program.scratch(s.images * s.outH * s.outW * s.Co * 4)
  const w = program.scratch(9 * s.Ci * s.Co * 4)
  if (forward) {
    const K = 9 * s.Ci
    const packed = program.scratch(packedBytes(K, s.Co))
    program.emit('packB', { src: w, dst: packed, K, N: s.Co, stride: s.Co * 4 })
    winogradConv(program, s, points, { src: x, packed, out: y, mode: 0, bias: 0 })
  } else winogradWeightGradient(program, s, points, { x, dy: y, dw: w })
  return placed(program, clock)
}

function direct(s: ConvShape, forward: boolean, clock: KernelClock): Step[] {
  const program = newProgram(clock)
  const graph = new Graph()
  const x = graph.input('x', [s.images, s.H, s.W, s.Ci])
  const w = graph.input('w', [3, 3, s.Ci, s.Co])
  const y = conv2d(x, w, { padding: 'same' })
  const { window } = y.node.attrs as never
  const [dw] = graph.add(conv2dWeightGradientOp, [x, y], { window, shape: w.shape })
  for (const tensor of forward ? [x, w] : [x, y]) program.output(tensor)
  const { node } = forward ? y : dw
  const lowering = new Map(conv2dLowerings()).get(node.op)
  lowering?.({ main: node, fused: {}, inputs: node.inputs, outputs: node.outputs }, program)
  return placed(program, clock)
}
