import type { Window } from '../../../engine/ops/window.ts'
import type { AttributeValue } from '../attributes.ts'
import type { NodeCall } from '../importer.ts'

/** Strides and padding as the engine takes them, for one axis as for two. */
export interface ImportedWindow {
  strides: [number, number]
  padding: [[number, number], [number, number]]
}

/** Most that strides, kernels and pads may be: files that ask for more mean harm. */
const MOST = 1 << 20

/**
 * Reads strides, pads, auto_pad, dilations and ceil_mode.
 *
 * @param picture [height, width], or [length]
 * @param size of the window
 */
export function importWindow(node: NodeCall, picture: readonly number[], size: readonly number[]): ImportedWindow {
  const { attributes } = node
  const axes = picture.length
  const list = (name: string, count: number, otherwise: number, least: number): readonly number[] => {
    const found = attributes.ints(name) ?? Array(count).fill(otherwise)
    if (found.length !== count || !found.every(v => v >= least && v <= MOST))
      throw node.refuse(`${name}=[${found.slice(0, 8)}] makes no sense for ${axes} axes`)
    return found
  }
  const strides = list('strides', axes, 1, 1)
  const dilations = list('dilations', axes, 1, 1)
  if (dilations.some(d => d !== 1)) throw node.refuse(`dilations=[${dilations}] are not supported`)
  if (size.length !== axes || !size.every(s => s >= 1 && s <= MOST))
    throw node.refuse(`a window of [${size}] makes no sense`)
  const mode = attributes.text('auto_pad', 'NOTSET')
  const pads = list('pads', 2 * axes, 0, 0)
  const sides = picture.map((length, i): [number, number] => {
    if (mode === 'NOTSET') return [pads[i], pads[i + axes]]
    if (mode === 'VALID') return [0, 0]
    if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') throw node.refuse(`auto_pad=${mode} is not supported`)
    const total = Math.max((Math.ceil(length / strides[i]) - 1) * strides[i] + size[i] - length, 0)
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)]
    return mode === 'SAME_UPPER' ? [less, more] : [more, less]
  })
  if (attributes.flag('ceil_mode'))
    sides.forEach((side, i) => {
      const padded = picture[i] + side[0] + side[1]
      let count = Math.ceil((padded - size[i]) / strides[i]) + 1
      // A window must begin inside the picture or the padding before it.
      if ((count - 1) * strides[i] >= picture[i] + side[0]) count--
      side[1] += Math.max(0, (count - 1) * strides[i] + size[i] - padded)
    })
  const pair = <T>(values: readonly T[], single: T): [T, T] =>
    values.length === 1 ? [single, values[0]] : [values[0], values[1]]
  return { strides: pair(strides, 1), padding: pair(sides, [0, 0]) }
}

/** Strides and padding of the engine's window as ONNX writes them. */
export const windowAttributes = ({ strides, top, left, bottom, right }: Window): Record<string, AttributeValue> => ({
  strides,
  pads: [top, left, bottom, right],
})
