import { type Picture, toGrey, toRgb } from '../pictures/picture.ts'
import { type Box, resizeArea, resizeSmooth } from '../pictures/raster.ts'

/**
 * How a picture of any proportions becomes one of the wanted size:
 * - `crop`: the largest part of the wanted proportions from the middle; edges are lost, nothing is distorted.
 * - `letterbox`: the whole picture, with borders of its edge's middle colour where the proportions differ.
 * - `stretch`: the whole picture, distorted.
 */
export type FitRule = 'crop' | 'letterbox' | 'stretch'

/** What every picture of a set is made into. */
export interface PictureForm {
  height: number
  width: number
  /** 1 grey, 3 red-green-blue. */
  channels: 1 | 3
  fit: FitRule
}

/** Fits a picture: bytes [height, width, channels]. Shrinking averages areas, enlarging interpolates. */
export function fitPicture(picture: Picture, form: PictureForm): Uint8Array {
  const { channels } = form
  const source = channels === 1 ? toGrey(picture) : toRgb(picture)
  if (source.width === form.width && source.height === form.height) return source.data
  const out = new Uint8Array(form.height * form.width * channels)
  const { box, target } = placing(source, form)
  if (target.width < form.width || target.height < form.height) fillWith(out, edgeColour(source, channels))
  for (let c = 0; c < channels; c++) {
    const plane = planeOf(source, channels, c)
    const enlarge = target.width > box.width || target.height > box.height
    const scaled = (enlarge ? resizeSmooth : resizeArea)(plane, target.width, target.height, box)
    for (let y = 0; y < target.height; y++) {
      for (let x = 0; x < target.width; x++) {
        const to = ((target.top + y) * form.width + target.left + x) * channels + c
        out[to] = Math.min(255, Math.max(0, Math.round(scaled.data[y * target.width + x])))
      }
    }
  }
  return out
}

/** Which part of the source goes into which part of the target. */
function placing({ width, height }: { width: number; height: number }, form: PictureForm): { box: Box; target: Box } {
  let box: Box = { left: 0, top: 0, width, height }
  let target: Box = { left: 0, top: 0, width: form.width, height: form.height }
  if (form.fit === 'crop') {
    const scale = Math.min(width / form.width, height / form.height)
    const [w, h] = [form.width * scale, form.height * scale]
    box = { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h }
  } else if (form.fit === 'letterbox') {
    const scale = Math.min(form.width / width, form.height / height)
    const w = Math.max(1, Math.round(width * scale))
    const h = Math.max(1, Math.round(height * scale))
    target = { left: (form.width - w) >> 1, top: (form.height - h) >> 1, width: w, height: h }
  }
  return { box, target }
}

interface Values {
  width: number
  height: number
  data: Uint8Array
}

function planeOf({ width, height, data }: Values, channels: number, c: number) {
  const plane = new Float32Array(width * height)
  for (let i = 0; i < plane.length; i++) plane[i] = data[i * channels + c]
  return { width, height, data: plane }
}

/** The median of the border pixels, channel by channel. */
export function edgeColour({ width, height, data }: Values, channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => {
    const values: number[] = []
    for (let x = 0; x < width; x++) values.push(data[x * channels + c], data[((height - 1) * width + x) * channels + c])
    for (let y = 0; y < height; y++) {
      values.push(data[y * width * channels + c], data[(y * width + width - 1) * channels + c])
    }
    values.sort((a, b) => a - b)
    return values[values.length >> 1]
  })
}

function fillWith(out: Uint8Array, colour: readonly number[]): void {
  for (let i = 0; i < out.length; i++) out[i] = colour[i % colour.length]
}
