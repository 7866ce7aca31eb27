import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
// @ts-expect-error plain JavaScript
import { makePages as make } from '../../scripts/docs.mjs'
import { root } from '../cli/inkling.ts'

let made: { pages: Map<string, string>; bare: string[] }
beforeAll(() => {
  made = make()
}, 120_000)

test('the API reference is current (mend it with: npm run docs)', () => {
  const folder = join(root, 'docs/api')
  expect(readdirSync(folder).sort()).toEqual([...made.pages.keys()].sort())
  for (const [name, text] of made.pages)
    expect(readFileSync(join(folder, name), 'utf8') === text, `docs/api/${name} is current`).toBe(true)
})

test('every exported name has a docstring', () => {
  expect(made.bare).toEqual([])
})

test('the pages name what users import, with its declaration', () => {
  const page = made.pages.get('onnx.md') as string
  expect(page).toMatch(/### loadOnnx\n\n[\s\S]*?```ts\nfunction loadOnnx\(bytes: Uint8Array \| ArrayBuffer/)
  expect(page).not.toMatch(/#private|\{@link/)
  const names = [...(made.pages.get('inkling.md') as string).matchAll(/^### (\S+)/gm)].map(([, name]) => name)
  for (const name of ['adam', 'conv2d', 'loadModel', 'TrainableModel', 'FitOptions', 'ops.relu'])
    expect(names).toContain(name)
})
