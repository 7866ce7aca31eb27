import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { exampleAt, labelsOf } from '../../src/data/dataset.ts'
import { drawnDigits } from '../../src/data/synthetic/digits.ts'

/** How many digits the small data set has. */
export const SMALL = { train: 400, test: 100 }

/** Writes a small data set of drawn digits as the four IDX files of MNIST, and its test digits as PNG. */
export function writeSmallData(folder: string, pictures?: string): void {
  mkdirSync(folder, { recursive: true })
  const names = { train: 'train', test: 't10k' } as const
  for (const part of ['train', 'test'] as const) {
    const digits = drawnDigits({ count: SMALL[part], seed: part === 'train' ? 1 : 2 })
    const pixels = Buffer.concat(Array.from({ length: digits.length }, (_, i) => exampleAt(digits, i) as Uint8Array))
    writeFileSync(join(folder, `${names[part]}-images-idx3-ubyte`), idx(pixels, [digits.length, 28, 28]))
    writeFileSync(
      join(folder, `${names[part]}-labels-idx1-ubyte`),
      idx(Uint8Array.from(labelsOf(digits)), [digits.length]),
    )
    if (part === 'train' || !pictures) continue
    mkdirSync(pictures, { recursive: true })
    for (let i = 0; i < digits.length; i++) {
      const data = exampleAt(digits, i) as Uint8Array
      writeFileSync(join(pictures, `digit${i}.png`), encode({ width: 28, height: 28, channels: 1, depth: 8, data }))
    }
  }
}

/** A file of bytes in the IDX format: 0, 0, 8 (unsigned bytes), number of sizes, the sizes (big-endian), the bytes. */
export function idx(bytes: Uint8Array, sizes: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length)
  header.set([0, 0, 8, sizes.length])
  for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * i)
  return Buffer.concat([header, bytes])
}
