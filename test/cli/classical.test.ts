import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SMALL, writeSmallData } from '../e2e/small.ts'
import { inkling } from './inkling.ts'

let folder: string
let data: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-classical-'))
  data = join(folder, 'digits')
  writeSmallData(data)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('cluster', () => {
  test('writes page, table and scores; says the same', () => {
    const out = join(folder, 'clusters')
    const found = inkling(['cluster', '--data', data, '--points', '60', '--out', out, '--json']).object()
    expect(found).toMatchObject({ folder: out, k: 10, examples: SMALL.train, on: 'pixels', columns: 784 })
    expect(found.purity).toBeGreaterThan(0.3)
    const kept = JSON.parse(readFileSync(join(out, 'clusters.json'), 'utf8'))
    expect(kept).toMatchObject({ purity: found.purity, table: found.table })
    const lines = readFileSync(join(out, 'clusters.csv'), 'utf8').trim().split('\n')
    expect(lines).toHaveLength(1 + SMALL.train)
    expect(lines[0]).toBe('example,label,cluster,x,y')
    expect(lines[1]).toMatch(/^1,\d,\d+,-?[\d.]+,-?[\d.]+$/)
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('A map of the examples')
  })

  test('of heartbeats that are made as --with asks', () => {
    const out = join(folder, 'hearts')
    const made = [
      '--data',
      'made-heartbeats',
      '--with',
      'unit=segment',
      '--with',
      'labels=not-n',
      '--with',
      'length=60',
    ]
    const found = inkling(['cluster', ...made, '--examples', '200', '--points', '0', '--out', out, '--json']).object()
    expect(found).toMatchObject({ k: 2, examples: 200, columns: 60 })
    expect(found.warnings).toEqual([
      expect.stringContaining('made by the program'),
      expect.stringContaining('of the test part is'),
    ])
    // Told before anything is computed.
    expect(inkling(['cluster', ...made, '--out', out])).toMatchObject({ status: 2, stdout: '' })
  })

  test('--layer without a run, a folder that is used', () => {
    expect(inkling(['cluster', '--layer', 'dense_1'])).toMatchObject({ status: 2 })
    const again = inkling(['cluster', '--data', data, '--k', '2', '--points', '0', '--out', join(folder, 'clusters')])
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('is not an empty folder')])
  })
})

test('knn judges, and says how many it searched', () => {
  const args = ['knn', '--data', data, '--k', '1', '--examples', '300']
  const found = inkling([...args, '--json']).object()
  expect(found).toMatchObject({ k: 1, train: 300, examples: SMALL.test, weights: 'uniform' })
  expect(found.error).toBeCloseTo(1 - found.accuracy, 12)
  expect(found.accuracy).toBeGreaterThan(0.6)
  expect(inkling(args).stdout).toMatch(/^1 nearest of 300 for each of 100 examples/)
  expect(inkling(['knn', '--data', data, '--k', '401']).stderr).toContain('from 1 to 400')
})
