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
  const plan = gradientPlan(s, points)
  const { tiles, chunk, range, weightsXi } = plan
  const input = program.scratch(plan.inputBytes)
  const gradient = program.scratch(plan.gradientBytes)
  const sum = program.scratch(plan.weightsBytes)
  for (let firstTile = 0; firstTile < tiles; firstTile += chunk) {
    const part = { ...range, firstTile, tiles: Math.min(chunk, tiles - firstTile) }
    program.together(emit => {
      emit('winogradInput', { ...part, ...plan.input, src: x, dst: input })
      emit('winogradGradient', { ...part, ...plan.gradient, src: dy, dst: gradient })
    })
    program.emit('gemm', {
      ...{ a: input, aStride: plan.input.tileBytes, aMode: 1, aBatch: plan.input.xiBytes },
      ...{ b: gradient, bStride: plan.gradient.tileBytes, bMode: 1, bBatch: plan.gradient.xiBytes },
      ...{ c: sum, cStride: s.Co * 4, cBatch: weightsXi, mode: firstTile ? 1 : 0, bias: 0 },
      ...{ M: s.Ci, N: s.Co, K: part.tiles, Kc: 256, batch: plan.places },
    })
  }
  program.emit('winogradWeightGrad', { points, src: sum, dst: dw, count: plan.count, xiBytes: weightsXi })
}
