import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { InklingError } from '../../errors.ts'
import { fileError, reasonOf } from '../files.ts'
import { decodePicture } from '../pictures/decode.ts'
import type { Picture } from '../pictures/picture.ts'
import { decodeWithSharp } from '../pictures/sharp.ts'
import { fitPicture, type PictureForm } from './fitting.ts'
import { printOf } from './prints.ts'

/** Pictures decoded at a time: what is not PNG is decoded on other threads. */
const AT_ONCE = 4
/** Photos are decoded to at least so many times the final size: averaging does the rest. */
const OVERSIZE = 2

/** One picture of a set, made ready. */
export interface ReadyImage {
  index: number
  /** [height, width, channels]. */
  values: Uint8Array
  /** See `prints.ts`. */
  print: Uint8Array
}

/** A picture that cannot be read. */
export interface UnreadableImage {
  index: number
  reason: string
}

/** Settings of {@link decodeImages}. */
export interface DecodingOptions {
  signal?: AbortSignal
  /** Called now and then with how many are done. */
  onProgress?: (done: number, total: number) => void
}

/**
 * Reads, decodes and fits pictures, a few at a time, and hands each to `take` in no particular order. The unreadable ones
 * are returned, by index; a full disk, a missing decoder or an abort ends everything.
 */
export async function decodeImages(
  paths: readonly string[],
  form: PictureForm,
  take: (image: ReadyImage) => void | Promise<void>,
  options: DecodingOptions = {},
): Promise<UnreadableImage[]> {
  const unreadable: UnreadableImage[] = []
  let next = 0
  let done = 0
  const work = async () => {
    for (let index = next++; index < paths.length; index = next++) {
      options.signal?.throwIfAborted()
      const image = await decodeOne(paths[index], form)
      if (typeof image === 'string') unreadable.push({ index, reason: image })
      else await take({ index, ...image })
      done++
      if (done % 64 === 0 || done === paths.length) options.onProgress?.(done, paths.length)
    }
  }
  const workers = Array.from({ length: Math.min(AT_ONCE, paths.length) }, work)
  const outcomes = await Promise.allSettled(workers)
  const failed = outcomes.find(outcome => outcome.status === 'rejected')
  if (failed) throw failed.reason
  return unreadable.sort((a, b) => a.index - b.index)
}

/** The picture, or why it cannot be read. */
async function decodeOne(path: string, form: PictureForm): Promise<{ values: Uint8Array; print: Uint8Array } | string> {
  try {
    const bytes = await readFile(path).catch(error => {
      throw fileError(error, path)
    })
    const sha256 = createHash('sha256').update(bytes).digest()
    const picture = await decodeSmall(bytes, path, form)
    return { values: fitPicture(picture, form), print: printOf(sha256, picture) }
  } catch (error) {
    if (!(error instanceof InklingError) || isMissingDecoder(error)) throw error
    return reasonOf(error, path)
  }
}

/** A picture, decoded no larger than its use needs where the format allows that. */
function decodeSmall(bytes: Uint8Array, source: string, { width, height }: PictureForm): Promise<Picture> {
  const smallest = { width: width * OVERSIZE, height: height * OVERSIZE }
  return decodePicture(bytes, {
    source,
    decodeOther: (other, name, maxPixels) => decodeWithSharp(other, name, maxPixels, smallest),
  })
}

/** Without sharp every photo would be "unreadable": that is one error, not thousands of skipped files. */
export function isMissingDecoder(error: InklingError): boolean {
  return /the package "sharp"/.test(error.message)
}
