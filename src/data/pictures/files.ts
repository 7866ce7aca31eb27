import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InklingError } from '../../errors.ts'
import { fileError } from '../files.ts'
import { type DecodeOptions, decodePicture } from './decode.ts'
import { type GreyPicture, type Picture, toGrey } from './picture.ts'
import { decodeWithSharp } from './sharp.ts'

const ENDINGS = /\.(png|jpe?g|webp|gif|tiff?|avif)$/i
const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Compares names as people order them: digit2 before digit10. Names that differ in nothing but case keep an order. */
export function naturalOrder(a: string, b: string): number {
  return natural.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
}

/** True for a file name that ends as a picture's does. */
export function isPictureName(name: string): boolean {
  return ENDINGS.test(name)
}

/** The pictures of a folder (not of its sub-folders) in natural order: digit2.png before digit10.png. */
export function listPictures(folder: string): string[] {
  let names: string[]
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter(entry => !entry.isDirectory() && !entry.name.startsWith('.') && ENDINGS.test(entry.name))
      .map(entry => entry.name)
  } catch (error) {
    throw fileError(error, folder)
  }
  if (names.length === 0) {
    throw new InklingError(`the folder ${folder} holds no pictures (.png, .jpg, .webp, .gif, .tif, .avif)`)
  }
  names.sort(naturalOrder)
  return names.map(name => join(folder, name))
}

/** Files and folders as given, each folder replaced by its pictures. */
export function expandPictures(paths: readonly string[]): string[] {
  return paths.flatMap(path => {
    try {
      return statSync(path).isDirectory() ? listPictures(path) : [path]
    } catch (error) {
      throw fileError(error, path)
    }
  })
}

/** Reads and decodes a picture file of any common kind. Errors name the file. */
export async function readPicture(path: string, options: DecodeOptions = {}): Promise<Picture> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw fileError(error, path)
  }
  return await decodePicture(bytes, { decodeOther: decodeWithSharp, ...options, source: options.source ?? path })
}

/** As {@link readPicture}, in shades of grey. */
export async function readGrey(path: string, options: DecodeOptions = {}): Promise<GreyPicture> {
  return toGrey(await readPicture(path, options))
}
