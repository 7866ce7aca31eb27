import { boxAbove, centreOfMass, type Raster, resizeArea } from './raster.ts'

const SIDE = 28
const BOX = 20
const CENTRE = 14
/** Grey below this is the foot of a soft edge, and no ink that the box must hold. */
const INK = 8

/**
 * Frames a 28 x 28 picture of light ink on black as MNIST's were: the ink's box is scaled so that its longer side is 20
 * pixels and moved by whole pixels until the centre of mass lies at pixel (14, 14). Pictures of different sources are
 * framed alike by it. A black picture stays black.
 *
 * @param out 784 values, all overwritten; not the picture itself
 */
export function frameByMass(pixels: ArrayLike<number>, out: Uint8Array): void {
  out.fill(0)
  const picture: Raster = { width: SIDE, height: SIDE, data: Float32Array.from(pixels) }
  const box = boxAbove(picture, INK)
  if (!box) return
  const scale = BOX / Math.max(box.width, box.height)
  const width = Math.max(1, Math.round(box.width * scale))
  const height = Math.max(1, Math.round(box.height * scale))
  const ink = resizeArea(picture, width, height, box)
  const { x, y } = centreOfMass(ink)
  const left = Math.min(Math.max(0, Math.round(CENTRE - x)), SIDE - width)
  const top = Math.min(Math.max(0, Math.round(CENTRE - y)), SIDE - height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      out[(top + row) * SIDE + left + column] = Math.round(ink.data[row * width + column])
    }
  }
}
