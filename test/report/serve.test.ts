import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveReport, writeReport } from '../../src/report/index.ts'
import { reportApp } from '../../src/report/serve.ts'
import { madeReport } from './made.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inkling-report-'))
  await writeReport(join(dir, 'report.html'), madeReport({ n: 50 }))
  await writeFile(join(dir, 'evaluation.json'), '{"accuracy":1}')
  await writeFile(join(dir, 'secret.txt'), 'secret')
})
afterAll(() => rm(dir, { recursive: true, force: true }))

test('a report is written whole, with nothing left beside it', async () => {
  expect((await readdir(dir)).sort()).toEqual(['evaluation.json', 'report.html', 'secret.txt'])
  await expect(writeReport(join(dir, 'missing', 'report.html'), madeReport({ n: 50 }))).rejects.toThrow('ENOENT')
})

test('serves the report and its figures, nothing else', async () => {
  const served = await serveReport({ dir, port: 0 })
  try {
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const report = await fetch(served.url)
    expect(report.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await report.text()).toBe(await readFile(join(dir, 'report.html'), 'utf8'))
    expect(await (await fetch(`${served.url}evaluation.json`)).json()).toEqual({ accuracy: 1 })
    expect((await fetch(`${served.url}config.json`)).status).toBe(404)
    for (const path of ['secret.txt', '..%2f..%2fetc/passwd', '../secret.txt', 'report.html/..']) {
      expect(await (await fetch(served.url + path)).text()).not.toContain('secret')
    }
  } finally {
    await served.close()
  }
  await expect(fetch(served.url)).rejects.toThrow()
})

test('of a cross-validation the reports of the folds too', async () => {
  await mkdir(join(dir, 'fold-2'))
  await mkdir(join(dir, 'other'))
  for (const folder of ['fold-2', 'other']) await writeFile(join(dir, folder, 'report.html'), 'below')
  await writeFile(join(dir, 'fold-2', 'folds.json'), 'secret')
  const app = reportApp(dir)
  const get = (path: string) => app.request(`http://localhost:4173/${path}`)
  const fold = await get('fold-2/report.html')
  expect([fold.status, await fold.text()]).toEqual([200, 'below'])
  expect((await get('fold-3/report.html')).status).toBe(404)
  for (const path of ['other/report.html', 'fold-2/folds.json', 'fold-2%2f..%2fother/report.html'])
    expect((await get(path)).status).toBe(404)
})

test('answers to its own names only', async () => {
  const app = reportApp(dir)
  expect((await app.request('http://localhost:4173/')).status).toBe(200)
  expect((await app.request('http://evil.example:4173/')).status).toBe(421)
})

test('a taken port is an error where it was asked for, else the next one is taken', async () => {
  const taken = createServer()
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  try {
    await expect(serveReport({ dir, port })).rejects.toMatchObject({
      name: 'InklingError',
      exitCode: 1,
      message: `port ${port} is in use`,
    })
  } finally {
    taken.close()
  }
  const first = await serveReport({ dir })
  const second = await serveReport({ dir })
  try {
    expect(first.port).toBeGreaterThanOrEqual(4173)
    expect(second.port).toBeGreaterThan(first.port)
  } finally {
    await first.close()
    await second.close()
  }
})

test('a folder without a report and a wrong port are named', async () => {
  await expect(serveReport({ dir: join(dir, 'none') })).rejects.toThrow('there is no report.html in')
  await expect(serveReport({ dir, port: 70000 })).rejects.toMatchObject({ exitCode: 2 })
})
