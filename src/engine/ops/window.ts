import { InklingError } from '../../errors.ts'
import { show } from './check.ts'

/** [vertical, horizontal]; one number means both. */
export type Pair = number | readonly [number, number]
/** 'same' and 'valid' as in Keras; else pixels of zeros: one number for all sides, [vertical, horizontal], or [[top, bottom], [left, right]]. */
export type Padding =
  | 'same'
  | 'valid'
  | number
  | readonly [number, number]
  | readonly [readonly [number, number], readonly [number, number]]

/** A window that slides over [height, width] with strides and zero padding. */
export interface Window {
  readonly size: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

export const pair = (p: Pair): [number, number] => (typeof p === 'number' ? [p, p] : [p[0], p[1]])

/** Works out strides and padding for an input of [height, width]; 'same' pads the odd pixel at the end. */
export function resolveWindow(
  op: string,
  input: readonly [number, number],
  size: Pair,
  strides: Pair,
  padding: Padding,
): Window {
  const kernel = pair(size)
  const step = pair(strides)
  if (![...kernel, ...step].every(v => Number.isInteger(v) && v > 0))
    throw new InklingError(`${op}: window ${show(kernel)} and strides ${show(step)} must be whole numbers above 0`)
  let sides: [[number, number], [number, number]]
  if (padding === 'valid')
    sides = [
      [0, 0],
      [0, 0],
    ]
  else if (padding === 'same')
    sides = [0, 1].map(i => {
      const total = Math.max((Math.ceil(input[i] / step[i]) - 1) * step[i] + kernel[i] - input[i], 0)
      return [Math.floor(total / 2), Math.ceil(total / 2)]
    }) as typeof sides
  else if (typeof padding === 'number')
    sides = [
      [padding, padding],
      [padding, padding],
    ]
  else sides = padding.map(p => (typeof p === 'number' ? [p, p] : [p[0], p[1]])) as typeof sides
  const [[top, bottom], [left, right]] = sides
  if (![top, bottom, left, right].every(v => Number.isInteger(v) && v >= 0))
    throw new InklingError(`${op}: padding ${JSON.stringify(padding)} must be whole numbers of at least 0`)
  return { size: kernel, strides: step, top, left, bottom, right }
}

/** Output [height, width]: floor((n + padding - window) / stride) + 1. */
export function windowOutput(op: string, input: readonly [number, number], w: Window): [number, number] {
  const height = Math.floor((input[0] + w.top + w.bottom - w.size[0]) / w.strides[0]) + 1
  const width = Math.floor((input[1] + w.left + w.right - w.size[1]) / w.strides[1]) + 1
  if (height < 1 || width < 1)
    throw new InklingError(`${op}: a window of ${show(w.size)} does not fit into a picture of ${show(input)}`, {
      hint: "Use padding: 'same', a smaller window, or fewer pooling layers before it.",
    })
  return [height, width]
}
