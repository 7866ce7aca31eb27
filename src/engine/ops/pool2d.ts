import type { Op, Shape, Spec, Tensor } from '../graph.ts'
import { expectRank, f32, shapeError, show } from './check.ts'
import { mean } from './reduce.ts'
import { reshape } from './reshape.ts'
import { type Padding, type Pair, resolveWindow, type Window, windowOutput } from './window.ts'

export interface PoolAttrs {
  window: Window
}
export interface AveragePoolAttrs extends PoolAttrs {
  /** Whether padding counts in the divisor (Keras: no; PyTorch: yes by default). */
  countPadding: boolean
}

function inferPool(name: string, x: Spec, window: Window): number[] {
  expectRank(name, 'input', x, 4)
  const [h, w] = windowOutput(name, [x.shape[1], x.shape[2]], window)
  return [x.shape[0], h, w, x.shape[3]]
}

/** Outputs: the largest value of each window, and its position in the window (ky * width + kx; -1 for none). */
export const maxPool2dOp: Op<PoolAttrs> = {
  name: 'maxPool2d',
  infer([x], { window }) {
    const shape = inferPool('maxPool2d', x, window)
    return [f32(shape), { shape, dtype: 'i32' }]
  },
  gradient(node, [dy]) {
    const [x] = node.inputs
    const { window } = node.attrs as unknown as PoolAttrs
    if (!dy) return []
    return [dy.graph.add(maxPool2dGradientOp, [dy, node.outputs[1]], { window, shape: x.shape })[0]]
  },
  reference({ attrs: { window }, inputs: [x], outputs: [y, index], inputSpecs: [sx], outputSpecs: [sy] }) {
    y.fill(-Infinity)
    index.fill(-1)
    visit(sx.shape, sy.shape, window, (xi, yi, tap) => {
      if (x[xi] > y[yi] || index[yi] < 0 || (Number.isNaN(x[xi]) && !Number.isNaN(y[yi]))) {
        y[yi] = x[xi]
        index[yi] = tap
      }
    })
  },
}

export const maxPool2dGradientOp: Op<PoolAttrs & { shape: Shape }> = {
  name: 'maxPool2dGradient',
  infer: (_, { shape }) => [f32(shape)],
  reference({ attrs: { window }, inputs: [dy, index], outputs: [dx], inputSpecs: [sy], outputSpecs: [sx] }) {
    visit(sx.shape, sy.shape, window, (xi, yi, tap) => {
      if (index[yi] === tap) dx[xi] += dy[yi]
    })
  },
}

export const averagePool2dOp: Op<AveragePoolAttrs> = {
  name: 'averagePool2d',
  infer: ([x], { window }) => [f32(inferPool('averagePool2d', x, window))],
  gradient(node, [dy]) {
    const { window, countPadding } = node.attrs as unknown as AveragePoolAttrs
    if (!dy) return []
    const { shape } = node.inputs[0]
    return [dy.graph.add(averagePool2dGradientOp, [dy], { window, countPadding, shape })[0]]
  },
  reference({ attrs, inputs: [x], outputs: [y], inputSpecs: [sx], outputSpecs: [sy] }) {
    const counts = windowCounts(sx.shape, sy.shape, attrs)
    visit(sx.shape, sy.shape, attrs.window, (xi, yi) => {
      y[yi] += x[xi] / counts[yi]
    })
  },
}

export const averagePool2dGradientOp: Op<AveragePoolAttrs & { shape: Shape }> = {
  name: 'averagePool2dGradient',
  infer: (_, { shape }) => [f32(shape)],
  reference({ attrs, inputs: [dy], outputs: [dx], inputSpecs: [sy], outputSpecs: [sx] }) {
    const counts = windowCounts(sx.shape, sy.shape, attrs)
    visit(sx.shape, sy.shape, attrs.window, (xi, yi) => {
      dx[xi] += dy[yi] / counts[yi]
    })
  },
}

function windowCounts(x: Shape, y: Shape, { window, countPadding }: AveragePoolAttrs): Float64Array {
  const counts = new Float64Array(y.reduce((p, d) => p * d, 1))
  if (countPadding) return counts.fill(window.size[0] * window.size[1])
  visit(x, y, window, (_, yi) => {
    counts[yi]++
  })
  return counts
}

/** Calls `tap` for every input value inside every window. */
function visit(
  [n, h, w, c]: Shape,
  [, oh, ow]: Shape,
  { size: [kh, kw], strides: [sy, sx], top, left }: Window,
  tap: (xi: number, yi: number, tap: number) => void,
): void {
  for (let image = 0; image < n; image++)
    for (let oy = 0; oy < oh; oy++)
      for (let ox = 0; ox < ow; ox++)
        for (let ky = 0; ky < kh; ky++)
          for (let kx = 0; kx < kw; kx++) {
            const iy = oy * sy + ky - top
            const ix = ox * sx + kx - left
            if (iy < 0 || iy >= h || ix < 0 || ix >= w) continue
            for (let ch = 0; ch < c; ch++)
              tap(((image * h + iy) * w + ix) * c + ch, ((image * oh + oy) * ow + ox) * c + ch, ky * kw + kx)
          }
}

/** Strides and padding (default 'valid') of a pool. */
export interface PoolOptions {
  /** Default: the window's size. */
  strides?: Pair
  padding?: Padding
}

/** A window must lie on the picture at least in part: of padding alone there is neither largest value nor mean. */
function poolWindow(op: string, x: Tensor, size: Pair, strides: Pair, padding: Padding): Window {
  const window = resolveWindow(op, [x.shape[1], x.shape[2]], size, strides, padding)
  const [height, width] = window.size
  if (Math.max(window.top, window.bottom) >= height || Math.max(window.left, window.right) >= width)
    throw shapeError(op, `padding ${JSON.stringify(padding)} of a window ${show(window.size)}`, 'less than the window')
  return window
}

/** Largest value of each window: [batch, height, width, channels] -> [batch, height', width', channels]. */
export function maxPool2d(x: Tensor, size: Pair, { strides = size, padding = 'valid' }: PoolOptions = {}): Tensor {
  expectRank('maxPool2d', 'input', x, 4)
  const window = poolWindow('maxPool2d', x, size, strides, padding)
  return x.graph.add(maxPool2dOp, [x], { window })[0]
}

/** Mean of each window; `countPadding` as PyTorch's count_include_pad. */
export function averagePool2d(
  x: Tensor,
  size: Pair,
  { strides = size, padding = 'valid', countPadding = false }: PoolOptions & { countPadding?: boolean } = {},
): Tensor {
  expectRank('averagePool2d', 'input', x, 4)
  const window = poolWindow('averagePool2d', x, size, strides, padding)
  return x.graph.add(averagePool2dOp, [x], { window, countPadding })[0]
}

/** Largest value of each channel: [batch, height, width, channels] -> [batch, channels]. */
export function globalMaxPool2d(x: Tensor): Tensor {
  expectRank('globalMaxPool2d', 'input', x, 4)
  return reshape(maxPool2d(x, [x.shape[1], x.shape[2]]), [x.shape[0], x.shape[3]])
}

/** Mean of each channel: [batch, height, width, channels] -> [batch, channels]. */
export function globalAveragePool2d(x: Tensor): Tensor {
  expectRank('globalAveragePool2d', 'input', x, 4)
  return mean(x, [1, 2])
}
