import type { Op, Tensor } from '../graph.ts'
import { expectSame, f32, shapeError, show } from './check.ts'
import { HYPER_SIZE, type OptimizerKind, optimizerStates, updateElement } from './optimizerRule.ts'

export interface UpdateAttrs {
  kind: OptimizerKind
}

/**
 * One optimizer step, in place. Inputs: parameter, gradient, hyper f32 [HYPER_SIZE], stopped [1], scale [1]
 * (of the gradient, from clipping), then the optimizer's states. Writes the parameter and the states,
 * unless `stopped` is set.
 */
export const updateOp: Op<UpdateAttrs> = {
  name: 'update',
  infer([parameter, gradient, hyper, , , ...states], { kind }) {
    for (const s of [gradient, ...states])
      if (s.shape.join() !== parameter.shape.join())
        throw shapeError('update', `${show(s.shape)} for a parameter of ${show(parameter.shape)}`, 'equal shapes')
    if (states.length !== optimizerStates[kind].length || hyper.shape[0] !== HYPER_SIZE)
      throw shapeError('update', `${states.length} states`, `${optimizerStates[kind].length} for ${kind}`)
    return []
  },
  updates: node => [0, ...node.inputs.slice(5).map((_, i) => i + 5)],
  reference({ attrs: { kind }, inputs: [parameter, gradient, hyper, stopped, scale, ...states] }) {
    if (stopped[0] !== 0) return
    updateElement(kind, parameter as Float64Array, gradient as Float64Array, hyper, scale[0], states as Float64Array[])
  },
}

/** average = momentum * average + (1 - momentum) * value, in place, unless stopped. Inputs: average, value, stopped [1]. */
export const movingAverageOp: Op<{ momentum: number }> = {
  name: 'movingAverage',
  infer: () => [],
  updates: () => [0],
  reference({ attrs: { momentum }, inputs: [average, value, stopped] }) {
    if (stopped[0] !== 0) return
    for (let i = 0; i < average.length; i++) average[i] = momentum * average[i] + (1 - momentum) * value[i]
  },
}

/**
 * Sets `stopped` [1] to non-zero when any of the other inputs holds a NaN or an infinity; it stays set until
 * the host clears it, so that steps already under way change nothing either. (On the wasm backend its bits
 * are an integer 1: compare with 0 only.)
 */
export const finiteGuardOp: Op<object> = {
  name: 'finiteGuard',
  infer: () => [],
  updates: () => [0],
  reference({ inputs: [stopped, ...values] }) {
    for (const v of values) for (let i = 0; i < v.length; i++) if (!Number.isFinite(v[i])) stopped[0] = 1
  },
}

/** Scale [1] that brings the joint norm of all gradients down to `maxNorm`: min(1, maxNorm / (norm + 1e-6)). */
export const clipScaleOp: Op<{ maxNorm: number }> = {
  name: 'clipScale',
  infer: () => [f32([1])],
  reference({ attrs: { maxNorm }, inputs, outputs: [scale] }) {
    let total = 0
    for (const g of inputs) for (let i = 0; i < g.length; i++) total += g[i] * g[i]
    scale[0] = Math.min(1, maxNorm / (Math.sqrt(total) + 1e-6))
  },
}

/** Adds values to parameters, in place. Inputs: the sums, then as many values of the same shapes. */
export const accumulateOp: Op<object> = {
  name: 'accumulate',
  infer(inputs) {
    const count = inputs.length / 2
    for (let i = 0; i < count; i++) expectSame('accumulate', inputs[i], inputs[count + i])
    return []
  },
  updates: node => Array.from({ length: node.inputs.length / 2 }, (_, i) => i),
  reference({ inputs }) {
    const count = inputs.length / 2
    for (let k = 0; k < count; k++) for (let i = 0; i < inputs[k].length; i++) inputs[k][i] += inputs[count + k][i]
  },
}

/** Sets parameters to 0. */
export const clearOp: Op<object> = {
  name: 'clear',
  infer: () => [],
  updates: node => node.inputs.map((_, i) => i),
  reference({ inputs }) {
    for (const values of inputs) values.fill(0)
  },
}

export interface UpdateInputs {
  parameter: Tensor
  gradient: Tensor
  hyper: Tensor
  stopped: Tensor
  scale: Tensor
  states: readonly Tensor[]
}

/** Appends one optimizer step for one parameter. */
export function update(
  kind: OptimizerKind,
  { parameter, gradient, hyper, stopped, scale, states }: UpdateInputs,
): void {
  parameter.graph.add(updateOp, [parameter, gradient, hyper, stopped, scale, ...states], { kind })
}
/** Appends a running average of `value` kept in the parameter `average`. */
export function movingAverage(average: Tensor, value: Tensor, stopped: Tensor, momentum: number): void {
  average.graph.add(movingAverageOp, [average, value, stopped], { momentum })
}
/** Appends the watch for NaN and infinity over `values`. */
export function finiteGuard(stopped: Tensor, values: readonly Tensor[]): void {
  stopped.graph.add(finiteGuardOp, [stopped, ...values], {})
}
/** Appends clipping by the joint norm: gives the scale to pass to `update`. */
export const clipScale = (gradients: readonly Tensor[], maxNorm: number): Tensor =>
  gradients[0].graph.add(clipScaleOp, gradients, { maxNorm })[0]
/** Appends sums[i] += values[i], where the sums are parameters. */
export function accumulate(sums: readonly Tensor[], values: readonly Tensor[]): void {
  sums[0].graph.add(accumulateOp, [...sums, ...values], {})
}
/** Appends values[i] = 0, where the values are parameters. */
export function clear(values: readonly Tensor[]): void {
  values[0].graph.add(clearOp, values, {})
}
