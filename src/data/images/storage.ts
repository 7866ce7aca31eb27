import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { RowSource } from '../dataset.ts'
import { fileError } from '../files.ts'
import { cacheDir } from '../roots.ts'
import { type DecodingOptions, decodeImages, type UnreadableImage } from './decoding.ts'
import type { PictureForm } from './fitting.ts'
import { PRINT_BYTES } from './prints.ts'
import { openRowFile } from './rowFile.ts'
import type { ImageListing } from './types.ts'

/** Decoded pictures: row `i` is picture `i` of the listing, black for an unreadable one. */
export interface StoredImages {
  features?: Uint8Array
  /** Instead of `features` where they do not fit into memory. */
  rows?: RowSource
  prints: Uint8Array
  unreadable: UnreadableImage[]
  /** The file that holds the rows. */
  file?: string
}

/** Settings of {@link storeImages}. */
export interface StorageOptions extends DecodingOptions {
  /** Decoded pictures of more bytes than this are kept in a file. Default: 1 GiB, or a quarter of the memory. */
  memoryLimit?: number
  /** Where that file goes; default: `pictures` in the user's cache. */
  cacheDir?: string
}

/**
 * Decodes all pictures of a listing: into memory, or, where that would take too much, once into a file of fixed-size rows
 * that is used again as long as the pictures stay as they are (names, sizes, times).
 */
export async function storeImages(
  listing: ImageListing,
  form: PictureForm,
  options: StorageOptions = {},
): Promise<StoredImages> {
  const stride = form.height * form.width * form.channels
  const count = listing.images.length
  const limit = options.memoryLimit ?? Math.min(2 ** 30, totalmem() / 4)
  const prints = new Uint8Array(count * PRINT_BYTES)
  const paths = listing.images.map(image => image.path)
  if (count * stride <= limit) {
    const features = new Uint8Array(count * stride)
    const unreadable = await decodeImages(
      paths,
      form,
      ({ index, values, print }) => {
        features.set(values, index * stride)
        prints.set(print, index * PRINT_BYTES)
      },
      options,
    )
    return { features, prints, unreadable }
  }
  const folder = options.cacheDir ?? join(cacheDir(), '..', 'pictures')
  const name = join(folder, keyOf(listing, form))
  const file = `${name}.u8`
  const known = await readIndex(name, count, stride)
  if (known) return { ...known, file, rows: openRowFile(file, stride, count) }
  const part = `${name}.${process.pid}.part`
  try {
    await mkdir(folder, { recursive: true })
    const out = await open(part, 'w')
    let unreadable: UnreadableImage[]
    try {
      await out.truncate(count * stride)
      unreadable = await decodeImages(
        paths,
        form,
        async ({ index, values, print }) => {
          await out.write(values, 0, stride, index * stride)
          prints.set(print, index * PRINT_BYTES)
        },
        options,
      )
    } finally {
      await out.close()
    }
    await rename(part, file)
    await writeFile(`${name}.prints`, prints)
    // Last: it says that the other two are whole.
    await writeFile(`${name}.json`, JSON.stringify({ unreadable }))
    return { prints, unreadable, file, rows: openRowFile(file, stride, count) }
  } catch (error) {
    await rm(part, { force: true })
    options.signal?.throwIfAborted()
    throw fileError(error, file, 'written')
  }
}

/** What an earlier call left, where it is whole. */
async function readIndex(name: string, count: number, stride: number) {
  try {
    const { unreadable } = JSON.parse(await readFile(`${name}.json`, 'utf8')) as { unreadable: UnreadableImage[] }
    const prints = new Uint8Array(await readFile(`${name}.prints`))
    const whole = prints.length === count * PRINT_BYTES && statSync(`${name}.u8`).size === count * stride
    return whole ? { prints, unreadable } : undefined
  } catch {
    return undefined
  }
}

/** Changes when a picture is added, removed or replaced, or the form changes. */
function keyOf(listing: ImageListing, form: PictureForm): string {
  const hash = createHash('sha256').update(JSON.stringify([1, form]))
  for (const { path, name } of listing.images) {
    const info = statSync(path, { throwIfNoEntry: false })
    hash.update(JSON.stringify([path, name, info?.size, info?.mtimeMs]))
  }
  return hash.digest('hex').slice(0, 32)
}
