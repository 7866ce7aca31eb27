import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { InklingError } from '../errors.ts'
import type { DataFile, DatasetInfo } from './datasets/types.ts'
import { type DownloadProgress, download } from './download.ts'
import { fileError, openDataFile } from './files.ts'
import { readTar } from './formats/tar.ts'
import { canFetch, datasetInfo } from './registry.ts'
import { cacheDir, findFile } from './roots.ts'

/** Where a fetch stands. */
export interface FetchProgress extends DownloadProgress {
  /** Files done before this one, and files in all. */
  done: number
  files: number
}

/** Settings of {@link fetchDataset}. */
export interface FetchOptions {
  /** The data root to put it into; default: the user's cache. */
  dataDir?: string
  onProgress?: (progress: FetchProgress) => void
  signal?: AbortSignal
  /** Gives up when it is not done by then; what has come is kept. Default: no limit. */
  timeoutMs?: number
  /** A server that sends nothing for so long is given up. Default 20 s. */
  stallMs?: number
  /** For tests: instead of looking `name` up. */
  info?: DatasetInfo
}

/** What {@link fetchDataset} did. */
export interface FetchResult {
  name: string
  folder: string
  /** Each file's base name; `from` is absent where it was there already. */
  files: { path: string; from?: string }[]
}

/**
 * Fetches a data set from its source into `dataDir` (or the user's cache). Files that are there and right are left
 * alone, half-fetched ones are continued, every file's checksum (or size, where none is known) is verified before it gets
 * its name.
 */
export async function fetchDataset(name: string, options: FetchOptions = {}): Promise<FetchResult> {
  const info = options.info ?? datasetInfo(name)
  if (info.builtIn) throw new InklingError(`"${info.name}" is built in: there is nothing to fetch`, { exitCode: 2 })
  if (!canFetch(info)) {
    const how = info.combines ? 'as one' : `by a program (see ${info.address})`
    throw new InklingError(`${info.name} cannot be fetched ${how}`, { hint: info.howToGet })
  }
  const folder = join(resolve(options.dataDir ?? cacheDir()), info.folders[0])
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw fileError(error, folder, 'written')
  }
  const deadline = options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs)
  const signals = [options.signal, deadline].filter(s => s !== undefined)
  const signal = signals.length > 0 ? AbortSignal.any(signals) : undefined
  try {
    return { name: info.name, folder, files: await fetchFiles(info, folder, { ...options, signal }) }
  } catch (error) {
    if (!deadline?.aborted || options.signal?.aborted) throw error
    throw new InklingError(`${info.name} did not arrive within ${(options.timeoutMs as number) / 1000} s`, {
      hint: `Run \`inkling data fetch ${info.name}\`: it goes on where it stopped.`,
      cause: error,
    })
  }
}

async function fetchFiles(info: DatasetInfo, folder: string, options: FetchOptions): Promise<FetchResult['files']> {
  const result: FetchResult['files'] = []
  const missing: DataFile[] = []
  for (const file of info.files) {
    const path = findFile(folder, [file.name, ...(file.alsoNamed ?? [])])
    if (path && (await wrongWith(path, file)) === undefined) {
      result.push({ path: basename(path) })
      continue
    }
    // Out of the way, not deleted: it would be found before the fetched one, but it is somebody's.
    if (path) await rename(path, `${path}.wrong`)
    missing.push(file)
  }
  if (missing.length > 0 && info.archive) {
    result.push(...(await fetchArchive(info, missing, folder, options)))
    return result
  }
  for (const file of missing) {
    if (!file.urls) continue
    const ending = /\.(gz|br)$/.exec(file.urls[0])?.[0] ?? ''
    const target = join(folder, file.name + ending)
    const from = await download(file.urls, target, join(folder, `${file.name}.part${ending}`), basename(target), {
      ...options,
      onProgress: p => options.onProgress?.({ ...p, done: result.length, files: info.files.length }),
      verify: part => wrongWith(part, file),
    })
    result.push({ path: basename(target), from })
  }
  return result
}

/** Fetches the archive and takes the missing files out of it; the archive itself is not kept. */
async function fetchArchive(info: DatasetInfo, missing: DataFile[], folder: string, options: FetchOptions) {
  const { urls } = info.archive as NonNullable<DatasetInfo['archive']>
  const name = basename(new URL(urls[0]).pathname)
  const archive = join(folder, name)
  if (!existsSync(archive)) {
    await download(urls, archive, join(folder, `part.${name}`), name, {
      ...options,
      onProgress: p => options.onProgress?.({ ...p, done: 0, files: 1 }),
    })
  }
  const wanted = new Map(missing.map(file => [file.name, file]))
  const found: FetchResult['files'] = []
  let file: FileHandle | undefined
  let part = ''
  try {
    for await (const piece of readTar(openDataFile(archive), archive)) {
      options.signal?.throwIfAborted()
      // Base names only: a path inside the archive never leads out of the folder.
      const member = wanted.get(basename(piece.name))
      if (!member) continue
      part = join(folder, `${member.name}.part`)
      file ??= await open(part, 'w')
      await file.writeFile(piece.bytes)
      if (!piece.last) continue
      await file.close()
      file = undefined
      const wrong = await wrongWith(part, member)
      if (wrong) throw new InklingError(`${member.name} in ${name}: ${wrong}`)
      await rename(part, join(folder, member.name))
      wanted.delete(member.name)
      found.push({ path: member.name, from: urls[0] })
    }
    if (wanted.size > 0) throw new InklingError(`${name} lacks ${[...wanted.keys()].join(', ')}`)
  } catch (error) {
    await file?.close().catch(() => {})
    if (part) await rm(part, { force: true })
    // A broken archive would be taken for a whole one next time.
    if (!options.signal?.aborted) await rm(archive, { force: true })
    throw error instanceof InklingError || options.signal?.aborted ? error : fileError(error, archive, 'written')
  }
  await rm(archive, { force: true })
  return found
}

/** What is wrong with a file on disk by its size and checksum, as far as they are known, or undefined. */
async function wrongWith(path: string, file: DataFile): Promise<string | undefined> {
  const algorithm = file.sha256 ? 'sha256' : file.md5 ? 'md5' : undefined
  if (!algorithm && file.bytes === undefined) return undefined
  const hash = algorithm && createHash(algorithm)
  let size = 0
  try {
    for await (const piece of openDataFile(path)) {
      hash?.update(piece)
      size += piece.length
    }
  } catch (error) {
    return error instanceof InklingError ? 'the file is damaged' : String(error)
  }
  if (file.bytes !== undefined && size !== file.bytes) return `it has ${size} bytes, expected were ${file.bytes}`
  return !algorithm || hash?.digest('hex') === file[algorithm] ? undefined : 'the checksum is wrong'
}
