import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const source = join(import.meta.dirname, '../../src')

/** Modules that a file loads at once: import and export statements that are not for types alone. */
function loadedBy(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'"]*?\bfrom\s+)?'([^']+)'/gm)
  return [...statements].map(([, specifier]) => specifier)
}

test('a model that trains loads nothing that browsers lack', () => {
  const seen = new Set<string>()
  const pending = [join(source, 'training/trainable.ts')]
  for (let file = pending.pop(); file; file = pending.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    for (const specifier of loadedBy(file)) {
      expect(specifier, `${file} imports ${specifier}`).toMatch(/^\./)
      const target = resolve(dirname(file), specifier)
      expect(existsSync(target)).toBe(true)
      pending.push(target)
    }
  }
  expect(seen.size).toBeGreaterThan(40)
})
