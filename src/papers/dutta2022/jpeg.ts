import { type Dataset, exampleAt } from '../../data/dataset.ts'
import { InklingError } from '../../errors.ts'

/** JPEG's blocks are 8x8: cells of 32x32 keep digits out of each other's blocks. */
const CELL = 32
const SIDE = 28
const MARGIN = (CELL - SIDE) / 2

/** All digits in one JPEG: what comes back of each, 0..1, and the bytes of one. */
export async function jpegSizes(digits: Dataset, quality: number): Promise<{ back: Float32Array; bytes: number }> {
  const { default: sharp } = await import('sharp').catch((cause: unknown) => {
    throw new InklingError('the package "sharp", which writes JPEG, is not installed', {
      hint: 'Run `npm install sharp`.',
      cause,
    })
  })
  const columns = Math.ceil(Math.sqrt(digits.length))
  const [width, height] = [columns * CELL, Math.ceil(digits.length / columns) * CELL]
  const sheet = new Uint8Array(width * height)
  const at = (i: number, y: number) =>
    (Math.floor(i / columns) * CELL + MARGIN + y) * width + (i % columns) * CELL + MARGIN
  for (let i = 0; i < digits.length; i++) {
    const pixels = exampleAt(digits, i)
    for (let y = 0; y < SIDE; y++) sheet.set(pixels.subarray(y * SIDE, (y + 1) * SIDE), at(i, y))
  }
  const jpeg = await sharp(sheet, { raw: { width, height, channels: 1 } })
    .jpeg({ quality, optimiseCoding: true })
    .toBuffer()
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true })
  const back = new Float32Array(digits.length * SIDE * SIDE)
  for (let i = 0; i < digits.length; i++)
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) back[(i * SIDE + y) * SIDE + x] = data[(at(i, y) + x) * info.channels] / 255
  return { back, bytes: jpeg.length / digits.length }
}
