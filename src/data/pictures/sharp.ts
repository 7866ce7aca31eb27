import { InklingError } from '../../errors.ts'
import type { Picture } from './picture.ts'
import { checkSize } from './png.ts'

/** Longest side after decoding: what is read off a photo needs no more, and a JPEG is decoded small at once. */
const LONGEST_SIDE = 2048

/**
 * Decodes JPEG, WebP, GIF, TIFF and AVIF with sharp, an optional dependency loaded on first need. Turned as the
 * camera's EXIF note says; large pictures are made smaller while they are decoded.
 *
 * @param smallest the picture may be made smaller, but not than this in either direction
 */
export async function decodeWithSharp(
  bytes: Uint8Array,
  source: string,
  maxPixels: number,
  smallest?: { width: number; height: number },
): Promise<Picture> {
  const sharp = await loadSharp(source)
  try {
    const size = await sharp(bytes, { limitInputPixels: false }).metadata()
    checkSize({ width: size.width ?? 0, height: size.height ?? 0 }, source, maxPixels)
    const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' })
      .rotate()
      .resize({
        ...(smallest ?? { width: LONGEST_SIDE, height: LONGEST_SIDE }),
        fit: smallest ? 'outside' : 'inside',
        withoutEnlargement: true,
      })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return {
      width: info.width,
      height: info.height,
      channels: info.channels as Picture['channels'],
      data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    }
  } catch (error) {
    if (error instanceof InklingError) throw error
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new InklingError(`${source} is a broken picture: ${reason}`, { cause: error })
  }
}

async function loadSharp(source: string) {
  try {
    return (await import('sharp')).default
  } catch (error) {
    throw new InklingError(`${source} is not PNG, and the package "sharp" that reads other pictures is not installed`, {
      hint: 'Run `npm install sharp`, or save the picture as PNG.',
      cause: error,
    })
  }
}
