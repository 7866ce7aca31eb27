import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
} from '../../../src/engine/backends/wasm/convolution.ts'
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
        for (let ky = 0; ky < s.KH; ky++)
          for (let kx = 0; kx < s.KW; kx++) {
            const y = oy * s.strideY + ky - s.top
            const x = ox * s.strideX + kx - s.left
            if (y < 0 || y >= s.H || x < 0 || x >= s.W) continue
            for (let ci = 0; ci < s.Ci; ci++)
              for (let co = 0; co < s.Co; co++) {
                tap(
                  ((n * s.H + y) * s.W + x) * s.Ci + ci,
                  ((ky * s.KW + kx) * s.Ci + ci) * s.Co + co,
                  ((n * s.outH + oy) * s.outW + ox) * s.Co + co,
                )
              }
          }
}

function shapes(random: Random, count: number): ConvShape[] {
  return Array.from({ length: count }, () => {
    const [KH, KW] = [1 + random.int(5), 1 + random.int(5)]
    const [strideY, strideX] = [1 + random.int(3), 1 + random.int(3)]
    const [top, left, bottom, right] = [random.int(KH), random.int(KW), random.int(KH), random.int(KW)]
    const H = Math.max(1, KH - top - bottom) + random.int(14)
    const W = Math.max(1, KW - left - right) + random.int(14)
    const channels = () => (random.int(3) ? 1 + random.int(9) : 1 + random.int(36))
    return {
      ...{ images: 1 + random.int(4), H, W, Ci: channels(), Co: channels(), KH, KW, strideY, strideX, top, left },
      outH: Math.floor((H + top + bottom - KH) / strideY) + 1,
      outW: Math.floor((W + left + right - KW) / strideX) + 1,
    }
  })
}

const known: ConvShape[] = [
  // The first layer of a digit reader; one with ten classes; even windows; a stride larger than the window.
  {
    ...{ images: 3, H: 28, W: 28, Ci: 1, KH: 3, KW: 3, Co: 32 },
    strideY: 1,
    strideX: 1,
    top: 1,
    left: 1,
    outH: 28,
    outW: 28,
  },
  {
    ...{ images: 2, H: 5, W: 5, Ci: 16, KH: 5, KW: 5, Co: 10 },
    strideY: 1,
    strideX: 1,
    top: 0,
    left: 0,
    outH: 1,
    outW: 1,
  },
  {
    ...{ images: 2, H: 9, W: 7, Ci: 5, KH: 2, KW: 4, Co: 17 },
    strideY: 2,
    strideX: 1,
    top: 0,
    left: 1,
    outH: 4,
    outW: 7,
  },
  {
    ...{ images: 2, H: 8, W: 8, Ci: 16, KH: 1, KW: 1, Co: 32 },
    strideY: 2,
    strideX: 2,
    top: 0,
    left: 0,
    outH: 4,
    outW: 4,
  },
  {
    ...{ images: 1, H: 9, W: 9, Ci: 3, KH: 1, KW: 2, Co: 4 },
    strideY: 3,
    strideX: 3,
    top: 0,
    left: 0,
    outH: 3,
    outW: 3,
  },
  // Rows longer than a block of sums.
  {
    ...{ images: 2, H: 3, W: 601, Ci: 3, KH: 2, KW: 4, Co: 9 },
    strideY: 1,
    strideX: 2,
    top: 1,
    left: 2,
    outH: 3,
    outW: 301,
  },
  // A one-dimensional convolution (heartbeats), and a stride of two with borders.
  {
    ...{ images: 4, H: 1, W: 50, Ci: 2, KH: 1, KW: 7, Co: 12 },
    strideY: 1,
    strideX: 2,
    top: 0,
    left: 3,
    outH: 1,
    outW: 25,
  },
  {
    ...{ images: 2, H: 16, W: 16, Ci: 12, KH: 3, KW: 3, Co: 20 },
    strideY: 2,
    strideX: 2,
    top: 0,
    left: 0,
    outH: 8,
    outW: 8,
  },
]

const cases = [...known, ...shapes(createRandom(11), 50)]
const name = (s: ConvShape) =>
  `${s.images}x${s.H}x${s.W}x${s.Ci}->${s.Co} ${s.KH}x${s.KW} stride ${s.strideY},${s.strideX} pad ${s.top},${s.left}`

/** The commands that make the zero-bordered input, and its name. */
function bordered(s: ConvShape, at: (name: string) => number): [Step[], number] {
  const border = convInput(s)
  if (!border.needed) return [[], at('x')]
  const { height: dstH, width: dstW, top, left } = border
  const values = { src: at('x'), dst: at('xBorder'), N: s.images, H: s.H, W: s.W, C: s.Ci, dstH, dstW, top, left }
  return [[['padCopy', { ...values, srcRow: 0, srcImage: 0 }]], at('xBorder')]
}

function sizes(s: ConvShape) {
  const border = convInput(s)
  return {
    x: s.images * s.H * s.W * s.Ci,
    y: s.images * s.outH * s.outW * s.Co,
    xBorder: s.images * border.height * border.width * s.Ci,
  }
}

describe('direct convolution', () => {
  test.each(cases.map(s => [name(s), s] as const))('forward %s', async (_, s) => {
    const random = createRandom(s.H * 31 + s.W)
    const size = sizes(s)
    const x = normals(random, size.x)
    const w = normals(random, convWeightCount(s))
    const bias = normals(random, s.Co)
    const K = s.KH * s.KW * s.Ci
    const mode = [0, 2, 3][random.int(3)]
    const { y } = await lab.run({
      buffers: { x, xBorder: size.xBorder, w, bias, packed: packedBytes(K, s.Co) / 4, y: size.y },
      results: ['y', 'xBorder', 'packed'],
      commands: at => {
        const [steps, input] = bordered(s, at)
        return [
          ...steps,
          ['packB', { src: at('w'), dst: at('packed'), K, N: s.Co, stride: s.Co * 4 }],
          [
            'conv',
            { ...convForward(s, convInput(s)), input, packedB: at('packed'), out: at('y'), mode, bias: at('bias') },
          ],
        ]
      },
    })
    const expected = new Float64Array(size.y)
    visit(s, (i, j, o) => {
      expected[o] += x[i] * w[j]
    })
    if (mode) for (let i = 0; i < expected.length; i++) expected[i] += bias[i % s.Co]
    if (mode === 2) for (let i = 0; i < expected.length; i++) expected[i] = Math.max(0, expected[i])
    expectClose(y, expected)
  })

  test.each(cases.map(s => [name(s), s] as const))('input gradient %s', async (_, s) => {
    const random = createRandom(s.H * 37 + s.W)
    const size = sizes(s)
    const dy = normals(random, size.y)
    const w = normals(random, convWeightCount(s))
    const plan = inputGradientPlan(s)
    const { border } = plan
    const packed = plan.phases.map(p => packedBytes(p.tapsY * p.tapsX * s.Co, s.Ci))
    const offset = (i: number) => packed.slice(0, i).reduce((sum, bytes) => sum + bytes, 0)
    const { dx } = await lab.run({
      buffers: {
        ...{ dy, dyBorder: s.images * border.height * border.width * s.Co, w },
        ...{ packed: offset(packed.length) / 4, dx: size.x },
      },
      results: ['dx', 'dyBorder', 'packed'],
      commands: at => {
        const { height: dstH, width: dstW, top, left } = border
        const from = { src: at('dy'), N: s.images, H: s.outH, W: s.outW, C: s.Co }
        const steps: Step[] = [
          ['fill', { dst: at('dx'), count: plan.covers ? 0 : size.x, value: 0 }],
          ['padCopy', { ...from, dst: at('dyBorder'), dstH, dstW, top, left, srcRow: 0, srcImage: 0 }],
        ]
        const weights = { src: at('w'), KH: s.KH, KW: s.KW, Ci: s.Ci, Co: s.Co, strideY: s.strideY, strideX: s.strideX }
        plan.phases.forEach((p, i) => {
          const dst = at('packed') + offset(i)
          steps.push(['packConvFlip', { ...weights, dst, phaseY: p.phaseY, phaseX: p.phaseX }, 1])
        })
        steps.push(['fill', { dst: at('dx'), count: 0, value: 0 }])
        plan.phases.forEach((p, i) => {
          const input = (border.needed ? at('dyBorder') : at('dy')) + phaseInputOffset(s, plan, p)
          const out = at('dx') + phaseOutputOffset(s, p)
          const places = { input, out, packedB: at('packed') + offset(i), mode: 0, bias: 0 }
          steps.push(['conv', { ...convPhase(s, plan, p), ...places }, 1])
        })
        return steps
      },
    })
    const expected = new Float64Array(size.x)
    visit(s, (i, j, o) => {
      expected[i] += dy[o] * w[j]
    })
    expectClose(dx, expected)
  })

  test.each(cases.map(s => [name(s), s] as const))('weight gradient %s', async (_, s) => {
    const random = createRandom(s.H * 41 + s.W)
    const size = sizes(s)
    const x = normals(random, size.x)
    const dy = normals(random, size.y)
    const count = convWeightCount(s)
    const slices = convWeightGradSlices(s)
    const { dw } = await lab.run({
      buffers: { x, xBorder: size.xBorder, dy, partials: slices * count, dw: count },
      results: ['dw', 'partials', 'xBorder'],
      commands: at => {
        const [steps, input] = bordered(s, at)
        const forward = convForward(s, convInput(s))
        const { inXStep, inYStep, inRow, inImage, KH, K, outH, outW, Co, images } = forward
        const { outPixel: dyPixel, outRow: dyRow, outImage: dyImage } = forward
        const values = { inXStep, inYStep, inRow, inImage, KH, K, dyPixel, dyRow, dyImage, outH, outW, Co, images }
        return [
          ...steps,
          ['convWeightGrad', { ...values, input, dy: at('dy'), partials: at('partials'), slices }],
          ['reduceSlices', { src: at('partials'), dst: at('dw'), slices, count, accumulate: 0 }],
        ]
      },
    })
    const expected = new Float64Array(count)
    visit(s, (i, j, o) => {
      expected[j] += x[i] * dy[o]
    })
    expectClose(dw, expected)
  })

  test('slices are few where there are channels and never more than images', () => {
    expect(convWeightGradSlices({ ...known[0], images: 128, Ci: 256, Co: 256 })).toBe(1)
    expect(convWeightGradSlices({ ...known[0], images: 3, Ci: 1, Co: 8 })).toBe(2)
    expect(convWeightGradSlices({ ...known[0], images: 128, Ci: 32, Co: 64 })).toBe(4)
  })
})
