import { afterAll, beforeAll, describe, test } from 'vitest'
import { type ConvShape, convWeightCount, packedBytes } from '../../../src/engine/backends/wasm/convolution.ts'
import {
  gradientPlan,
  type Points,
  transposedConv,
  winogradForward,
  winogradWeights,
} from '../../../src/engine/backends/wasm/winograd.ts'
import type { Random } from '../../../src/random.ts'
import { createLab, createRandom, expectClose, type Lab, normals, type Step } from './lab.ts'

let lab: Lab
beforeAll(async () => {
  lab = await createLab()
})
afterAll(() => lab.close())

/** Calls `tap` for every product of the convolution. */
function visit(s: ConvShape, tap: (x: number, w: number, y: number) => void): void {
  for (let n = 0; n < s.images; n++)
    for (let oy = 0; oy < s.outH; oy++)
      for (let ox = 0; ox < s.outW; ox++)
        for (let ky = 0; ky < 3; ky++)
          for (let kx = 0; kx < 3; kx++) {
            const [y, x] = [oy + ky - s.top, ox + kx - s.left]
            if (y < 0 || y >= s.H || x < 0 || x >= s.W) continue
            const from = ((n * s.H + y) * s.W + x) * s.Ci
            const to = ((n * s.outH + oy) * s.outW + ox) * s.Co
            for (let ci = 0; ci < s.Ci; ci++)
              for (let co = 0; co < s.Co; co++) tap(from + ci, ((ky * 3 + kx) * s.Ci + ci) * s.Co + co, to + co)
          }
}

const shape = (images: number, H: number, W: number, Ci: number, Co: number, top = 1, left = 1): ConvShape => ({
  ...{ images, H, W, Ci, Co, KH: 3, KW: 3, strideY: 1, strideX: 1, top, left },
  ...{ outH: H + 2 * top - 2, outW: W + 2 * left - 2 },
})

function shapes(random: Random, count: number): ConvShape[] {
  return Array.from({ length: count }, () => {
    const [top, left, bottom, right] = [random.int(4), random.int(4), random.int(4), random.int(4)]
    const H = Math.max(1, 3 - top - bottom) + random.int(13)
    const W = Math.max(1, 3 - left - right) + random.int(13)
    const channels = () => (random.int(3) ? 1 + random.int(20) : 1 + random.int(70))
    const s = shape(1 + random.int(3), H, W, channels(), channels(), top, left)
    return { ...s, outH: H + top + bottom - 2, outW: W + left + right - 2 }
  })
}

const known = [
  shape(2, 8, 8, 16, 16),
  shape(3, 14, 14, 32, 64),
  shape(2, 9, 7, 8, 24),
  shape(1, 6, 6, 40, 33, 0, 0),
  shape(4, 1, 1, 3, 5),
  shape(1, 8, 8, 256, 256),
  shape(1, 12, 12, 128, 128),
  shape(1, 24, 24, 64, 64),
]

const cases = [...known, ...shapes(createRandom(12), 30)].flatMap(s =>
  ([4, 2] as const).map(points => {
    const name = `F(${points},3) ${s.images}x${s.H}x${s.W}x${s.Ci}->${s.outH}x${s.outW}x${s.Co} pad ${s.top},${s.left}`
    return [name, s, points] as const
  }),
)

/** The commands of a convolution from `src` to `out`, with panels in 'packed'. */
function convolution(s: ConvShape, points: Points, at: (name: string) => number, mode: number): Step[] {
  const { bytes: _, ...weights } = winogradWeights(s, points)
  const places = { src: at('src'), weights: at('weights'), out: at('out'), scratch: at('scratch'), bias: at('bias') }
  return [
    ['winogradWeights', { ...weights, src: at('packed'), dst: at('weights') }],
    ['winograd', { ...winogradForward(s, points), ...places, mode }],
  ]
}

/** Room for `convolution`; the lab has two threads at most. */
function room(s: ConvShape, points: Points) {
  return {
    packed: packedBytes(9 * s.Ci, s.Co) / 4,
    weights: winogradWeights(s, points).bytes / 4,
    scratch: (2 * winogradForward(s, points).scratchBytes) / 4,
    out: s.images * s.outH * s.outW * s.Co,
  }
}

/** Largest error against float64, over the root mean square of the outputs. */
const bound = { 4: 2e-5, 2: 5e-6 }

describe('Winograd convolution', () => {
  test.each(cases)('forward %s', async (_, s, points) => {
    const random = createRandom(s.H * 31 + s.W)
    const x = normals(random, s.images * s.H * s.W * s.Ci)
    const w = normals(random, convWeightCount(s))
    const bias = normals(random, s.Co)
    const mode = [0, 2, 3][random.int(3)]
    const { out } = await lab.run({
      buffers: { src: x, w, bias, ...room(s, points) },
      results: ['out'],
      scratch: ['packed', 'weights', 'scratch'],
      commands: at => [
        ['packB', { src: at('w'), dst: at('packed'), K: 9 * s.Ci, N: s.Co, stride: s.Co * 4 }],
        ...convolution(s, points, at, mode),
      ],
    })
    const expected = new Float64Array(out.length)
    visit(s, (i, j, o) => {
      expected[o] += x[i] * w[j]
    })
    if (mode) for (let i = 0; i < expected.length; i++) expected[i] += bias[i % s.Co]
    if (mode === 2) for (let i = 0; i < expected.length; i++) expected[i] = Math.max(0, expected[i])
    expectClose(out, expected, bound[points])
  })

  test.each(cases)('input gradient %s', async (_, s, points) => {
    const random = createRandom(s.H * 37 + s.W)
    const dy = normals(random, s.images * s.outH * s.outW * s.Co)
    const w = normals(random, convWeightCount(s))
    const t = transposedConv(s)
    const { out } = await lab.run({
      buffers: { src: dy, w, bias: 1, ...room(t, points) },
      results: ['out'],
      scratch: ['packed', 'weights', 'scratch'],
      commands: at => {
        const { Ci, Co } = s
        const taps = { KH: 3, KW: 3, Ci, Co, phaseY: 0, phaseX: 0, strideY: 1, strideX: 1 }
        return [['packConvFlip', { src: at('w'), dst: at('packed'), ...taps }], ...convolution(t, points, at, 0)]
      },
    })
    const expected = new Float64Array(out.length)
    visit(s, (i, j, o) => {
      expected[i] += dy[o] * w[j]
    })
    expectClose(out, expected, bound[points])
  })

  test.each(cases)('weight gradient %s', async (_, s, points) => {
    const random = createRandom(s.H * 41 + s.W)
    const x = normals(random, s.images * s.H * s.W * s.Ci)
    const dy = normals(random, s.images * s.outH * s.outW * s.Co)
    const g = gradientPlan(s, points)
    // Several chunks also for these small pictures.
    const chunk = Math.ceil(g.tiles / (1 + random.int(6)))
    const { dw } = await lab.run({
      buffers: {
        ...{ x, dy, V: g.inputBytes / 4, D: g.gradientBytes / 4, U: g.weightsBytes / 4, dw: convWeightCount(s) },
      },
      results: ['dw'],
      scratch: ['V', 'D', 'U'],
      commands: at => weightGradient(s, points, chunk, at),
    })
    const expected = new Float64Array(dw.length)
    visit(s, (i, j, o) => {
      expected[j] += x[i] * dy[o]
    })
    expectClose(dw, expected, bound[points])
  })
})

/** The commands of the weight gradient in chunks of `chunk` tiles. */
function weightGradient(s: ConvShape, points: Points, chunk: number, at: (name: string) => number): Step[] {
  const g = gradientPlan(s, points)
  const steps: Step[] = []
  for (let firstTile = 0; firstTile < g.tiles; firstTile += chunk) {
    const range = { ...g.range, firstTile, tiles: Math.min(chunk, g.tiles - firstTile) }
    const products = {
      ...{ a: at('V'), aStride: g.input.tileBytes, aMode: 1, aBatch: g.input.xiBytes },
      ...{ b: at('D'), bStride: g.gradient.tileBytes, bMode: 1, bBatch: g.gradient.xiBytes },
      ...{ c: at('U'), cStride: s.Co * 4, cBatch: g.weightsXi, mode: firstTile ? 1 : 0, bias: 0 },
      ...{ M: s.Ci, N: s.Co, K: range.tiles, Kc: 256, batch: g.places },
    }
    steps.push(
      ['winogradInput', { ...range, ...g.input, src: at('x'), dst: at('V') }, 1],
      ['winogradGradient', { ...range, ...g.gradient, src: at('dy'), dst: at('D') }],
      ['gemm', products],
    )
  }
  const { count, weightsXi: xiBytes } = g
  return [...steps, ['winogradWeightGrad', { points, src: at('U'), dst: at('dw'), count, xiBytes }]]
}
