// Random graphs for every op, shared by the gradient check, the comparison of the backends and the fuzz.

import type { Feeds } from '../../src/engine/backend.ts'
import { Graph, type Shape, sizeOf, type Tensor } from '../../src/engine/graph.ts'
import { conv2dInputGradientOp } from '../../src/engine/ops/conv2d.ts'
import * as ops from '../../src/engine/ops/index.ts'
import type { Random } from '../../src/random.ts'

export interface Built {
  graph: Graph
  /** f32 values that take part in the gradient check. */
  outputs: Tensor[]
  feeds: Feeds
  /** Inputs to differentiate by. */
  wrt: Tensor[]
}

export interface Case {
  name: string
  /** Builds a random graph around one op. */
  build(random: Random): Built
  /** Whether the function is smooth enough for finite differences (default true). */
  differentiable?: boolean
  /** Tolerance relative to the largest value, for f32 against float64 (default 2e-5). */
  tolerance?: number
}

/** Adds fed inputs with random values to a graph. */
class Builder {
  readonly graph = new Graph()
  readonly feeds: Record<string, Float64Array | Int32Array | Uint8Array> = {}
  readonly wrt: Tensor[] = []
  readonly random: Random
  #count = 0

  constructor(random: Random) {
    this.random = random
  }
  /** Values away from 0, where many functions have a kink. */
  value(shape: Shape, make = () => this.awayFromZero()): Tensor {
    const name = `input${this.#count++}`
    this.feeds[name] = Float64Array.from({ length: sizeOf(shape) }, make)
    const tensor = this.graph.input(name, shape)
    this.wrt.push(tensor)
    return tensor
  }
  integers(shape: Shape, make: () => number): Tensor {
    const name = `input${this.#count++}`
    this.feeds[name] = Int32Array.from({ length: sizeOf(shape) }, make)
    return this.graph.input(name, shape, 'i32')
  }
  bytes(shape: Shape): Tensor {
    const name = `input${this.#count++}`
    this.feeds[name] = Uint8Array.from({ length: sizeOf(shape) }, () => this.random.int(256))
    return this.graph.input(name, shape, 'u8')
  }
  awayFromZero(): number {
    const v = this.random.normal()
    return Math.abs(v) < 0.02 ? 0.5 : v
  }
  done(...outputs: Tensor[]): Built {
    return { graph: this.graph, outputs, feeds: this.feeds, wrt: this.wrt }
  }
}

const size = (r: Random, most: number) => 1 + r.int(most)
const shape = (r: Random, rank = size(r, 4), most = 6): number[] => Array.from({ length: rank }, () => size(r, most))
const pick = <T>(r: Random, values: readonly T[]): T => values[r.int(values.length)]

function unary(name: string, f: (x: Tensor) => Tensor, options: Partial<Case> & { positive?: boolean } = {}): Case {
  return {
    name,
    ...options,
    build(r) {
      const b = new Builder(r)
      const make = options.positive ? () => 0.2 + 2 * r.next() : undefined
      return b.done(f(b.value(shape(r, undefined, 9), make)))
    },
  }
}

function binary(name: string, f: (a: Tensor, b: Tensor) => Tensor): Case {
  return {
    name,
    build(r) {
      const b = new Builder(r)
      const whole = shape(r)
      const drop = (s: number[]) => (r.next() < 0.3 ? s.slice(r.int(s.length)) : s)
      const thin = (s: number[]) => s.map(d => (r.next() < 0.3 ? 1 : d))
      const style = r.int(4)
      const [sa, sb] =
        style === 0 ? [whole, whole] : style === 1 ? [whole, whole.slice(-1)] : [thin(drop(whole)), thin(whole)]
      const second = name === 'divide' ? () => (r.next() < 0.5 ? -1 : 1) * (0.5 + r.next()) : undefined
      return b.done(f(b.value(sa), b.value(sb, second)))
    },
  }
}

function window(r: Random): { size: [number, number]; strides: [number, number]; padding: never } {
  const kernel: [number, number] = [size(r, 4), size(r, 4)]
  const strides: [number, number] = r.next() < 0.5 ? [1, 1] : [size(r, 3), size(r, 3)]
  const explicit = [
    [r.int(kernel[0]), r.int(kernel[0])],
    [r.int(kernel[1]), r.int(kernel[1])],
  ]
  return { size: kernel, strides, padding: pick(r, ['same', 'valid', explicit]) as never }
}

const cells = ['tanh', 'relu', 'lstm', 'gru'] as const

/** A recurrent layer of a shape, one way or the other, with lengths or without. */
function recurrentCase(
  r: Random,
  cell: ops.Cell,
  [batch, time, features, units]: readonly [number, number, number, number],
  spread = 0.4,
) {
  const b = new Builder(r)
  const width = ops.gatesOf[cell] * units
  const small = () => spread * r.normal()
  const x = b.value([batch, time, features])
  const kernels = [b.value([features, width], small), b.value([units, width], small), b.value([width], small)] as const
  const recurrentBias = cell === 'gru' ? b.value([width], small) : undefined
  const lengths = r.next() < 0.4 ? b.integers([batch], () => 1 + r.int(time)) : undefined
  return b.done(ops.recurrent(cell, x, ...kernels, { reverse: r.next() < 0.4, recurrentBias, lengths }))
}

const reduction = (name: string, reduce: typeof ops.sum): Case => ({
  name,
  build(r) {
    const b = new Builder(r)
    const x = b.value(shape(r, undefined, 7))
    const axes = x.shape.map((_, i) => i).filter(() => r.next() < 0.5)
    return b.done(reduce(x, r.next() < 0.2 ? undefined : axes, r.next() < 0.5))
  },
})

export const cases: Case[] = [
  unary('relu', ops.relu),
  unary('leakyRelu', x => ops.leakyRelu(x, 0.2)),
  unary('sigmoid', ops.sigmoid),
  unary('tanh', ops.tanh),
  unary('gelu', ops.gelu),
  unary('exp', ops.exp),
  unary('log', ops.log, { positive: true }),
  unary('sqrt', ops.sqrt, { positive: true }),
  unary('square', ops.square),
  unary('abs', ops.abs),
  unary('reciprocal', ops.reciprocal, { positive: true }),
  unary('affine', x => ops.affine(x, -1.5, 0.25)),
  unary('clip', x => ops.clip(x, -0.7, 0.9)),
  binary('add', ops.add),
  binary('subtract', ops.subtract),
  binary('multiply', ops.multiply),
  binary('divide', ops.divide),
  binary('maximum', ops.maximum),
  binary('minimum', ops.minimum),
  reduction('sum', ops.sum),
  reduction('mean', ops.mean),
  reduction('max', ops.max),
  reduction('min', ops.min),
  {
    name: 'broadcastTo',
    build(r) {
      const b = new Builder(r)
      const target = shape(r)
      return b.done(ops.broadcastTo(b.value(target.map(d => (r.next() < 0.5 ? 1 : d)).slice(r.int(2))), target))
    },
  },
  {
    name: 'matmul',
    build(r) {
      const b = new Builder(r)
      const [m, k, n] = [size(r, 40), size(r, 40), size(r, 40)]
      const batch = r.next() < 0.6 ? [] : [size(r, 3)]
      const shared = r.next() < 0.3
      const ta = !(shared && batch.length) && r.next() < 0.4
      const tb = r.next() < 0.4
      const a = b.value([...batch, ...(ta ? [k, m] : [m, k])])
      const one = r.next() < 0.5 ? [1] : []
      const c = b.value([...(shared ? one : batch), ...(tb ? [n, k] : [k, n])])
      return b.done(ops.matmul(a, c, ta, tb))
    },
  },
  {
    name: 'dense (matmul + bias + relu, fused)',
    build(r) {
      const b = new Builder(r)
      const [m, k, n] = [size(r, 30), size(r, 30), size(r, 40)]
      const y = ops.add(ops.matmul(b.value([m, k]), b.value([k, n])), b.value([n]))
      return b.done(r.next() < 0.7 ? ops.relu(y) : y)
    },
  },
  {
    name: 'conv2d',
    build(r) {
      const b = new Builder(r)
      const w = window(r)
      const [ci, co] = [size(r, 9), size(r, 20)]
      const [h, width] = [w.size[0] + r.int(8), w.size[1] + r.int(8)]
      const x = b.value([size(r, 3), h, width, ci])
      return b.done(ops.conv2d(x, b.value([...w.size, ci, co]), w))
    },
  },
  {
    // Shapes that run by Winograd's algorithm: gradients are conv2d's, and slow to check here.
    name: 'conv2d 3x3 of many channels',
    differentiable: false,
    tolerance: 3e-5,
    build(r) {
      const b = new Builder(r)
      const [ci, co] = [14 + r.int(30), 14 + r.int(30)]
      const explicit = [
        [r.int(4), r.int(4)],
        [r.int(4), r.int(4)],
      ]
      const padding = pick(r, ['same', 'valid', explicit]) as 'same'
      const x = b.value([size(r, 3), 3 + r.int(8), 3 + r.int(8), ci])
      let y = ops.conv2d(x, b.value([3, 3, ci, co]), { padding })
      if (r.next() < 0.5) y = ops.add(y, b.value([co]))
      return b.done(r.next() < 0.5 ? ops.relu(y) : y)
    },
  },
  {
    name: 'conv2d + bias + relu + maxPool2d (fused)',
    build(r) {
      const b = new Builder(r)
      const [ci, co] = [size(r, 4), size(r, 20)]
      const x = b.value([size(r, 3), 4 + r.int(8), 4 + r.int(8), ci])
      const y = ops.relu(ops.add(ops.conv2d(x, b.value([3, 3, ci, co]), { padding: 'same' }), b.value([co])))
      return b.done(ops.maxPool2d(y, 2))
    },
  },
  {
    name: 'transposed conv2d',
    build(r) {
      const b = new Builder(r)
      const w = { size: [3, 3] as const, strides: [2, 2] as const, top: 1, left: 1, bottom: 1, right: 1 }
      const [ci, co] = [size(r, 6), size(r, 6)]
      const dy = b.value([2, 3, 4, co])
      const kernel = b.value([3, 3, ci, co])
      return b.done(b.graph.add(conv2dInputGradientOp, [dy, kernel], { window: w, shape: [2, 6, 8, ci] })[0])
    },
  },
  {
    name: 'conv2dTranspose',
    build(r) {
      const b = new Builder(r)
      const w = window(r)
      const x = b.value([size(r, 2), size(r, 5), size(r, 5), size(r, 6)])
      const kernel = b.value([...w.size, size(r, 6), x.shape[3]])
      const padding = r.next() < 0.7 ? pick(r, ['same', 'valid'] as const) : 0
      const outputPadding = padding === 0 ? ([r.int(w.strides[0]), r.int(w.strides[1])] as const) : 0
      return b.done(ops.conv2dTranspose(x, kernel, { strides: w.strides, padding, outputPadding }))
    },
  },
  {
    name: 'grouped conv2d',
    build(r) {
      const b = new Builder(r)
      const w = window(r)
      const groups = 1 + size(r, 5)
      const [ci, co] = [size(r, 3), r.next() < 0.3 ? 16 + size(r, 3) : size(r, 3)]
      const x = b.value([size(r, 2), w.size[0] + r.int(5), w.size[1] + r.int(5), groups * ci])
      return b.done(ops.groupedConv2d(x, b.value([...w.size, ci, groups * co]), groups, w))
    },
  },
  {
    name: 'depthwise conv2d + bias + relu',
    build(r) {
      const b = new Builder(r)
      const w = window(r)
      const channels = size(r, 34)
      const multiplier = r.next() < 0.3 ? size(r, 3) : 1
      const x = b.value([size(r, 3), w.size[0] + r.int(9), w.size[1] + r.int(9), channels])
      const filters = channels * multiplier
      const y = ops.groupedConv2d(x, b.value([...w.size, 1, filters]), channels, w)
      return b.done(r.next() < 0.5 ? y : ops.relu(ops.add(y, b.value([filters]))))
    },
  },
  ...(['nearest', 'bilinear'] as const).map(
    (interpolation): Case => ({
      name: `upsample2d ${interpolation}`,
      build(r) {
        const b = new Builder(r)
        const x = b.value([size(r, 3), size(r, 5), size(r, 5), size(r, 5)])
        return b.done(ops.upsample2d(x, [size(r, 3), size(r, 3)], interpolation))
      },
    }),
  ),
  {
    name: 'localResponseNorm',
    build(r) {
      const b = new Builder(r)
      const x = b.value([size(r, 2), size(r, 4), size(r, 4), size(r, 20)])
      return b.done(ops.localResponseNorm(x, { size: size(r, 6), alpha: 0.3, beta: 0.75, bias: 1 + r.next() }))
    },
  },
  {
    name: 'layerNorm',
    tolerance: 2e-4,
    build(r) {
      const b = new Builder(r)
      const c = 2 + size(r, 20)
      const x = b.value([size(r, 4), size(r, 4), c])
      return b.done(ops.layerNorm(x, b.value([c]), b.value([c]), 1e-2))
    },
  },
  {
    name: 'groupNorm',
    tolerance: 2e-4,
    build(r) {
      const b = new Builder(r)
      const [groups, each] = [size(r, 4), size(r, 5)]
      const x = b.value([size(r, 3), 2 + size(r, 3), size(r, 3), groups * each])
      return b.done(ops.groupNorm(x, groups, b.value([groups * each]), b.value([groups * each]), 1e-2))
    },
  },
  {
    name: 'maxPool2d',
    build(r) {
      const b = new Builder(r)
      const w = window(r)
      const x = b.value([size(r, 3), w.size[0] + r.int(8), w.size[1] + r.int(8), size(r, 20)])
      return b.done(ops.maxPool2d(x, w.size, r.next() < 0.3 ? {} : w))
    },
  },
  {
    name: 'averagePool2d',
    build(r) {
      const b = new Builder(r)
      const w = window(r)
      const x = b.value([size(r, 3), w.size[0] + r.int(8), w.size[1] + r.int(8), size(r, 20)])
      // A window wholly inside the padding has no mean: keep the padding below the window.
      return b.done(ops.averagePool2d(x, w.size, { ...w, countPadding: r.next() < 0.5 }))
    },
  },
  {
    name: 'global pools',
    build(r) {
      const b = new Builder(r)
      const x = b.value([size(r, 3), size(r, 6), size(r, 6), size(r, 20)])
      return b.done(ops.globalMaxPool2d(x), ops.globalAveragePool2d(x))
    },
  },
  {
    name: 'batchNorm (training)',
    tolerance: 2e-4,
    build(r) {
      const b = new Builder(r)
      const c = size(r, 20)
      const x = b.value([6 + r.int(6), size(r, 4), c])
      let y = ops.batchNorm(x, b.value([c]), b.value([c]), 1e-2).y
      if (r.next() < 0.5) y = ops.add(y, b.value(y.shape))
      if (r.next() < 0.5) y = ops.relu(y)
      return b.done(y)
    },
  },
  {
    name: 'batchNorm statistics',
    build(r) {
      const b = new Builder(r)
      const c = size(r, 20)
      const { mean, variance } = ops.batchNorm(b.value([5, size(r, 5), c]), b.value([c]), b.value([c]))
      return { ...b.done(mean, variance), wrt: [] }
    },
  },
  {
    name: 'batchNorm (inference)',
    build(r) {
      const b = new Builder(r)
      const c = size(r, 20)
      const x = b.value([size(r, 6), size(r, 6), c])
      const [gamma, beta, mean] = [b.value([c]), b.value([c]), b.value([c])]
      const variance = b.value([c], () => 0.3 + r.next())
      const y = ops.batchNormInference(x, gamma, beta, mean, variance)
      return { ...b.done(r.next() < 0.5 ? ops.relu(y) : y), wrt: [x, gamma, beta] }
    },
  },
  {
    name: 'softmax',
    build(r) {
      const b = new Builder(r)
      return b.done(ops.softmax(b.value([size(r, 9), size(r, 20)])))
    },
  },
  {
    name: 'logSoftmax',
    build(r) {
      const b = new Builder(r)
      return b.done(ops.logSoftmax(b.value([size(r, 9), size(r, 20)])))
    },
  },
  {
    name: 'softmaxCrossEntropy',
    build(r) {
      const b = new Builder(r)
      const [rows, classes] = [size(r, 9), 1 + size(r, 20)]
      const logits = b.value([rows, classes])
      const smoothing = r.next() < 0.5 ? 0 : 0.1
      if (r.next() < 0.5) {
        const labels = b.integers([rows], () => r.int(classes))
        return b.done(ops.softmaxCrossEntropy(logits, labels, smoothing).losses, ops.correct(logits, labels))
      }
      const labels = b.value([rows, classes], () => 0)
      const values = b.feeds.input1
      for (let row = 0; row < rows; row++) values[row * classes + r.int(classes)] = 1
      return { ...b.done(ops.softmaxCrossEntropy(logits, labels, smoothing).losses), wrt: [logits] }
    },
  },
  {
    name: 'binaryCrossEntropy',
    build(r) {
      const b = new Builder(r)
      const logits = b.value(shape(r))
      const targets = b.value(logits.shape, () => r.int(2))
      return { ...b.done(ops.binaryCrossEntropy(logits, targets)), wrt: [logits] }
    },
  },
  {
    name: 'dropout',
    build(r) {
      const b = new Builder(r)
      const x = b.value(shape(r, undefined, 9))
      const seed = b.integers([2], () => r.int(1000))
      return b.done(ops.dropout(x, pick(r, [0.1, 0.25, 0.5, 0.9]), seed, r.int(50)))
    },
  },
  ...cells.map(
    (cell): Case => ({
      name: `recurrent ${cell}`,
      tolerance: 1e-4,
      build: r => recurrentCase(r, cell, [size(r, 14), size(r, 6), size(r, 20), size(r, 20)]),
    }),
  ),
  {
    // More steps than a panel of the weight gradient holds, and as many that several rows share one.
    name: 'recurrent, long',
    tolerance: 1e-4,
    build: r =>
      recurrentCase(r, pick(r, cells), [size(r, 8), pick(r, [40, 90, 255, 256, 257, 300]), size(r, 3), size(r, 4)]),
  },
  {
    // Weights of the input too large for the cache: several steps at a time.
    name: 'recurrent, wide input',
    differentiable: false, // the rule is that of the cases above, and 40,000 weights take long
    tolerance: 1e-4,
    build(r) {
      // Not relu: among so many sums one may be so close to 0 that rounding decides its gradient.
      const cell = pick(r, ['tanh', 'lstm', 'gru'] as const)
      const units = Math.ceil(81 / ops.gatesOf[cell]) + r.int(3)
      return recurrentCase(r, cell, [size(r, 7), size(r, 17), 400, units], 0.05)
    },
  },
  {
    name: 'reshape, transpose',
    build(r) {
      const b = new Builder(r)
      const x = b.value(shape(r, size(r, 4), 6))
      return b.done(ops.transpose(x, r.shuffle(x.shape.map((_, i) => i))), ops.reshape(ops.square(x), [-1]))
    },
  },
  {
    name: 'concat, slice',
    build(r) {
      const b = new Builder(r)
      const base = shape(r, size(r, 4), 5)
      const axis = r.int(base.length)
      const parts = Array.from({ length: size(r, 3) }, () => b.value(base.map((d, i) => (i === axis ? size(r, 6) : d))))
      const joined = ops.concat(parts, axis)
      const from = r.int(joined.shape[axis])
      const to = from + 1 + r.int(joined.shape[axis] - from)
      return b.done(joined, ops.square(ops.slice(joined, axis, from, to)))
    },
  },
  {
    name: 'split',
    build(r) {
      const b = new Builder(r)
      const sizes = Array.from({ length: size(r, 4) }, () => size(r, 4))
      const total = sizes.reduce((n, s) => n + s)
      const x = b.value([size(r, 4), total, size(r, 4)])
      return b.done(...ops.split(x, sizes, 1).map(part => ops.square(part)), ...ops.split(x, total, 1))
    },
  },
  {
    name: 'pictures',
    build(r) {
      const b = new Builder(r)
      const c = size(r, 4)
      const x = b.bytes([size(r, 3), size(r, 9), size(r, 9), c])
      const per = r.next() < 0.5 ? 1 : c
      const values = () => Array.from({ length: per }, () => r.normal() / 100)
      return b.done(ops.pictures(x, values(), values()))
    },
  },
  {
    name: 'augment',
    tolerance: 1e-4,
    build(r) {
      const b = new Builder(r)
      const [n, c] = [size(r, 3), size(r, 3)]
      const x = b.bytes([n, 4 + r.int(25), 4 + r.int(25), c])
      const index = b.integers([n], () => r.int(60000))
      const seed = b.integers([2], () => r.int(1000))
      const settings = pick(r, [
        { rotate: 15, zoom: 0.15, shiftX: 0.15, shiftY: 0.15 },
        { flip: 0.5, crop: 4 },
        { elastic: 2 },
        { rotate: 10, elastic: 1.5, flip: 1 },
      ])
      return b.done(ops.augment(x, index, seed, { settings, scale: [1 / 255], shift: [0] }))
    },
  },
]
