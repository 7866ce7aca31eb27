/**
 * Speed of convolutions of every kind as the planner writes them, all commands counted (borders, packing):
 * `node bench/convolutions.ts [threads] [narrow|wide]`. Operations are those of the plain definition, whatever the
 * algorithm.
 */

import { gradients } from '../src/engine/autodiff.ts'
import { compileGraph } from '../src/engine/backends/wasm/compile.ts'
import { allLowerings } from '../src/engine/backends/wasm/lower/index.ts'
import { Graph, type Tensor } from '../src/engine/graph.ts'
import { conv2d, groupedConv2d, multiply, type Padding, sum } from '../src/engine/ops/index.ts'
import { createKernelClock, fixed, placed, type Step } from './kernelClock.ts'

interface Kind {
  images: number
  size: number
  Ci: number
  Co: number
  window: number
  stride?: number
  groups?: number
}

const kinds: Kind[] = [
  // Strided, pointwise and large windows.
  ...[{ images: 32, size: 32, Ci: 64, Co: 128, window: 3, stride: 2 }],
  ...[{ images: 32, size: 16, Ci: 128, Co: 256, window: 3, stride: 2 }],
  ...[{ images: 32, size: 32, Ci: 64, Co: 128, window: 1, stride: 2 }],
  ...[{ images: 8, size: 32, Ci: 64, Co: 128, window: 1 }],
  ...[{ images: 8, size: 16, Ci: 256, Co: 128, window: 1 }],
  ...[{ images: 32, size: 14, Ci: 32, Co: 64, window: 5 }],
  ...[{ images: 64, size: 28, Ci: 1, Co: 32, window: 5 }],
  ...[{ images: 8, size: 28, Ci: 32, Co: 32, window: 7 }],
  ...[{ images: 4, size: 112, Ci: 3, Co: 64, window: 7, stride: 2 }],
  // Depthwise, as in MobileNet, and larger windows.
  ...[{ images: 4, size: 56, Ci: 128, Co: 128, window: 3, groups: 128 }],
  ...[{ images: 8, size: 56, Ci: 128, Co: 128, window: 3, stride: 2, groups: 128 }],
  ...[{ images: 8, size: 28, Ci: 256, Co: 256, window: 3, groups: 256 }],
  ...[{ images: 32, size: 14, Ci: 32, Co: 32, window: 5, groups: 32 }],
  ...[{ images: 8, size: 14, Ci: 192, Co: 192, window: 7, groups: 192 }],
  // Groups of 32 and of 4 channels.
  ...[{ images: 16, size: 28, Ci: 128, Co: 128, window: 3, groups: 4 }],
  ...[{ images: 16, size: 28, Ci: 128, Co: 128, window: 3, groups: 32 }],
]

const clock = await createKernelClock(Number(process.argv[2] ?? 2), process.argv[3] === 'narrow')
console.log('GFLOP/s, share of the peak, ms')
for (const { images, size, Ci, Co, window, stride = 1, groups = 1 } of kinds) {
  clock.clear()
  const graph = new Graph()
  const x = graph.input('x', [images, size, size, Ci])
  const w = graph.input('w', [window, window, Ci / groups, Co])
  const options = { strides: stride, padding: ((window - 1) >> 1) as Padding }
  const y = groups === 1 ? conv2d(x, w, options) : groupedConv2d(x, w, groups, options)
  const [, outH, outW] = y.shape
  const dy = graph.input('dy', y.shape)
  const [dx, dw] = gradients(sum(multiply(y, dy)), [x, w])
  const flop = 2 * images * outH * outW * window * window * (Ci / groups) * Co
  const line = await clock.report([
    ['forward', flop, commandsOf(graph, y)],
    ['input gradient', flop, commandsOf(graph, dx)],
    ['weight gradient', flop, commandsOf(graph, dw)],
  ])
  const name = `${images}x${outH}x${outW} ${window}x${window}${stride > 1 ? `/${stride}` : ''} ${Ci}->${Co}`
  console.log(`${`${name}${groups > 1 ? ` groups ${groups}` : ''}`.padEnd(38)} ${line}`)
}
await clock.close()

/** What the backend would run for `output`, without the way in and out. */
function commandsOf(graph: Graph, output: Tensor): Step[] {
  const constants = {
    constant: (values: ArrayLike<number>) => ({ buffer: fixed(clock, values.length * 4), offset: 0 }),
  }
  const settings = { threads: clock.threads, exact: false }
  const { program } = compileGraph(graph, { output }, allLowerings, () => fixed(clock, 4), constants, settings)
  // The loss is there for autodiff to start from; its own commands, a product over all of dy, are no convolution's.
  const loss = new Set(['multiply', 'sum'])
  const counted = program.commands.map(
    ({ name, node }) => name !== 'fetch' && name !== 'emit' && !loss.has(node?.op.name ?? ''),
  )
  return placed(program, clock).filter((_, i) => counted[i])
}
