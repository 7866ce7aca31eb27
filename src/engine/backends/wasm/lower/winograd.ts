import type { ConvShape } from '../convolution.ts'
import type { Place, Program } from '../program.ts'
import { gradientPlan, type Points, winogradForward, winogradWeights } from '../winograd.ts'

interface Convolution {
  src: Place
  /** Weights in panels: of packB, or packConvFlip for an input gradient. */
  packed: Place
  out: Place
  mode: number
  bias: Place | number
}

/** A convolution by tiles of points x points outputs. */
export function winogradConv(program: Program, s: ConvShape, points: Points, { packed, ...places }: Convolution): void {
  const { bytes, ...numbers } = winogradWeights(s, points)
  const weights = program.scratch(bytes)
  program.emit('winogradWeights', { ...numbers, src: packed, dst: weights })
  const sizes = winogradForward(s, points)
  const scratch = program.scratch(sizes.scratchBytes * program.options.threads)
  program.emit('winograd', { ...sizes, ...places, weights, scratch })
}

/** The gradient of the weights: for each chunk of tiles both factors are transformed, then multiplied and added up. */
export function winogradWeightGradient(
  program: Program,
  s: ConvShape,
  points: Points,
  { x, dy, dw }: { x: Place; dy: Place; dw: Place },
): void {
  const { weightsXi, inputXi, gradientXi, tiles, chunk, tilesY, tilesX, ...plan } = gradientPlan(s, points)
  const input = program.scratch(plan.inputBytes)
  const gradient = program.scratch(plan.gradientBytes)
  const sum = program.scratch(plan.weightsBytes)
  for (let firstTile = 0; firstTile < tiles; firstTile += chunk) {
    const count = Math.min(chunk, tiles - firstTile)
    const range = { points, tilesY, tilesX, firstTile, tiles: count }
    program.together(emit => {
      const { H, W, Ci: C, top, left } = s
      emit('winogradInput', { ...range, src: x, H, W, C, top, left, dst: input, xiBytes: inputXi })
      emit('winogradGradient', { ...range, src: dy, H: s.outH, W: s.outW, C: s.Co, dst: gradient, xiBytes: gradientXi })
    })
    program.emit('gemm', {
      ...{ a: input, aStride: plan.inputStride, aMode: 1, b: gradient, bMode: 1, bStride: plan.gradientStride },
      ...{ c: sum, cStride: s.Co * 4, M: s.Ci, N: s.Co, K: count, Kc: 256, mode: firstTile ? 1 : 0, bias: 0 },
      ...{ batch: plan.places, aBatch: inputXi, bBatch: gradientXi, cBatch: weightsXi },
    })
  }
  program.emit('winogradWeightGrad', { points, src: sum, dst: dw, count: plan.count, xiBytes: weightsXi })
}
