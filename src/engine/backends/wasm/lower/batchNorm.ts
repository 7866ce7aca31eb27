import { type Op, sizeOf, type Tensor } from '../../../graph.ts'
import { type BatchNormAttrs, batchNormGradientOp, batchNormInferenceOp, batchNormOp } from '../../../ops/batchNorm.ts'
import { batchNormSlices } from '../slices.ts'
import type { Lowering } from './table.ts'

export function batchNormLowerings(): [Op, Lowering][] {
  return [
    [batchNormOp, training],
    [batchNormInferenceOp, inference],
    [batchNormGradientOp, gradient],
  ]
}

function rowsAndChannels(x: Tensor) {
  const C = x.shape[x.shape.length - 1]
  return { rows: sizeOf(x.shape) / C, C }
}

const training: Lowering = ({ main, fused, outputs: [y, meanOut, varianceOut] }, program) => {
  const [x, gamma, beta] = main.inputs
  const { rows, C } = rowsAndChannels(x)
  const slices = batchNormSlices(rows, C)
  const partials = program.scratch(slices * 2 * C * 4)
  const mean = program.output(meanOut)
  const variance = program.output(varianceOut)
  program.emit('batchNormStats', { x: program.at(x), rows, C, partials, slices })
  program.emit('batchNormFinish', { partials, slices, rows, C, mean, variance })
  program.emit('batchNormApply', {
    x: program.at(x),
    mean,
    variance,
    gamma: program.at(gamma),
    beta: program.at(beta),
    y: program.output(y, x),
    rows,
    C,
    eps: (main.attrs as unknown as BatchNormAttrs).epsilon,
    relu: fused.relu ? 1 : 0,
    residual: fused.residual ? program.at(fused.residual) : 0,
  })
}

const inference: Lowering = ({ main, fused, outputs: [y] }, program) => {
  const [x, gamma, beta, mean, variance] = main.inputs
  program.emit('batchNormApply', {
    x: program.at(x),
    mean: program.at(mean),
    variance: program.at(variance),
    gamma: program.at(gamma),
    beta: program.at(beta),
    y: program.output(y, x),
    ...rowsAndChannels(x),
    eps: (main.attrs as unknown as BatchNormAttrs).epsilon,
    relu: fused.relu ? 1 : 0,
    residual: fused.residual ? program.at(fused.residual) : 0,
  })
}

const gradient: Lowering = ({ main, fused, inputs, outputs: [dxOut, dgammaOut, dbetaOut] }, program) => {
  const [, xIn, gammaIn, meanIn, varianceIn] = main.inputs
  const dy = program.at(inputs[0])
  const x = program.at(xIn)
  const y = fused.mask ? program.at(fused.mask) : 0
  const { rows, C } = rowsAndChannels(xIn)
  const slices = batchNormSlices(rows, C)
  const partials = program.scratch(slices * 2 * C * 4)
  const mean = program.at(meanIn)
  const variance = program.at(varianceIn)
  const dgamma = program.output(dgammaOut)
  const dbeta = program.output(dbetaOut)
  const eps = (main.attrs as unknown as BatchNormAttrs).epsilon
  program.emit('batchNormGradReduce', { x, dy, y, mean, rows, C, partials, slices })
  program.emit('batchNormGradFinish', { partials, slices, C, variance, eps, dgamma, dbeta })
  program.emit('batchNormGradApply', {
    ...{ x, dy, y, mean, variance },
    gamma: program.at(gammaIn),
    ...{ dgamma, dbeta },
    dx: program.output(dxOut, inputs[0]),
    ...{ rows, C, eps, training: 1, dresidual: 0 },
  })
}
