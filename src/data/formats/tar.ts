import { InklingError } from '../../errors.ts'

/** A piece of an archive's file. `name` is its path inside; a file's pieces come in a row. */
export interface TarPiece {
  name: string
  /** Whole size of the file in bytes. */
  size: number
  bytes: Uint8Array
  /** The file's last piece. */
  last: boolean
}

const BLOCK = 512

/** Reads a (u)star archive piece by piece (POSIX.1-1988); only regular files are given, everything else is skipped. */
export async function* readTar(input: AsyncIterable<Uint8Array>, source: string): AsyncGenerator<TarPiece> {
  const header = new Uint8Array(BLOCK)
  let filled = 0
  let current: { name: string; size: number } | undefined
  let left = 0
  let padding = 0
  for await (const piece of input) {
    let at = 0
    while (at < piece.length) {
      if (left > 0) {
        const take = Math.min(left, piece.length - at)
        left -= take
        if (current) yield { ...current, bytes: piece.subarray(at, at + take), last: left === 0 }
        at += take
      } else if (padding > 0) {
        const take = Math.min(padding, piece.length - at)
        padding -= take
        at += take
      } else {
        const take = Math.min(BLOCK - filled, piece.length - at)
        header.set(piece.subarray(at, at + take), filled)
        filled += take
        at += take
        if (filled < BLOCK) continue
        filled = 0
        if (header.every(b => b === 0)) return
        const entry = parseHeader(header, source)
        left = entry.size
        padding = (BLOCK - (left % BLOCK)) % BLOCK
        current = entry.regular ? { name: entry.name, size: entry.size } : undefined
        if (current && left === 0) yield { ...current, bytes: new Uint8Array(0), last: true }
      }
    }
  }
  if (left > 0 || filled > 0) throw new InklingError(`${source} is cut off: the archive ends inside a file`)
}

function parseHeader(header: Uint8Array, source: string): { name: string; size: number; regular: boolean } {
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]
  if (octal(header, 148, 8) !== sum) throw new InklingError(`${source} is damaged or no tar archive (header checksum)`)
  const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : ''
  const name = text(header, 0, 100)
  const type = header[156]
  return {
    name: prefix ? `${prefix}/${name}` : name,
    size: octal(header, 124, 12),
    regular: type === 0 || type === 48,
  }
}

function text(header: Uint8Array, from: number, length: number): string {
  const end = header.subarray(from, from + length).indexOf(0)
  return new TextDecoder().decode(header.subarray(from, from + (end < 0 ? length : end)))
}

function octal(header: Uint8Array, from: number, length: number): number {
  return Number.parseInt(text(header, from, length).trim() || '0', 8)
}
