import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { promisify } from 'node:util'
import { brotliDecompress, createBrotliDecompress, createGunzip, gunzip } from 'node:zlib'
import { InklingError } from '../errors.ts'

/** Endings that {@link readDataFile} and {@link openDataFile} unpack. */
export const PACKED_ENDINGS = ['.gz', '.br'] as const

/** A data file's unpacked bytes. */
export interface DataBytes {
  bytes: Uint8Array
  /** SHA-256 of the unpacked bytes: the same for the plain, the .gz and the .br file. */
  sha256: string
}

const unpackers = { gz: promisify(gunzip), br: promisify(brotliDecompress) }

/** Reads a file whole; `.gz` and `.br` are unpacked. Errors name the file, and say so where it can be `fetched` again. */
export async function readDataFile(path: string, { fetched = false } = {}): Promise<DataBytes> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw fileError(error, path)
  }
  if (bytes.length === 0) throw new InklingError(`${path} is empty (0 bytes)`, { hint: mendOf(fetched) })
  const packing = packingOf(path)
  if (packing) {
    try {
      // Large pieces: Node joins them at the end, and 16 KiB ones cost more than the unpacking.
      bytes = await unpackers[packing](bytes, { chunkSize: 4 << 20 })
    } catch (error) {
      throw unpackError(error, path, fetched)
    }
  }
  // A Buffer is a Uint8Array whose `slice` does not copy and whose type is another: nothing of it goes further.
  bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { bytes, sha256: sha256Of(bytes) }
}

/** So much of a file is read at once. */
const PIECE_BYTES = 1 << 20

/**
 * The bytes of a file piece by piece, unpacked; memory does not grow with the file. A piece holds until the next is asked
 * for: the same memory is filled again. Stop iterating and the file is closed.
 */
export async function* openDataFile(path: string): AsyncGenerator<Uint8Array, void, void> {
  let size: number
  try {
    const info = await stat(path)
    if (info.isDirectory()) throw Object.assign(new Error('directory'), { code: 'EISDIR' })
    size = info.size
  } catch (error) {
    throw fileError(error, path)
  }
  if (size === 0) throw new InklingError(`${path} is empty (0 bytes)`, { hint: mendOf(false) })
  const packing = packingOf(path)
  yield* packing ? unpacked(path, packing) : plain(path)
}

/** One buffer for all pieces: those of a stream pile up until they are collected, which takes 50 MB now and then. */
async function* plain(path: string): AsyncGenerator<Uint8Array, void, void> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    const buffer = new Uint8Array(PIECE_BYTES)
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } catch (error) {
    throw isSystemError(error) ? fileError(error, path) : error
  } finally {
    await file?.close()
  }
}

async function* unpacked(path: string, packing: 'gz' | 'br'): AsyncGenerator<Uint8Array, void, void> {
  const file = createReadStream(path, { highWaterMark: PIECE_BYTES })
  const settings = { chunkSize: PIECE_BYTES }
  const unpack = packing === 'gz' ? createGunzip(settings) : createBrotliDecompress(settings)
  try {
    // The callback keeps an error of the file from going unheard; it arrives through the last stream of the line.
    for await (const piece of pipeline(file, unpack, () => {})) yield piece as Uint8Array
  } catch (error) {
    throw isSystemError(error) ? fileError(error, path) : unpackError(error, path, false)
  } finally {
    file.destroy()
    unpack.destroy()
  }
}

/** Bytes of what {@link openDataFile} will give; undefined where only unpacking tells. */
export async function unpackedSize(path: string): Promise<number | undefined> {
  return packingOf(path) ? undefined : (await stat(path).catch(() => undefined))?.size
}

/** SHA-256 as lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What a failed file operation means for the person who asked: one line with the path. */
export function fileError(error: unknown, path: string, doing: 'read' | 'written' = 'read'): InklingError {
  if (error instanceof InklingError) return error
  const code = (error as { code?: string })?.code
  const mend =
    doing === 'read'
      ? 'Change its permissions, or copy it where you may read.'
      : 'Change the permissions of its folder, or choose another one.'
  const known: Record<string, [string, string?]> = {
    ENOENT: [`${path} does not exist`, 'Check the spelling of the path.'],
    EACCES: [`${path} cannot be ${doing}: permission denied`, mend],
    EPERM: [`${path} cannot be ${doing}: not permitted`],
    EISDIR: [`${path} is a folder; a file was expected`],
    ENOTDIR: [`${path} is not inside a folder: part of the path is a file`],
    ENOSPC: [`${path} cannot be written: the disk is full`, 'Make room and try again.'],
    EDQUOT: [`${path} cannot be written: your disk quota is used up`, 'Make room and try again.'],
    EROFS: [`${path} cannot be written: the disk is read-only`, 'Choose another folder.'],
    ERR_FS_FILE_TOO_LARGE: [`${path} is too large to be read at once (over 2 GiB)`],
  }
  const [message, hint] = known[code ?? ''] ?? [`${path}: ${error instanceof Error ? error.message : String(error)}`]
  return new InklingError(message, { hint, cause: error })
}

/** True for the errors that the operating system answers (they have an errno code). */
export function isSystemError(error: unknown): boolean {
  return typeof (error as { syscall?: unknown })?.syscall === 'string'
}

function packingOf(path: string): 'gz' | 'br' | undefined {
  return path.endsWith('.gz') ? 'gz' : path.endsWith('.br') ? 'br' : undefined
}

const mendOf = (fetched: boolean) => (fetched ? 'Fetch it again.' : 'Put a whole copy in its place.')

function unpackError(error: unknown, path: string, fetched: boolean): InklingError {
  const code = (error as { code?: string })?.code
  const kind = path.endsWith('.br') ? 'Brotli' : 'gzip'
  const reason =
    code === 'Z_BUF_ERROR'
      ? `is cut off: its ${kind} data ends too early`
      : code === 'ERR_BUFFER_TOO_LARGE'
        ? 'is too large to be unpacked at once'
        : `is damaged or no ${kind} file (${error instanceof Error ? error.message : String(error)})`
  return new InklingError(`${path} ${reason}`, { hint: mendOf(fetched), cause: error })
}

/** The message without the path that it begins with. */
export function reasonOf(error: InklingError, path: string): string {
  return error.message.startsWith(path) ? error.message.slice(path.length).replace(/^[,:]?\s+/, '') : error.message
}

/** Whether a path is that of a CSV file, packed or not. */
export const isCsv = (path: string): boolean => /\.csv(\.gz|\.br)?$/i.test(path)
