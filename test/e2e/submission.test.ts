import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exampleAt } from '../../src/data/dataset.ts'
import { drawnDigits } from '../../src/data/synthetic/digits.ts'
import { inkling } from '../cli/inkling.ts'
import { writeSmallData } from './small.ts'

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-submission-'))
  writeSmallData(at('data'))
  expect(inkling(['train', 'compare-mlp', '--data', at('data'), '--epochs', '1', '--out', at('run')]).status).toBe(0)
  const digits = drawnDigits({ count: 20, seed: 3 })
  const rows = Array.from({ length: 20 }, (_, i) => Array.from(exampleAt(digits, i)).join())
  const header = Array.from({ length: 784 }, (_, i) => `pixel${i}`).join()
  writeFileSync(at('test.csv'), `${header}\n${rows.join('\n')}\n`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('--submission writes a row for each row, in order, in Kaggle’s format', () => {
  const args = ['predict', at('test.csv'), '--run', at('run')]
  const { stdout, stderr, status } = inkling([...args, '--submission', at('out.csv')])
  expect(status).toBe(0)
  expect(stdout).toMatch(/20 rows, ImageId 1 to 20/)
  expect(stderr).toMatch(/Kaggle expects 28000 rows, these are 20/)
  const { predictions } = inkling([...args, '--json']).object()
  const expected = predictions.map((p: { label: string }, i: number) => `${i + 1},${p.label}`)
  expect(readFileSync(at('out.csv'), 'utf8')).toBe(['ImageId,Label', ...expected, ''].join('\n'))
  expect(predictions[4].file).toBe(`${at('test.csv')}:5`)
})

test('--submission is for one CSV file, and never writes over it', () => {
  const picture = inkling(['predict', at('a.png'), '--run', at('run'), '--submission', at('b.csv')])
  expect(picture.status).not.toBe(0)
  expect(existsSync(at('b.csv'))).toBe(false)
  const before = readFileSync(at('test.csv'), 'utf8')
  const itself = inkling(['predict', at('test.csv'), '--run', at('run'), '--submission', at('test.csv')])
  expect(itself.status).toBe(2)
  expect(readFileSync(at('test.csv'), 'utf8')).toBe(before)
})
