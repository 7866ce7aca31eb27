import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseSync } from 'rolldown/utils'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../cli/inkling.ts'
import { installPacked } from './packed.ts'

// The package as a user gets it: packed, unpacked into an empty project, without the checkout around it.
let folder: string
let installed: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-pack-'))
  installed = installPacked(folder, { dependencies: true })
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const node = (...args: string[]) =>
  spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } })

test('the package holds no TypeScript but declarations, and the kernels', () => {
  const files = globSync('**/*', { cwd: installed })
  expect(files.filter(name => /\.ts$/.test(name) && !/\.d\.ts$/.test(name))).toEqual([])
  expect(files.filter(name => name.endsWith('.wasm')).length).toBeGreaterThanOrEqual(3)
  expect(files.some(name => name.startsWith('test') || name.startsWith('src'))).toBe(false)
  expect(existsSync(join(installed, 'LICENSE'))).toBe(true)
})

test('every relative import of the package is there', () => {
  for (const name of globSync('dist/**/*.{js,d.ts}', { cwd: installed })) {
    const text = readFileSync(join(installed, name), 'utf8')
    for (const [, target] of text.matchAll(/^(?:import|export)\b[^'"]*['"](\.{1,2}\/[^'"]+)['"]/gm)) {
      const file = join(installed, name, '..', target)
      const there = name.endsWith('.d.ts') ? file.replace(/\.js$/, '.d.ts') : file
      expect(existsSync(there), `${target} of ${name}`).toBe(true)
    }
  }
})

const reexported = ({ entries }: { entries: { moduleRequest?: { value: string } | null }[] }) =>
  entries.flatMap(entry => entry.moduleRequest ?? [])

test('every package it imports is one of its dependencies', () => {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const known = Object.keys({ ...dependencies, ...optionalDependencies })
  for (const name of globSync('dist/**/*.js', { cwd: installed })) {
    // Parsed: the text of a script in another language may look like an import.
    const text = readFileSync(join(installed, name), 'utf8')
    const { module } = parseSync(name, text)
    const statically = [...module.staticImports.map(i => i.moduleRequest), ...module.staticExports.flatMap(reexported)]
    const lazily = module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start, end))
    const literal = lazily.map(argument => /^(['"`])(.*)\1$/.exec(argument)?.[2])
    for (const id of [...statically.map(request => request.value), ...literal]) {
      if (id === undefined || id.startsWith('.')) continue
      const fits = id.startsWith('node:') || known.some(name => id === name || id.startsWith(`${name}/`))
      expect(fits, `${id} of ${name}`).toBe(true)
    }
  }
})

test('its command line runs', () => {
  const { stdout, stderr, status } = node(join(installed, 'bin/inkling.mjs'), 'doctor', '--json')
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(JSON.parse(stdout).engine.threads).toBeGreaterThan(0)
})

test('its types fit the README example', () => {
  writeFileSync(join(folder, 'example.ts'), readmeExample())
  const settings = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--types', 'node']
  const roots = ['--typeRoots', join(root, 'node_modules/@types'), '--ignoreConfig']
  const result = node(join(root, 'node_modules/typescript/bin/tsc'), ...settings, ...roots, 'example.ts')
  expect(result.stdout).toBe('')
  expect(result.status).toBe(0)
})

test.skipIf(!process.env.INKLING_DATA)('the README example runs', () => {
  // One epoch of the three: this is about the package, not about accuracy.
  writeFileSync(join(folder, 'example.js'), readmeExample().replace('epochs: 3', 'epochs: 1'))
  const { stdout, stderr, status } = node('example.js')
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).toMatch(/loss: [\d.]+/)
  expect(Number(/accuracy: ([\d.]+)/.exec(stdout)?.[1])).toBeGreaterThan(0.95)
})

/** The TypeScript of the README: at most 20 lines. */
function readmeExample(): string {
  const text = /```ts\n([\s\S]*?)```/.exec(readFileSync(`${root}README.md`, 'utf8'))?.[1] ?? ''
  expect(text.trim().split('\n').length).toBeLessThanOrEqual(20)
  expect(text).toMatch(/from 'inkling'/)
  return text
}
