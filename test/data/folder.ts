import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { encodeIdx } from '../../src/data/formats/idx.ts'

/** An empty folder that goes away after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes files below `folder`, with the folders they need. */
export function writeFiles(folder: string, files: Record<string, string | Uint8Array>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
}

/** The four files of a small set in MNIST's layout: `train` and `test` digits of 4 x 4. */
export function tinyIdx(train = 6, test = 3): Record<string, Uint8Array> {
  const images = (n: number) =>
    encodeIdx(
      Uint8Array.from({ length: n * 16 }, (_, i) => (i * 31 + n) % 256),
      [n, 4, 4],
    )
  const labels = (n: number) =>
    encodeIdx(
      Uint8Array.from({ length: n }, (_, i) => i % 10),
      [n],
    )
  return {
    'train-images-idx3-ubyte': images(train),
    'train-labels-idx1-ubyte': labels(train),
    't10k-images-idx3-ubyte': images(test),
    't10k-labels-idx1-ubyte': labels(test),
  }
}

/** The same files, gzipped, with their names below `folder`. */
export function tinyIdxGz(folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(tinyIdx()).map(([name, bytes]) => [`${folder}/${name}.gz`, gzipSync(bytes)]))
}
