import { InklingError } from '../../errors.ts'
import { type GreyPicture, type Picture, toGrey } from './picture.ts'
import { decodePng, isPng } from './png.ts'

/** Pictures of more pixels are refused before they are unpacked. */
export const MAX_PIXELS = 64_000_000

/** Settings of {@link decodePicture}. */
export interface DecodeOptions {
  /** Names the picture in errors. */
  source?: string
  /** Default {@link MAX_PIXELS}. */
  maxPixels?: number
  /** Decodes what is not PNG; Node passes sharp, a browser may pass its own decoder. */
  decodeOther?: (bytes: Uint8Array, source: string, maxPixels: number) => Promise<Picture>
}

/** Decodes a picture file: PNG here, anything else through `decodeOther`. Runs in Node and in browsers. */
export async function decodePicture(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Picture> {
  const { source = 'the picture', maxPixels = MAX_PIXELS, decodeOther } = options
  if (bytes.length === 0) throw new InklingError(`${source} is empty (0 bytes)`)
  if (isPng(bytes)) return await decodePng(bytes, source, maxPixels)
  const format = sniff(bytes)
  if (!format) {
    throw new InklingError(`${source} is no picture that can be read (PNG, JPEG, WebP, GIF, TIFF, AVIF)`)
  }
  if (!decodeOther) throw new InklingError(`${source} is ${format}; only PNG can be read here`)
  return await decodeOther(bytes, source, maxPixels)
}

/** As {@link decodePicture}, in shades of grey. */
export async function decodeGrey(bytes: Uint8Array, options: DecodeOptions = {}): Promise<GreyPicture> {
  return toGrey(await decodePicture(bytes, options))
}

/** The kind of a picture file by its first bytes, whatever its name. */
export function sniff(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 16))
  if (isPng(bytes)) return 'PNG'
  if (text.startsWith('\xff\xd8\xff')) return 'JPEG'
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'WebP'
  if (/^GIF8[79]a/.test(text)) return 'GIF'
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'TIFF'
  if (text.slice(4, 8) === 'ftyp') return 'AVIF'
  return undefined
}
