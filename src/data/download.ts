import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { InklingError } from '../errors.ts'
import { fileError, isSystemError } from './files.ts'

/** Where a download stands. */
export interface DownloadProgress {
  /** Base name of the file. */
  file: string
  received: number
  /** Undefined when the server does not say. */
  total: number | undefined
}

/** Settings of {@link download}. */
export interface DownloadOptions {
  onProgress?: (progress: DownloadProgress) => void
  /** Stops the download; what has come is kept for the next try. */
  signal?: AbortSignal
  /** A server that sends nothing for so long is given up. Default 20 s. */
  stallMs?: number
  /** Answers what is wrong with a finished file, or undefined when it is right. */
  verify?: (path: string) => Promise<string | undefined>
}

/**
 * Downloads a file from the first address that gives it. What has come lies in `part` until it is whole and verified,
 * then it is renamed to `target`: no one ever sees half a file under its name. A later try goes on where this one
 * stopped; when the whole then proves wrong, it is fetched once more from the beginning.
 */
export async function download(
  urls: readonly string[],
  target: string,
  part: string,
  name: string,
  options: DownloadOptions = {},
): Promise<string> {
  const failures: { host: string; reason: string }[] = []
  for (const url of urls) {
    const host = new URL(url).host
    for (let attempt = 0; attempt < 2; attempt++) {
      const resumed = await sizeOf(part)
      try {
        await transfer(url, part, name, options)
        const wrong = await options.verify?.(part)
        if (wrong === undefined) {
          await rename(part, target)
          return url
        }
        await rm(part, { force: true })
        failures.push({ host, reason: wrong })
        // Pieces of two versions do not fit together: once more, all from one.
        if (resumed > 0) continue
      } catch (error) {
        options.signal?.throwIfAborted()
        if (isSystemError(error) && isDiskError(error)) {
          await rm(part, { force: true })
          throw fileError(error, target, 'written')
        }
        failures.push({ host, reason: reasonOf(error) })
      }
      break
    }
  }
  // Offline, every server fails for the same reason: said once.
  const same = failures.length > 1 && failures.every(f => f.reason === failures[0].reason)
  const why = same ? failures[0].reason : failures.map(f => `${f.host}: ${f.reason}`).join('; ')
  throw new InklingError(`${name} could not be fetched (${why})`, {
    hint: 'Check the connection and run it again: what has come is kept.',
  })
}

/** Brings `part` up to its whole length. */
async function transfer(url: string, part: string, name: string, options: DownloadOptions): Promise<void> {
  const { onProgress, signal, stallMs = 20_000 } = options
  const stalled = new AbortController()
  const timer = setTimeout(() => stalled.abort(new Error(`no answer for ${stallMs / 1000} s`)), stallMs)
  try {
    let have = await sizeOf(part)
    const response = await fetch(url, {
      // Identity: a server that packs on the way would make lengths and ranges meaningless.
      headers: { 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-` } : {}) },
      signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
      redirect: 'follow',
    })
    if (response.status === 416 && have > 0) {
      // Nothing is left to send: the file is whole, or longer than it should be. Verification tells.
      await response.body?.cancel()
      return
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel()
      throw new Error(`HTTP ${response.status}`)
    }
    const range = /^bytes (\d+)-\d+\/(\d+|\*)/.exec(response.headers.get('content-range') ?? '')
    const continues = response.status === 206 && Number(range?.[1]) === have
    if (response.status === 206 && !continues) {
      await response.body.cancel()
      throw new Error('the server sent another part than was asked for')
    }
    if (!continues) have = 0
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    const total = Number.isFinite(length) ? have + length : undefined
    const file = await open(part, continues ? 'a' : 'w')
    try {
      onProgress?.({ file: name, received: have, total })
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        timer.refresh()
        await writeAll(file, piece)
        have += piece.length
        onProgress?.({ file: name, received: have, total })
      }
      // On the disk before it gets its name.
      await file.sync()
    } finally {
      await file.close()
    }
    if (total !== undefined && have !== total) throw new Error(`the connection broke after ${have} of ${total} bytes`)
  } finally {
    clearTimeout(timer)
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

function isDiskError(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EISDIR', 'ENOTDIR', 'EIO'].includes(
    (error as { code?: string }).code ?? '',
  )
}

/** The part of a network error that says something: fetch hides it in causes. */
function reasonOf(error: unknown): string {
  let innermost = error
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause
  const code = (innermost as { code?: string })?.code
  const known: Record<string, string> = {
    ENOTFOUND: 'offline? server name unknown',
    EAI_AGAIN: 'offline? server name cannot be looked up',
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection broke',
    UND_ERR_SOCKET: 'the connection broke',
    UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  }
  return known[code ?? ''] ?? (innermost instanceof Error ? innermost.message : String(innermost))
}
