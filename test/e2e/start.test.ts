import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inkling, root } from '../cli/inkling.ts'
import { writeSmallData } from './small.ts'

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-start-'))
  writeSmallData(join(folder, 'data', 'mnist'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('start --no-serve trains, shows how good it is and what to type next', () => {
  const { stdout, stderr, status } = inkling(['start', '--no-serve', '--data-dir', at('data')], { cwd: folder })
  expect(status).toBe(0)
  expect(stderr).toMatch(/Training quick-cnn on MNIST[\s\S]*epoch 4\/4/)
  expect(stdout).toMatch(
    /class +precision[\s\S]*Worst confusions[\s\S]*report +runs.*report\.html[\s\S]*npx inkling predict/,
  )
})

test.skipIf(process.platform === 'win32')('start serves the report until Ctrl-C', async () => {
  const args = ['start', '--port', '0', '--data-dir', at('data'), '--out', at('served')]
  const child = spawn(process.execPath, [`${root}bin/inkling.mjs`, ...args], { cwd: folder })
  const ended = new Promise<number | null>(resolve => child.on('exit', resolve))
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.on('exit', () => reject(new Error(`it ended early: ${said}`)))
    child.stderr.on('data', text => {
      said += text
      const found = /Report: (http:\S+)/.exec(said)
      if (found) resolve(found[1])
    })
  })
  const page = await (await fetch(url)).text()
  expect(page).toMatch(/<title>[\s\S]*quick-cnn/)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
})

test('a port in use is known before the training', async () => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const args = ['start', '--port', String(port), '--data-dir', at('data'), '--out', at('blocked')]
  const { stderr, status } = inkling(args, { cwd: folder })
  await new Promise(resolve => server.close(resolve))
  expect(stderr).toBe(`error: port ${port} is in use\nChoose another with --port, or leave it out.\n`)
  expect(status).toBe(1)
  expect(existsSync(at('blocked'))).toBe(false)
})
