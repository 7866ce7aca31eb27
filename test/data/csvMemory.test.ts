import { execFileSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from './folder.ts'

const PIXELS = 784
/** Each letter so often. */
const ROUNDS = 2080
const AT_ONCE = 20

/** A file of the A-Z letters' layout, most of its pixels black as in the real one: 100 MB. */
function writeLetters(path: string): number {
  const pixels = (label: number) => Array.from({ length: PIXELS }, (_, i) => (i % 5 === 0 ? 100 + label : 0))
  const block = Array.from({ length: 26 }, (_, label) => `${label},${pixels(label).join(',')}\n`).join('')
  const bytes = Buffer.from(block.repeat(AT_ONCE))
  const file = openSync(path, 'w')
  for (let round = 0; round < ROUNDS; round += AT_ONCE) writeSync(file, bytes)
  closeSync(file)
  return 26 * ROUNDS
}

/** Loads a file in a process of its own, whose memory nobody else touches. */
function loadAlone(path: string): { length: number; classes: string; kept: number; grown: number } {
  const load = pathToFileURL(join(import.meta.dirname, '../../src/data/load.ts')).href
  const script = `
    const { loadDataset } = await import(${JSON.stringify(load)})
    const before = process.memoryUsage.rss()
    const { train } = await loadDataset(${JSON.stringify(path)})
    const grown = process.resourceUsage().maxRSS * 1024 - before
    const { length, classes, features } = train
    console.log(JSON.stringify({ length, classes: classes.join(''), kept: features.length, grown }))`
  const answer = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  return JSON.parse(answer)
}

test('a large CSV of pixels takes the memory of its pixels as bytes, and little more', () => {
  const path = join(temporaryFolder(), 'letters.csv')
  const rows = writeLetters(path)
  const { length, classes, kept, grown } = loadAlone(path)
  expect({ length, classes, kept }).toEqual({
    length: rows,
    classes: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    kept: rows * PIXELS,
  })
  // 5 MB beside the 42 MB of pixels when this was written; the file itself has 100 MB.
  expect(grown - kept).toBeLessThan(30e6)
})
