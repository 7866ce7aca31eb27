import { readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { cellsOf, headOf } from '../../src/data/csvHead.ts'
import { temporaryFolder, writeFiles } from './folder.ts'

function head(name: string, content: string | Uint8Array): string[] {
  const folder = temporaryFolder()
  writeFiles(folder, { [name]: content })
  return headOf(join(folder, name))
}

describe('the head of a CSV file', () => {
  test('lines that are not empty, without a byte-order mark', () => {
    expect(head('a.csv', '\ufeffx,y\r\n1,2')).toEqual(['x,y', '1,2'])
    expect(head('a.csv', '\n \nx,y\n\n1,2\n')).toEqual(['x,y', '1,2'])
    expect(head('a.csv', Buffer.from('\ufeffx,y\n1,2\n', 'utf16le'))).toEqual(['x,y', '1,2'])
    expect(head('a.csv', '')).toEqual([])
  })

  test('of a large file the beginning, without the cell that is cut; packed ones unpacked', () => {
    // The 64 KiB end within a cell: "pixel", 5 digits and a comma are 11 bytes.
    const text = `label,${Array.from({ length: 20_000 }, (_, i) => `pixel${10_000 + i}`).join(',')}\n`
    for (const [name, pack] of [
      ['a.csv', (bytes: string) => bytes],
      ['a.csv.gz', gzipSync],
      ['a.csv.br', brotliCompressSync],
    ] as const) {
      const lines = head(name, pack(text))
      expect(lines).toHaveLength(1)
      const cells = cellsOf(lines[0])
      expect(cells.length).toBeGreaterThan(5900)
      expect(cells.slice(0, -1).every(cell => /^(label|pixel\d{5})$/.test(cell))).toBe(true)
      expect(cells.at(-1)).toBe('')
    }
  })

  test('a huge file takes no more than its beginning', () => {
    const folder = temporaryFolder()
    writeFiles(folder, { 'a.csv': 'x,y\n1,2\n' })
    // More than Node reads at once; the disk holds the first lines alone.
    truncateSync(join(folder, 'a.csv'), 2 ** 31)
    expect(() => readFileSync(join(folder, 'a.csv'))).toThrow()
    expect(headOf(join(folder, 'a.csv')).slice(0, 2)).toEqual(['x,y', '1,2'])
  })

  test('what cannot be read has none', () => {
    expect(headOf('/nonexistent.csv')).toEqual([])
    expect(head('a.csv.gz', 'no gzip')).toEqual([])
  })

  test('cells, whatever parts them', () => {
    expect(cellsOf('a; "b" ;c')).toEqual(['a', 'b', 'c'])
    expect(cellsOf('a\tb')).toEqual(['a', 'b'])
    expect(cellsOf(undefined)).toEqual([''])
  })
})
