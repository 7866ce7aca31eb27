import type { Op, Tensor } from '../../../graph.ts'
import {
  type AveragePoolAttrs,
  averagePool2dGradientOp,
  averagePool2dOp,
  maxPool2dGradientOp,
  maxPool2dOp,
  type PoolAttrs,
} from '../../../ops/pool2d.ts'
import type { Window } from '../../../ops/window.ts'
import type { Lowering } from './table.ts'

export function poolLowerings(): [Op, Lowering][] {
  return [
    [maxPool2dOp, maxPool],
    [maxPool2dGradientOp, maxPoolGradient],
    [averagePool2dOp, averagePool],
    [averagePool2dGradientOp, averagePoolGradient],
  ]
}

/** Arguments that all pooling commands share. */
function sizes(x: Tensor, y: Tensor, { size: [kh, kw], strides: [sy, sx], top, left }: Window) {
  const [N, H, W, C] = x.shape
  return { N, H, W, C, outH: y.shape[1], outW: y.shape[2], kh, kw, sy, sx, top, left }
}

const maxPool: Lowering = ({ main, outputs: [y, index] }, program) => {
  const [x] = main.inputs
  const { window } = main.attrs as unknown as PoolAttrs
  program.emit('maxPool', {
    src: program.at(x),
    dst: program.output(y),
    index: program.output(index),
    ...sizes(x, y, window),
    ...{ srcRow: 0, srcImage: 0, dstRow: 0, dstImage: 0 },
  })
}

const maxPoolGradient: Lowering = ({ main, fused, outputs: [dx] }, program) => {
  const [dy, index] = main.inputs
  const { window } = main.attrs as unknown as PoolAttrs
  program.emit('maxPoolGrad', {
    dy: program.at(dy),
    index: program.at(index),
    y: fused.mask ? program.at(fused.mask) : 0,
    dx: program.output(dx),
    ...sizes(dx, dy, window),
    ...{ dxRow: 0, dxImage: 0 },
  })
}

const averagePool: Lowering = ({ main, outputs: [y] }, program) => {
  const [x] = main.inputs
  const { window, countPadding } = main.attrs as unknown as AveragePoolAttrs
  program.emit('avgPool', {
    src: program.at(x),
    dst: program.output(y),
    ...sizes(x, y, window),
    countPadding: countPadding ? 1 : 0,
    ...{ srcRow: 0, srcImage: 0, dstRow: 0, dstImage: 0 },
  })
}

const averagePoolGradient: Lowering = ({ main, outputs: [dx] }, program) => {
  const [dy] = main.inputs
  const { window, countPadding } = main.attrs as unknown as AveragePoolAttrs
  program.emit('avgPoolGrad', {
    dy: program.at(dy),
    dx: program.output(dx),
    ...sizes(dx, dy, window),
    countPadding: countPadding ? 1 : 0,
    ...{ dxRow: 0, dxImage: 0 },
  })
}
