import { type Op, sizeOf } from '../../../graph.ts'
import {
  accumulateOp,
  clearOp,
  clipScaleOp,
  finiteGuardOp,
  movingAverageOp,
  type UpdateAttrs,
  updateOp,
} from '../../../ops/updates.ts'
import { optimizerKinds } from '../kinds.ts'
import { plus } from '../program.ts'
import { sumSquaresSlices } from '../slices.ts'
import type { Lowering } from './table.ts'

/** Ops that write parameters, and what guards them. */
export function updateLowerings(): [Op, Lowering][] {
  return [
    [updateOp, update],
    [movingAverageOp, movingAverage],
    [finiteGuardOp, finiteGuard],
    [clipScaleOp, clipScale],
    [accumulateOp, accumulate],
    [clearOp, clear],
  ]
}

const update: Lowering = ({ main }, program) => {
  const [parameter, gradient, hyper, stopped, scale, ...states] = main.inputs
  const state = (i: number) => (states[i] ? program.at(states[i]) : 0)
  // Parameters do not depend on each other: no barrier between their updates.
  program.together(emit =>
    emit('optimize', {
      kind: optimizerKinds.indexOf((main.attrs as unknown as UpdateAttrs).kind),
      param: program.at(parameter),
      grad: program.at(gradient),
      state1: state(0),
      state2: state(1),
      state3: state(2),
      count: sizeOf(parameter.shape),
      hyper: program.at(hyper),
      scale: program.at(scale),
      flag: program.at(stopped),
    }),
  )
}

const movingAverage: Lowering = ({ main }, program) => {
  const [average, value, stopped] = main.inputs
  program.emit('movingAverage', {
    src: program.at(value),
    dst: program.at(average),
    count: sizeOf(average.shape),
    momentum: (main.attrs as { momentum: number }).momentum,
    factor: 1,
    flag: program.at(stopped),
  })
}

const finiteGuard: Lowering = ({ main }, program) => {
  const [stopped, ...values] = main.inputs
  program.together(emit => {
    for (const value of values)
      emit('nonFinite', { src: program.at(value), count: sizeOf(value.shape), flag: program.at(stopped) })
  })
}

const clipScale: Lowering = ({ main, outputs: [scale] }, program) => {
  const parts = main.inputs.map(g => sumSquaresSlices(sizeOf(g.shape)))
  const count = parts.reduce((n, s) => n + s, 0)
  const partials = program.scratch(count * 4)
  let at = 0
  program.together(emit => {
    main.inputs.forEach((gradient, i) => {
      const target = plus(partials, at * 4)
      emit('sumSquares', {
        src: program.at(gradient),
        count: sizeOf(gradient.shape),
        partials: target,
        slices: parts[i],
      })
      at += parts[i]
    })
  })
  program.emit('gradientScale', {
    partials,
    count,
    maxNorm: program.constant([(main.attrs as { maxNorm: number }).maxNorm]),
    norm: program.scratch(4),
    scale: program.output(scale),
    flag: 0,
  })
}

const accumulate: Lowering = ({ main: { inputs } }, program) => {
  const sums = inputs.slice(0, inputs.length / 2)
  const values = inputs.slice(sums.length)
  program.together(emit => {
    sums.forEach((sum, i) => {
      emit('accumulate', { src: program.at(values[i]), dst: program.at(sum), count: sizeOf(sum.shape) })
    })
  })
}

const clear: Lowering = ({ main }, program) => {
  program.together(emit => {
    for (const values of main.inputs) emit('fill', { dst: program.at(values), count: sizeOf(values.shape), value: 0 })
  })
}
