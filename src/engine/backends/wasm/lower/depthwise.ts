import { type Op, sizeOf } from '../../../graph.ts'
import type { ConvAttrs } from '../../../ops/conv2d.ts'
import {
  depthwiseConv2dInputGradientOp,
  depthwiseConv2dOp,
  depthwiseConv2dWeightGradientOp,
} from '../../../ops/depthwiseConv2d.ts'
import {
  convForward,
  convInput,
  convPhase,
  depthwiseWeightGradSlices,
  inputGradientPlan,
  phaseInputOffset,
  phaseOutputOffset,
} from '../convolution.ts'
import { plus } from '../program.ts'
import { bordered, convShape } from './conv2d.ts'
import { epilogue } from './matmul.ts'
import type { Lowering } from './table.ts'

export function depthwiseLowerings(): [Op, Lowering][] {
  return [
    [depthwiseConv2dOp, forward],
    [depthwiseConv2dInputGradientOp, inputGradient],
    [depthwiseConv2dWeightGradientOp, weightGradient],
  ]
}

const forward: Lowering = ({ main, fused, outputs: [y] }, program) => {
  const [x, w] = main.inputs
  const s = convShape(x.shape, w.shape, y.shape, main.attrs as unknown as ConvAttrs)
  const border = convInput(s)
  const input = bordered(program, x, border)
  const { K: _, Co: C, ...numbers } = convForward(s, border)
  program.emit('depthwise', {
    ...{ input, weights: program.at(w), weightRow: s.KW * C * 4, weightTap: C * 4, KW: s.KW, C },
    ...{ out: program.output(y), ...numbers, ...epilogue(fused, C, program) },
  })
}

const inputGradient: Lowering = ({ main, outputs: [dx] }, program) => {
  const [dy, w] = main.inputs
  const s = convShape(dx.shape, w.shape, dy.shape, main.attrs as unknown as ConvAttrs)
  const plan = inputGradientPlan(s)
  const out = program.output(dx)
  if (!plan.covers) program.emit('fill', { dst: out, count: sizeOf(dx.shape), value: 0 })
  const input = bordered(program, dy, plan.border)
  const weights = program.at(w)
  program.together(emit => {
    for (const phase of plan.phases) {
      const { K: _, Co: C, ...numbers } = convPhase(s, plan, phase)
      // The taps of a phase are read backwards, from its last.
      const lastY = phase.phaseY + s.strideY * (phase.tapsY - 1)
      const lastX = phase.phaseX + s.strideX * (phase.tapsX - 1)
      emit('depthwise', {
        input: plus(input, phaseInputOffset(s, plan, phase)),
        weights: plus(weights, (lastY * s.KW + lastX) * C * 4),
        ...{ weightRow: -s.strideY * s.KW * C * 4, weightTap: -s.strideX * C * 4, KW: phase.tapsX, C },
        ...{ out: plus(out, phaseOutputOffset(s, phase)), ...numbers, mode: 0, bias: 0 },
      })
    }
  })
}

const weightGradient: Lowering = ({ main, outputs: [dw] }, program) => {
  const [x, dy] = main.inputs
  const s = convShape(x.shape, dw.shape, dy.shape, main.attrs as unknown as ConvAttrs)
  const border = convInput(s)
  const { inXStep, inYStep, inRow, inImage, KH, outH, outW, Co: C, images } = convForward(s, border)
  const slices = depthwiseWeightGradSlices(s)
  const count = sizeOf(dw.shape)
  const input = bordered(program, x, border)
  const dst = program.output(dw)
  const partials = slices > 1 ? program.scratch(slices * count * 4) : dst
  program.emit('depthwiseWeightGrad', {
    ...{ input, inXStep, inYStep, inRow, inImage, KH, KW: s.KW, dy: program.at(dy) },
    ...{ outH, outW, C, images, partials, slices },
  })
  if (slices > 1) program.emit('reduceSlices', { src: partials, dst, slices, count, accumulate: 0 })
}
