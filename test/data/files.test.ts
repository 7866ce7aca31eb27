import { createHash } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fileError, openDataFile, readDataFile } from '../../src/data/files.ts'
import { expandPictures } from '../../src/data/pictures/files.ts'
import { cacheDir, dataRoots, findFile } from '../../src/data/roots.ts'
import { temporaryFolder, writeFiles } from './folder.ts'

const content = Buffer.from('handwriting '.repeat(50_000))
const sha256 = createHash('sha256').update(content).digest('hex')

async function readAll(path: string): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of openDataFile(path)) pieces.push(piece.slice())
  return Buffer.concat(pieces)
}

/** Runs `action` as somebody who is not root: root may read everything. */
function asNobody<T>(action: () => T): T {
  const root = process.geteuid?.() === 0
  if (root) process.seteuid?.(65534)
  try {
    return action()
  } finally {
    if (root) process.seteuid?.(0)
  }
}

describe('a data file', () => {
  test('has the same bytes and hash plain, gzipped and Brotli-packed', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, { plain: content, 'a.gz': gzipSync(content), 'a.br': brotliCompressSync(content) })
    for (const name of ['plain', 'a.gz', 'a.br']) {
      const { bytes, sha256: hash } = await readDataFile(join(folder, name))
      expect(Buffer.compare(Buffer.from(bytes), content)).toBe(0)
      expect(hash).toBe(sha256)
      expect(Buffer.compare(await readAll(join(folder, name)), content)).toBe(0)
    }
  })

  test.each([
    ['cut off', 'x.gz', gzipSync(content).subarray(0, 900), /x\.gz is cut off: its gzip data ends too early/],
    [
      'cut off',
      'x.br',
      brotliCompressSync(content).subarray(0, 20),
      /x\.br is cut off: its Brotli data ends too early/,
    ],
    ['not gzip', 'x.gz', Buffer.from('<html>'), /x\.gz is damaged or no gzip file/],
    ['not Brotli', 'x.br', Buffer.alloc(50, 0xff), /x\.br is damaged or no Brotli file/],
    ['empty', 'x', Buffer.alloc(0), /x is empty \(0 bytes\)/],
    ['empty', 'x.gz', Buffer.alloc(0), /x\.gz is empty \(0 bytes\)/],
  ])('that is %s (%s) is an error that names it', async (_, name, bytes, message) => {
    const folder = temporaryFolder()
    writeFiles(folder, { [name]: bytes })
    await expect(readDataFile(join(folder, name))).rejects.toThrow(message)
    await expect(readAll(join(folder, name))).rejects.toThrow(message)
  })

  test('is fetched again only where it can be', async () => {
    const path = join(temporaryFolder(), 'x.gz')
    for (const damage of ['', '<html>']) {
      writeFileSync(path, damage)
      await expect(readDataFile(path, { fetched: true })).rejects.toMatchObject({ hint: 'Fetch it again.' })
      await expect(readDataFile(path)).rejects.toMatchObject({ hint: 'Put a whole copy in its place.' })
      await expect(readAll(path)).rejects.toMatchObject({ hint: 'Put a whole copy in its place.' })
    }
  })

  test('a flipped byte in gzip data is found', async () => {
    const folder = temporaryFolder()
    const packed = gzipSync(content)
    packed[packed.length - 6] ^= 1 // within the CRC
    writeFiles(folder, { 'x.gz': packed })
    await expect(readDataFile(join(folder, 'x.gz'))).rejects.toThrow(/damaged/)
  })

  test('that is missing, or a folder', async () => {
    const folder = temporaryFolder()
    await expect(readDataFile(join(folder, 'none'))).rejects.toThrow(/none does not exist/)
    await expect(readAll(join(folder, 'none.gz'))).rejects.toThrow(/none\.gz does not exist/)
    await expect(readDataFile(folder)).rejects.toThrow(/is a folder; a file was expected/)
    await expect(readAll(folder)).rejects.toThrow(/is a folder; a file was expected/)
  })

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('that may not be read', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, { secret: 'x' })
    chmodSync(join(folder, 'secret'), 0)
    await expect(readDataFile(join(folder, 'secret'))).rejects.toThrow(/permission denied/)
  })

  test('operating system errors become one line', () => {
    expect(fileError({ code: 'EACCES' }, '/d').message).toBe('/d cannot be read: permission denied')
    expect(fileError({ code: 'EACCES' }, '/d', 'written')).toMatchObject({
      message: '/d cannot be written: permission denied',
      hint: 'Change the permissions of its folder, or choose another one.',
    })
    expect(fileError({ code: 'ENOSPC' }, '/d').message).toBe('/d cannot be written: the disk is full')
    expect(fileError(new Error('odd'), '/d').message).toBe('/d: odd')
  })
})

describe('where data is looked for', () => {
  test('the cache of each operating system', () => {
    expect(cacheDir({ platform: 'linux', env: {}, home: '/h' })).toBe(join('/h', '.cache', 'inkling', 'data'))
    expect(cacheDir({ platform: 'linux', env: { XDG_CACHE_HOME: '/x' }, home: '/h' })).toBe(
      join('/x', 'inkling', 'data'),
    )
    expect(cacheDir({ platform: 'darwin', env: {}, home: '/h' })).toBe(
      join('/h', 'Library', 'Caches', 'inkling', 'data'),
    )
    expect(cacheDir({ platform: 'win32', env: { LOCALAPPDATA: '/l' }, home: '/h' })).toBe(join('/l', 'inkling', 'data'))
  })

  test('in order: what was asked for, INKLING_DATA, the cache', () => {
    const folder = temporaryFolder()
    const environment = { env: { INKLING_DATA: '/shelf' }, platform: 'linux', home: '/h' }
    expect(dataRoots(folder, environment).map(r => r.from)).toEqual(['--data-dir', 'INKLING_DATA', 'cache'])
    expect(dataRoots(undefined, { ...environment, env: {} }).map(r => r.from)).toEqual(['cache'])
    expect(() => dataRoots(join(folder, 'none'))).toThrow(/none does not exist/)
  })

  test('plain files come before packed ones', () => {
    const folder = temporaryFolder()
    writeFiles(folder, { 'a.gz': '1', 'b.br': '1', b: '1' })
    expect(findFile(folder, ['a'])).toBe(join(folder, 'a.gz'))
    expect(findFile(folder, ['b'])).toBe(join(folder, 'b'))
    expect(findFile(folder, ['c', 'a'])).toBe(join(folder, 'a.gz'))
    expect(findFile(folder, ['c'])).toBeUndefined()
  })

  test.skipIf(process.platform === 'win32')('a locked folder is said to be locked, not to be empty', () => {
    const parent = temporaryFolder()
    const folder = join(parent, 'locked')
    writeFiles(folder, { 'a.png': '1' })
    chmodSync(parent, 0o755)
    chmodSync(folder, 0)
    try {
      expect(() => asNobody(() => findFile(folder, ['a']))).toThrow(/locked cannot be read: permission denied/)
      expect(() => asNobody(() => dataRoots(folder))).toThrow(/locked cannot be read: permission denied/)
      expect(() => asNobody(() => expandPictures([folder]))).toThrow(/locked cannot be read: permission denied/)
    } finally {
      chmodSync(folder, 0o700)
    }
  })
})
