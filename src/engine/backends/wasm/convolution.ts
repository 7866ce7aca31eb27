/**
 * How convolutions become `conv` commands: sizes of the zero-bordered buffers, the phases of the input gradient, the
 * slices of the weight gradient. Numbers only; the planner adds the addresses.
 */

/** A 2-D convolution in NHWC, weights [KH][KW][Ci][Co]. `top`, `left`: zeros before the picture. */
export interface ConvShape {
  images: number
  H: number
  W: number
  Ci: number
  KH: number
  KW: number
  Co: number
  strideY: number
  strideX: number
  top: number
  left: number
  outH: number
  outW: number
}

/** Where a picture lies in a zero-bordered buffer of `height` x `width` pixels (padCopy's dstH, dstW, top, left). */
export interface Border {
  height: number
  width: number
  top: number
  left: number
  /** False: the picture itself will do, without a copy. */
  needed: boolean
}

/** The zero-bordered input that the forward pass and the weight gradient read. */
export function convInput(s: ConvShape): Border {
  const height = (s.outH - 1) * s.strideY + s.KH
  const width = (s.outW - 1) * s.strideX + s.KW
  if (s.top === 0 && s.left === 0 && height <= s.H && width <= s.W) {
    return { height: s.H, width: s.W, top: 0, left: 0, needed: false }
  }
  return { height, width, top: s.top, left: s.left, needed: true }
}

/** The numbers of a forward `conv` with dense output; `input` is the buffer that `convInput` describes. */
export function convForward(s: ConvShape, input: Border) {
  const inRow = input.width * s.Ci * 4
  return {
    ...{ inXStep: s.strideX * s.Ci * 4, inRow, inImage: input.height * inRow, inYStep: s.strideY * inRow },
    ...{ KH: s.KH, K: s.KW * s.Ci, outH: s.outH, outW: s.outW, Co: s.Co, images: s.images },
    ...{ outPixel: s.Co * 4, outRow: s.outW * s.Co * 4, outImage: s.outH * s.outW * s.Co * 4 },
  }
}

/** Bytes of a matrix [K][N] in panels. */
export function packedBytes(K: number, N: number): number {
  return Math.ceil(N / 16) * K * 64
}

/** One phase of the input gradient: every strideY-th row and strideX-th column of dx. */
export interface InputGradientPhase {
  /** For packConvFlip. */
  phaseY: number
  phaseX: number
  /** Taps of the window that this phase meets. */
  tapsY: number
  tapsX: number
  /** First row and column of dx in this phase, and how many. */
  y: number
  x: number
  rows: number
  columns: number
  /** First row and column of the bordered dy that its first output reads. */
  dyY: number
  dyX: number
}

export interface InputGradientPlan {
  /** The zero-bordered dy that all phases read. */
  border: Border
  /** False: some pixels of dx get no gradient (stride larger than the window), so fill dx with zeros first. */
  covers: boolean
  phases: InputGradientPhase[]
}

/**
 * The input gradient as strideY * strideX convolutions of dy, each with the taps that meet its pixels of dx; together
 * they have the forward's operations.
 */
export function inputGradientPlan(s: ConvShape): InputGradientPlan {
  const ys = axisPhases(s.H, s.KH, s.strideY, s.top)
  const xs = axisPhases(s.W, s.KW, s.strideX, s.left)
  const y = axisBorder(ys.phases, s.outH)
  const x = axisBorder(xs.phases, s.outW)
  const phases = ys.phases.flatMap(a =>
    xs.phases.map(b => ({
      ...{ phaseY: a.phase, phaseX: b.phase, tapsY: a.taps, tapsX: b.taps, y: a.first, x: b.first },
      ...{ rows: a.count, columns: b.count, dyY: a.dyFirst + y.before, dyX: b.dyFirst + x.before },
    })),
  )
  const border = {
    ...{ height: y.before + s.outH + y.after, width: x.before + s.outW + x.after, top: y.before, left: x.before },
    needed: y.before + y.after + x.before + x.after > 0,
  }
  return { border, covers: ys.covers && xs.covers, phases }
}

/**
 * The numbers of the `conv` of one phase. Add `phaseInputOffset` to the bordered dy's address, `phaseOutputOffset` to
 * dx's; packed weights: packConvFlip, tapsY*tapsX*Co by Ci.
 */
export function convPhase(s: ConvShape, { border }: InputGradientPlan, p: InputGradientPhase) {
  const inRow = border.width * s.Co * 4
  return {
    ...{ inXStep: s.Co * 4, inRow, inImage: border.height * inRow, inYStep: inRow, KH: p.tapsY, K: p.tapsX * s.Co },
    ...{ outPixel: s.strideX * s.Ci * 4, outRow: s.strideY * s.W * s.Ci * 4, outImage: s.H * s.W * s.Ci * 4 },
    ...{ outH: p.rows, outW: p.columns, Co: s.Ci, images: s.images },
  }
}

export function phaseInputOffset(s: ConvShape, { border }: InputGradientPlan, p: InputGradientPhase): number {
  return (p.dyY * border.width + p.dyX) * s.Co * 4
}

export function phaseOutputOffset(s: ConvShape, p: InputGradientPhase): number {
  return (p.y * s.W + p.x) * s.Ci * 4
}

interface AxisPhase {
  phase: number
  taps: number
  first: number
  count: number
  /** dy position that the first output's first tap reads; may be negative. */
  dyFirst: number
}

/**
 * Along one axis: padded position u = stride * q + phase of dx gets dy[q - t] * w[phase + stride * t], t = 0..taps-1;
 * u runs over the picture, from `before` to `before + size - 1`.
 */
function axisPhases(size: number, K: number, stride: number, before: number) {
  const phases: AxisPhase[] = []
  let covers = true
  for (let phase = 0; phase < stride; phase++) {
    const q = Math.ceil((before - phase) / stride)
    const last = Math.floor((before + size - 1 - phase) / stride)
    if (last < q) continue
    const taps = Math.ceil((K - phase) / stride)
    if (taps <= 0) covers = false
    else phases.push({ phase, taps, first: stride * q + phase - before, count: last - q + 1, dyFirst: q - taps + 1 })
  }
  return { phases, covers }
}

function axisBorder(phases: AxisPhase[], out: number) {
  let before = 0
  let after = 0
  for (const { dyFirst, count, taps } of phases) {
    before = Math.max(before, -dyFirst)
    after = Math.max(after, dyFirst + count + taps - 1 - out)
  }
  return { before, after }
}

/**
 * Into how many ranges of images the weight gradient is cut: enough that 16 threads find work, few enough that adding
 * the partial sums costs little. By the shape alone, because it changes the bits.
 */
export function convWeightGradSlices(s: ConvShape): number {
  return slicesOfImages(s.images, Math.ceil(s.Co / 16) * s.KH)
}

/** The same for a depthwise convolution. */
export function depthwiseWeightGradSlices({ images, Ci }: ConvShape): number {
  return slicesOfImages(images, Math.ceil(Ci / 8))
}

function slicesOfImages(images: number, pieces: number): number {
  let slices = 1
  while (slices * pieces < 32 && slices * 2 <= images) slices *= 2
  return slices
}

/** Floats of the weight gradient, and of each slice of its partial sums. */
export function convWeightCount(s: ConvShape): number {
  return s.KH * s.KW * s.Ci * s.Co
}
