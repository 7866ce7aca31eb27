import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileError } from '../data/files.ts'
import { InklingError } from '../errors.ts'

/** Ending of a file that is still being written; whoever writes it next removes what a kill left. */
export const PARTIAL_ENDING = '.partial'

/** The file operations of {@link writeFileAtomic}; tests pass one whose disk is full. */
export interface WritableFile {
  writeFile(data: Uint8Array | string): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** Settings of {@link writeFileAtomic}. */
export interface AtomicWriteOptions {
  /** What the file is, for errors: 'the checkpoint'. Default: 'the file'. */
  what?: string
  /** One sentence on how to mend a failed write. */
  hint?: string
  open?: (path: string) => Promise<WritableFile>
}

/**
 * Writes a file so that at any moment either the old or the new one is there, whole: to a temporary file beside it,
 * flushed to the disk, then renamed over it. A failure leaves the old file and nothing else.
 *
 * @throws InklingError when the disk is full, read-only or fails
 */
export async function writeFileAtomic(
  path: string,
  data: Uint8Array | string,
  options: AtomicWriteOptions = {},
): Promise<void> {
  const partial = path + PARTIAL_ENDING
  const openFile = options.open ?? ((at: string) => open(at, 'w'))
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await openFile(partial)
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw writeError(error, path, options)
  }
}

/** Makes a rename survive a power cut; systems that cannot open folders (Windows) do without. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // The data is written; only its durability across a power cut is not promised here.
  }
}

/** What a failed write means for the person who asked. */
export function writeError(error: unknown, path: string, options: { what?: string; hint?: string } = {}): InklingError {
  if (error instanceof InklingError) return error
  const reasons: Record<string, string> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file would be larger than this system or its limits allow',
    EIO: 'the disk reports an error',
    EROFS: 'the disk is read-only',
    EACCES: 'permission denied',
    EPERM: 'not permitted',
    ENOTDIR: 'part of its path is a file',
    EEXIST: 'part of its path is a file',
    EISDIR: 'a folder of this name is in the way',
  }
  const code = (error as { code?: string })?.code ?? ''
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error))
  return new InklingError(`cannot write ${options.what ?? 'the file'} ${path}: ${reason}`, {
    hint: options.hint ?? 'Make room or choose another folder.',
    cause: error,
  })
}

/** Reads a file whole; undefined when there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = (error as { code?: string }).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw fileError(error, path)
  }
}

/** The bytes of a model file, or of the weights in a run's folder. */
export async function readModelFile(path: string): Promise<{ bytes: Uint8Array; where: string }> {
  const inFolder = await readIfThere(join(path, 'weights.safetensors'))
  if (inFolder) return { bytes: inFolder, where: join(path, 'weights.safetensors') }
  let bytes: Uint8Array | undefined
  try {
    bytes = await readFile(path)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EISDIR') throw fileError(error, path)
    throw new InklingError(`${path} is a folder without weights.safetensors: no run`, { cause: error })
  }
  return { bytes, where: path }
}
