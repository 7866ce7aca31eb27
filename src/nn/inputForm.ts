import type { Graph, Tensor } from '../engine/graph.ts'
import type { AugmentSettings } from '../engine/ops/augmentPicture.ts'
import { add, augment, clip, multiply, pictures } from '../engine/ops/index.ts'
import { InklingError } from '../errors.ts'
import type { Model } from './model.ts'

/** How examples come in and become numbers. */
export interface InputForm {
  dtype: 'u8' | 'f32'
  /** value * scale + shift, one entry or one a channel. Default: 1/255 for u8, 1 for f32. */
  scale?: readonly number[]
  shift?: readonly number[]
  /** Whether what comes out is held within 0..1: a steep scale makes black and white. */
  clip?: boolean
  /** Random changes of pictures while training; u8 only. */
  augment?: AugmentSettings
}

/** The model's input `x` [batch, ...] as its first layer sees it. */
export function inputValues(graph: Graph, model: Model, batch: number, form: InputForm): Tensor {
  const scaled = scaledValues(graph, [batch, ...model.inputShape], form)
  return form.clip ? clip(scaled, 0, 1) : scaled
}

function scaledValues(graph: Graph, shape: readonly number[], form: InputForm): Tensor {
  const { scale = [form.dtype === 'u8' ? 1 / 255 : 1], shift = [0], augment: settings } = form
  const channels = shape[shape.length - 1]
  for (const list of [scale, shift])
    if (list.length !== 1 && list.length !== channels)
      throw new InklingError(`the input's scale and shift need 1 or ${channels} values, got ${list.length}`)
  const x = graph.input('x', shape, form.dtype)
  if (form.dtype === 'u8') {
    if (!settings) return pictures(x, scale, shift)
    const index = graph.input('index', [shape[0]], 'i32')
    const epochSeed = graph.input('epochSeed', [2], 'i32')
    return augment(x, index, epochSeed, { settings, scale, shift })
  }
  if (settings) throw new InklingError('augmentation needs pictures as bytes (u8), got f32 values', { exitCode: 2 })
  const scaled = scale.every(s => s === 1) ? x : multiply(x, graph.constant(scale, [scale.length]))
  return shift.every(s => s === 0) ? scaled : add(scaled, graph.constant(shift, [shift.length]))
}
