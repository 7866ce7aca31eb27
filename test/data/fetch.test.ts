import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { mnistInfo } from '../../src/data/datasets/mnist.ts'
import type { DatasetInfo } from '../../src/data/datasets/types.ts'
import { type FetchProgress, fetchDataset } from '../../src/data/fetch.ts'
import { readTar } from '../../src/data/formats/tar.ts'
import { temporaryFolder, writeFiles } from './folder.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A server on this machine; gives its address. */
async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Answers with `body`, and with parts of it when asked to. */
function send(body: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (start >= body.length) response.writeHead(416).end()
  else if (start > 0) {
    response.writeHead(206, {
      'content-range': `bytes ${start}-${body.length - 1}/${body.length}`,
      'content-length': body.length - start,
    })
    response.end(body.subarray(start))
  } else {
    response.writeHead(200, { 'content-length': body.length })
    response.end(body)
  }
}

const content = Buffer.from('digits '.repeat(30_000))
const packed = gzipSync(content, { level: 0 })
const sum = (bytes: Uint8Array, algorithm = 'sha256') => createHash(algorithm).update(bytes).digest('hex')

function infoOf(...urls: string[]): DatasetInfo {
  return { ...mnistInfo, name: 'tiny', folders: ['tiny'], files: [{ name: 'data', sha256: sum(content), urls }] }
}

describe('fetching', () => {
  test('verifies and names a file, tells its progress, and leaves nothing else behind', async () => {
    const base = await serve((request, response) => send(packed, request, response))
    const dataDir = temporaryFolder()
    const progress: FetchProgress[] = []
    const result = await fetchDataset('tiny', {
      info: infoOf(`${base}/data.gz`),
      dataDir,
      onProgress: p => progress.push(p),
    })
    expect(result).toEqual({
      name: 'tiny',
      folder: join(dataDir, 'tiny'),
      files: [{ path: 'data.gz', from: `${base}/data.gz` }],
    })
    expect(readdirSync(result.folder)).toEqual(['data.gz'])
    expect(progress.at(-1)).toEqual({
      file: 'data.gz',
      received: packed.length,
      total: packed.length,
      done: 0,
      files: 1,
    })
  })

  test('leaves alone what is there and right, and moves aside what is wrong', async () => {
    let requests = 0
    const base = await serve((request, response) => {
      requests++
      send(packed, request, response)
    })
    const dataDir = temporaryFolder()
    writeFiles(dataDir, { 'tiny/data': content })
    expect((await fetchDataset('tiny', { info: infoOf(`${base}/data.gz`), dataDir })).files).toEqual([{ path: 'data' }])
    expect(requests).toBe(0)
    writeFiles(dataDir, { 'tiny/data': 'something else' })
    await fetchDataset('tiny', { info: infoOf(`${base}/data.gz`), dataDir })
    expect(readdirSync(join(dataDir, 'tiny')).sort()).toEqual(['data.gz', 'data.wrong'])
  })

  test('goes on where a broken connection stopped', async () => {
    const ranges: (string | undefined)[] = []
    let cut = () => {}
    const base = await serve((request, response) => {
      ranges.push(request.headers.range)
      if (ranges.length > 1) return send(packed, request, response)
      response.writeHead(200, { 'content-length': packed.length })
      response.write(packed.subarray(0, 50_000))
      cut = () => response.destroy()
    })
    const dataDir = temporaryFolder()
    const info = infoOf(`${base}/data.gz`)
    const onProgress = (p: FetchProgress) => {
      if (p.received > 0) cut()
    }
    const first = fetchDataset('tiny', { info, dataDir, onProgress })
    await expect(first).rejects.toThrow(/data\.gz could not be fetched .*connection broke/)
    expect(readdirSync(join(dataDir, 'tiny'))).toEqual(['data.part.gz'])
    await fetchDataset('tiny', { info, dataDir })
    expect(ranges[0]).toBeUndefined()
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/)
    expect(readFileSync(join(dataDir, 'tiny', 'data.gz')).equals(packed)).toBe(true)
  })

  test('a whole but unnamed file needs no second transfer', async () => {
    const base = await serve((request, response) => send(packed, request, response))
    const dataDir = temporaryFolder()
    writeFiles(dataDir, { 'tiny/data.part.gz': packed })
    await fetchDataset('tiny', { info: infoOf(`${base}/data.gz`), dataDir })
    expect(readdirSync(join(dataDir, 'tiny'))).toEqual(['data.gz'])
  })

  test('pieces of two versions do not fit: it starts over once', async () => {
    const base = await serve((request, response) => send(packed, request, response))
    const dataDir = temporaryFolder()
    writeFiles(dataDir, { 'tiny/data.part.gz': Buffer.alloc(1000, 7) })
    await fetchDataset('tiny', { info: infoOf(`${base}/data.gz`), dataDir })
    expect(readFileSync(join(dataDir, 'tiny', 'data.gz')).equals(packed)).toBe(true)
  })

  test('a server that cannot continue sends all again', async () => {
    const base = await serve((_, response) => response.writeHead(200).end(packed))
    const dataDir = temporaryFolder()
    writeFiles(dataDir, { 'tiny/data.part.gz': packed.subarray(0, 999) })
    await fetchDataset('tiny', { info: infoOf(`${base}/data.gz`), dataDir })
    expect(readFileSync(join(dataDir, 'tiny', 'data.gz')).equals(packed)).toBe(true)
  })

  test('takes the next mirror when one fails or gives something else', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/gone.gz') response.writeHead(404).end()
      else if (request.url === '/page') send(Buffer.from('<html>log in</html>'), request, response)
      else send(packed, request, response)
    })
    const info = infoOf(`${base}/gone.gz`, `${base}/page`, `${base}/good.gz`)
    const { files } = await fetchDataset('tiny', { info, dataDir: temporaryFolder() })
    expect(files).toEqual([{ path: 'data.gz', from: `${base}/good.gz` }])
  })

  test('wrong content is thrown away, and the error names the server and the reason', async () => {
    const other = gzipSync('other')
    const base = await serve((request, response) => send(other, request, response))
    const dataDir = temporaryFolder()
    await expect(fetchDataset('tiny', { info: infoOf(`${base}/data.gz`), dataDir })).rejects.toThrow(
      `data.gz could not be fetched (${new URL(base).host}: the checksum is wrong)`,
    )
    expect(readdirSync(join(dataDir, 'tiny'))).toEqual([])
  })

  test('without a checksum the size is verified', async () => {
    const base = await serve((request, response) => send(packed, request, response))
    const dataDir = temporaryFolder()
    const { files, ...info } = infoOf(`${base}/data.gz`)
    const sized = (bytes: number) => ({ ...info, files: [{ name: 'data', bytes, urls: files[0].urls }] })
    await expect(fetchDataset('tiny', { info: sized(content.length + 1), dataDir })).rejects.toThrow(
      `it has ${content.length} bytes, expected were ${content.length + 1}`,
    )
    expect((await fetchDataset('tiny', { info: sized(content.length), dataDir })).files).toHaveLength(1)
  })

  test('gives up when the time is over', async () => {
    const base = await serve((_, response) => void response.writeHead(200).write('slow'))
    const dataDir = temporaryFolder()
    const wait = fetchDataset('tiny', { info: infoOf(`${base}/data.gz`), dataDir, timeoutMs: 120 })
    await expect(wait).rejects.toThrow('tiny did not arrive within 0.12 s')
  })

  test('a server that falls silent is given up', async () => {
    const base = await serve((_, response) => void response.writeHead(200).write('slow'))
    const wait = fetchDataset('tiny', { info: infoOf(`${base}/data.gz`), dataDir: temporaryFolder(), stallMs: 80 })
    await expect(wait).rejects.toThrow(/no answer for 0\.08 s/)
  })

  test('stops when told to, with the caller’s own reason', async () => {
    const stop = new AbortController()
    const base = await serve((_, response) => {
      response.writeHead(200).write('slow')
      stop.abort(new Error('Ctrl-C'))
    })
    const wait = fetchDataset('tiny', {
      info: infoOf(`${base}/data.gz`),
      dataDir: temporaryFolder(),
      signal: stop.signal,
    })
    await expect(wait).rejects.toThrow('Ctrl-C')
  })

  test('an unreachable server', async () => {
    const wait = fetchDataset('tiny', { info: infoOf('http://127.0.0.1:1/data.gz'), dataDir: temporaryFolder() })
    await expect(wait).rejects.toThrow(/data\.gz could not be fetched/)
  })

  test('a target that is no folder', async () => {
    const dataDir = join(temporaryFolder(), 'file')
    writeFileSync(dataDir, '')
    await expect(fetchDataset('tiny', { info: infoOf('http://127.0.0.1:1/x'), dataDir })).rejects.toThrow(
      /part of the path is a file|EEXIST/,
    )
  })

  test('what cannot be fetched says how to get it', async () => {
    await expect(fetchDataset('kaggle')).rejects.toMatchObject({ hint: expect.stringContaining('account') })
    await expect(fetchDataset('glyphs')).rejects.toMatchObject({
      message: 'glyphs cannot be fetched as one',
      hint: 'It is made of mnist (`inkling data fetch mnist`) and az (see `inkling data info az`).',
    })
    await expect(fetchDataset('drawn')).rejects.toMatchObject({ exitCode: 2 })
    await expect(fetchDataset('mnits')).rejects.toThrow(/did you mean "mnist"/)
  })
})

/** A tar archive of regular files, by the POSIX header layout. */
function tar(files: Record<string, Uint8Array>): Buffer {
  const blocks: Buffer[] = []
  for (const [name, bytes] of Object.entries(files)) {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write(bytes.length.toString(8).padStart(11, '0'), 124)
    header.write('        ', 148)
    header.write(name.endsWith('/') ? '5' : '0', 156)
    header.write('ustar', 257)
    header.write(
      header
        .reduce((a, b) => a + b, 0)
        .toString(8)
        .padStart(6, '0'),
      148,
    )
    blocks.push(header, Buffer.from(bytes), Buffer.alloc((512 - (bytes.length % 512)) % 512))
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

describe('archives', () => {
  const one = Buffer.from('1'.repeat(70_000))
  const two = Buffer.from('22')
  const files = {
    'set/': Buffer.alloc(0),
    'set/one.bin': one,
    '../two.bin': two,
    'set/other': Buffer.alloc(9),
    'set/empty': Buffer.alloc(0),
  }

  test('are read piece by piece, however they are cut', async () => {
    for (const size of [1000, 512, 77]) {
      const archive = tar(files)
      const found: Record<string, string> = {}
      const pieces = (async function* () {
        for (let at = 0; at < archive.length; at += size) yield archive.subarray(at, at + size)
      })()
      for await (const piece of readTar(pieces, 'a.tar')) {
        found[piece.name] = (found[piece.name] ?? '') + Buffer.from(piece.bytes).toString()
      }
      expect(Object.keys(found)).toEqual(['set/one.bin', '../two.bin', 'set/other', 'set/empty'])
      expect(found['set/one.bin']).toBe(one.toString())
    }
  })

  test('the wanted members are taken out, verified and nothing else', async () => {
    const archive = gzipSync(tar(files))
    const base = await serve((request, response) => send(archive, request, response))
    const info: DatasetInfo = {
      ...infoOf(),
      files: [
        { name: 'one.bin', sha256: sum(one) },
        { name: 'two.bin', md5: sum(two, 'md5') },
      ],
      archive: { urls: [`${base}/set.tar.gz`] },
    }
    const dataDir = temporaryFolder()
    const { files: got, folder } = await fetchDataset('tiny', { info, dataDir })
    expect(got.map(f => f.path)).toEqual(['one.bin', 'two.bin'])
    expect(readdirSync(folder).sort()).toEqual(['one.bin', 'two.bin'])
    expect(existsSync(join(dataDir, 'two.bin'))).toBe(false)
  })

  test('broken or incomplete ones leave nothing behind', async () => {
    const whole = tar({ 'set/one.bin': one })
    const bodies: [Buffer, RegExp][] = [
      [gzipSync(whole.subarray(0, 5000)), /the archive ends inside a file/],
      [gzipSync(whole).subarray(0, 60), /cut off/],
      [gzipSync(Buffer.alloc(2000, 65)), /damaged or no tar archive/],
      [gzipSync(whole), /lacks two\.bin/],
      [gzipSync(tar({ 'one.bin': two })), /one\.bin in set\.tar\.gz: the checksum is wrong/],
    ]
    for (const [body, message] of bodies) {
      const base = await serve((request, response) => send(body, request, response))
      const info: DatasetInfo = {
        ...infoOf(),
        files: [{ name: 'one.bin', sha256: sum(one) }, { name: 'two.bin' }],
        archive: { urls: [`${base}/set.tar.gz`] },
      }
      const dataDir = temporaryFolder()
      await expect(fetchDataset('tiny', { info, dataDir })).rejects.toThrow(message)
      expect(readdirSync(join(dataDir, 'tiny')).filter(f => f !== 'one.bin')).toEqual([])
    }
  })
})
