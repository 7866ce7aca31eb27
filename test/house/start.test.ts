import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../cli/inkling.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-start-'))
  mkdirSync(join(folder, 'bin'))
  copyFileSync(`${root}bin/inkling.mjs`, join(folder, 'bin/inkling.mjs'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const put = (name: string, text: string, mode = 0o644) => {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text, { mode })
}
const start = (...args: string[]) =>
  spawnSync(process.execPath, [join(folder, 'bin/inkling.mjs'), ...args], { encoding: 'utf8' })

test('a checkout without an install is told in one line', () => {
  put('src/cli/main.ts', '')
  const { status, stderr } = start('--version')
  expect(stderr).toBe('error: nothing is installed yet. Run: npm ci\n')
  expect(status).toBe(1)
})

test('a package loads the bundled command line', () => {
  put('package.json', '{"type":"module"}')
  put('dist/cli.js', 'export const run = args => console.log(args.join())')
  const { status, stdout } = start('a', 'b')
  expect(stdout).toBe('a,b\n')
  expect(status).toBe(0)
})

test.skipIf(process.platform === 'win32')('a checkout hands over to the pinned Node, with its exit code', () => {
  put('src/cli/main.ts', '')
  put('node_modules/commander/package.json', '{}')
  put('node_modules/node/bin/node', '#!/bin/sh\nshift\necho "pinned: $*"\nexit 7\n', 0o755)
  const { status, stdout } = start('train', '--epochs', '1')
  expect(stdout).toBe('pinned: train --epochs 1\n')
  expect(status).toBe(7)
})

test.skipIf(process.platform === 'win32')('signals reach the pinned Node', async () => {
  put('src/cli/main.ts', '')
  put('node_modules/commander/package.json', '{}')
  put('node_modules/node/bin/node', '#!/bin/sh\ntrap "exit 130" INT\necho ready\nwhile :; do sleep 0.05; done\n', 0o755)
  const child = spawn(process.execPath, [join(folder, 'bin/inkling.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise(resolve => child.on('exit', code => resolve(code)))
  child.stdout.once('data', () => child.kill('SIGINT'))
  expect(await ended).toBe(130)
})

test('a checkout compiles kernels that have changed before it goes on', () => {
  put('src/cli/main.ts', 'export const run = () => console.log("runs")')
  put('node_modules/commander/package.json', '{}')
  put('scripts/build-kernels.mjs', 'export const buildKernels = o => { console.log(JSON.stringify(o)); return true }')
  expect(start().stdout).toBe('{"ifStale":true}\nruns\n')
  put('scripts/build-kernels.mjs', 'export const buildKernels = () => { console.error("line 3: no"); return false }')
  const { status, stdout, stderr } = start()
  expect(stdout).toBe('')
  expect(stderr).toContain('line 3: no\nerror: the kernels could not be compiled')
  expect(status).toBe(1)
})
