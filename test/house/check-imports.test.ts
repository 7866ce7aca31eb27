import { expect, test } from 'vitest'
// @ts-expect-error plain JavaScript
import { violations } from '../../scripts/check-imports.mjs'

const broken = (file: string, text: string): number => violations(file, text).length

test('a room imports from the rooms before it', () => {
  expect(broken('nn/layers.ts', `import { Graph } from '../engine/graph.ts'\nimport { a } from './b.ts'`)).toBe(0)
  expect(broken('engine/graph.ts', `import { dense } from '../nn/layers.ts'`)).toBe(1)
  expect(broken('training/fit.ts', `import { InklingError } from '../errors.ts'\nimport * as fs from 'node:fs'`)).toBe(
    0,
  )
  expect(broken('cli/main.ts', `import { serve } from '../server/serve.ts'`)).toBe(1)
})

test('types, re-exports and import() count', () => {
  expect(broken('engine/a.ts', `import type { Model } from '../nn/model.ts'`)).toBe(1)
  expect(broken('engine/a.ts', `export { Model } from '../nn/model.ts'`)).toBe(1)
  expect(broken('engine/a.ts', `export * from '../nn/model.ts'`)).toBe(1)
  expect(broken('engine/a.ts', `const m = await import('../nn/model.ts')`)).toBe(1)
  expect(broken('engine/a.ts', `type M = import('../nn/model.ts').Model`)).toBe(1)
})

test('words in strings and comments do not count', () => {
  expect(broken('engine/a.ts', `// import { x } from '../nn/x.ts'\nconst s = "import { x } from '../nn/x.ts'"`)).toBe(0)
})

test('the core imports no package and nothing of Node', () => {
  expect(broken('nn/a.ts', `import { readFileSync } from 'node:fs'`)).toBe(1)
  expect(broken('data/formats/a.ts', `import { decode } from 'fast-png'`)).toBe(1)
  expect(broken('data/a.ts', `import { decode } from 'fast-png'`)).toBe(0)
  expect(broken('errors.ts', `import { nn } from './nn/a.ts'`)).toBe(1)
})

test('entries use all rooms, and no room uses an entry', () => {
  expect(broken('index.ts', `export { fit } from './training/fit.ts'`)).toBe(0)
  expect(broken('nn/a.ts', `import { fit } from '../index.ts'`)).toBe(1)
})

test('a new room must be placed in the order', () => {
  expect(broken('attic/a.ts', '')).toBe(1)
})
