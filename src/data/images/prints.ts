import type { Picture } from '../pictures/picture.ts'
import { toGrey } from '../pictures/picture.ts'
import { resizeArea } from '../pictures/raster.ts'

/** Side of the small grey copy by which pictures are compared. */
export const THUMB = 16
/** Bytes of a print: the file's hash, then the small copy. */
export const PRINT_BYTES = 16 + THUMB * THUMB

/**
 * A print of a picture, by which copies of it are found: 16 bytes of the file's SHA-256, and 16 x 16 grey values of the
 * whole picture, whatever its size and proportions.
 */
export function printOf(sha256: Uint8Array, picture: Picture): Uint8Array {
  const print = new Uint8Array(PRINT_BYTES)
  print.set(sha256.subarray(0, 16))
  const small = resizeArea(toGrey(picture), THUMB, THUMB)
  for (let i = 0; i < small.data.length; i++) print[16 + i] = Math.round(small.data[i])
  return print
}
