import { type Op, type Shape, sizeOf, type Tensor } from '../../../graph.ts'
import { type ConvAttrs, conv2dInputGradientOp, conv2dOp, conv2dWeightGradientOp } from '../../../ops/conv2d.ts'
import {
  type Border,
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
} from '../convolution.ts'
import { type Place, type Program, plus } from '../program.ts'
import { forwardPoints, gradientPoints, transposedConv } from '../winograd.ts'
import { epilogue } from './matmul.ts'
import type { Lowering } from './table.ts'
import { winogradConv, winogradWeightGradient } from './winograd.ts'

export function conv2dLowerings(): [Op, Lowering][] {
  return [
    [conv2dOp, forward],
    [conv2dInputGradientOp, inputGradient],
    [conv2dWeightGradientOp, weightGradient],
  ]
}

export function convShape(x: Shape, w: Shape, y: Shape, { window }: ConvAttrs): ConvShape {
  const [images, H, W, Ci] = x
  const [KH, KW, , Co] = w
  const [strideY, strideX] = window.strides
  const { top, left } = window
  return { images, H, W, Ci, KH, KW, Co, strideY, strideX, top, left, outH: y[1], outW: y[2] }
}

/** A 1x1 convolution without stride or padding is a product over all pixels. */
const isProduct = (s: ConvShape) =>
  s.KH === 1 && s.KW === 1 && s.strideY === 1 && s.strideX === 1 && s.top === 0 && s.left === 0

/** `source` [images, height, width, channels] inside its border of zeros, or itself where none is needed. */
export function bordered(program: Program, source: Tensor, border: Border): Place {
  const src = program.at(source)
  if (!border.needed) return src
  const [N, H, W, C] = source.shape
  const { height: dstH, width: dstW, top, left } = border
  const dst = program.scratch(N * dstH * dstW * C * 4)
  program.emit('padCopy', { src, dst, N, H, W, C, dstH, dstW, top, left, srcRow: 0, srcImage: 0 })
  return dst
}

const forward: Lowering = ({ main, fused, outputs: [y] }, program) => {
  const [x, w] = main.inputs
  const s = convShape(x.shape, w.shape, y.shape, main.attrs as unknown as ConvAttrs)
  const end = () => epilogue(fused, s.Co, program)
  if (isProduct(s)) {
    const places = { a: program.at(x), b: program.at(w), c: program.output(y) }
    product(program, { ...places, M: s.images * s.H * s.W, N: s.Co, K: s.Ci, ...end() })
    return
  }
  const K = s.KH * s.KW * s.Ci
  const packedB = program.scratch(packedBytes(K, s.Co))
  const pack = () => program.emit('packB', { src: program.at(w), dst: packedB, K, N: s.Co, stride: s.Co * 4 })
  const points = program.options.exact ? 0 : forwardPoints(s)
  if (points) {
    pack()
    winogradConv(program, s, points, { src: program.at(x), packed: packedB, out: program.output(y), ...end() })
    return
  }
  const border = convInput(s)
  const input = bordered(program, x, border)
  pack()
  program.emit('conv', { input, packedB, out: program.output(y), ...convForward(s, border), ...end() })
}

const inputGradient: Lowering = ({ main, outputs: [dx] }, program) => {
  const [dy, w] = main.inputs
  const s = convShape(dx.shape, w.shape, dy.shape, main.attrs as unknown as ConvAttrs)
  if (isProduct(s)) {
    const packed = program.scratch(packedBytes(s.Co, s.Ci))
    program.emit('packBt', { src: program.at(w), dst: packed, K: s.Co, N: s.Ci, stride: s.Co * 4 })
    const places = { a: program.at(dy), b: packed, c: program.output(dx) }
    product(program, { ...places, bMode: 0, Kc: 0, M: s.images * s.H * s.W, N: s.Ci, K: s.Co })
    return
  }
  const { KH, KW, Ci, Co, strideY, strideX } = s
  const transposed = transposedConv(s)
  const points = program.options.exact ? 0 : forwardPoints(transposed)
  if (points) {
    const packed = program.scratch(packedBytes(9 * Co, Ci))
    const taps = { KH, KW, Ci, Co, phaseY: 0, phaseX: 0, strideY, strideX }
    program.emit('packConvFlip', { src: program.at(w), dst: packed, ...taps })
    const places = { src: program.at(dy), packed, out: program.output(dx), mode: 0, bias: 0 }
    winogradConv(program, transposed, points, places)
    return
  }
  const plan = inputGradientPlan(s)
  const out = program.output(dx)
  if (!plan.covers) program.emit('fill', { dst: out, count: sizeOf(dx.shape), value: 0 })
  const packed = plan.phases.map(p => program.scratch(packedBytes(p.tapsY * p.tapsX * s.Co, s.Ci)))
  const input = bordered(program, dy, plan.border)
  program.together(emit => {
    plan.phases.forEach(({ phaseY, phaseX }, i) => {
      emit('packConvFlip', { src: program.at(w), dst: packed[i], KH, KW, Ci, Co, phaseY, phaseX, strideY, strideX })
    })
  })
  program.together(emit => {
    plan.phases.forEach((phase, i) => {
      emit('conv', {
        input: plus(input, phaseInputOffset(s, plan, phase)),
        packedB: packed[i],
        out: plus(out, phaseOutputOffset(s, phase)),
        ...convPhase(s, plan, phase),
        ...{ mode: 0, bias: 0 },
      })
    })
  })
}

const weightGradient: Lowering = ({ main, outputs: [dw] }, program) => {
  const [x, dy] = main.inputs
  const s = convShape(x.shape, dw.shape, dy.shape, main.attrs as unknown as ConvAttrs)
  if (isProduct(s)) {
    const places = { a: program.at(x), b: program.at(dy), c: program.output(dw) }
    product(program, { ...places, aMode: 1, M: s.Ci, N: s.Co, K: s.images * s.H * s.W })
    return
  }
  const points = program.options.exact ? 0 : gradientPoints(s)
  if (points) {
    winogradWeightGradient(program, s, points, { x: program.at(x), dy: program.at(dy), dw: program.output(dw) })
    return
  }
  const border = convInput(s)
  const { inXStep, inYStep, inRow, inImage, KH, K, outH, outW, Co, images } = convForward(s, border)
  const slices = convWeightGradSlices(s)
  const count = convWeightCount(s)
  const input = bordered(program, x, border)
  const dst = program.output(dw)
  const partials = slices > 1 ? program.scratch(slices * count * 4) : dst
  program.emit('convWeightGrad', {
    ...{ input, inXStep, inYStep, inRow, inImage, KH, K },
    dy: program.at(dy),
    ...{ dyPixel: Co * 4, dyRow: outW * Co * 4, dyImage: outH * outW * Co * 4 },
    ...{ outH, outW, Co, images, partials, slices },
  })
  if (slices > 1) program.emit('reduceSlices', { src: partials, dst, slices, count, accumulate: 0 })
}

interface Product {
  a: Place
  b: Place
  c: Place
  M: number
  N: number
  K: number
  aMode?: number
  bMode?: number
  Kc?: number
  mode?: number
  bias?: Place | number
}

/** One matrix product of dense matrices; sums are cut into blocks of 256 unless told otherwise. */
function product(program: Program, { aMode = 0, bMode = 1, Kc = 256, mode = 0, bias = 0, ...p }: Product): void {
  program.emit('gemm', {
    ...p,
    ...{ aMode, bMode, Kc, mode, bias },
    aStride: (aMode ? p.M : p.K) * 4,
    bStride: p.N * 4,
    cStride: p.N * 4,
    ...{ batch: 1, aBatch: 0, bBatch: 0, cBatch: 0 },
  })
}
