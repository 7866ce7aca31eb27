import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { datasetInfo } from '../../src/data/registry.ts'
import { inkling, withoutData } from './inkling.ts'

let empty: string
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'inkling-data-'))
})
afterAll(() => rmSync(empty, { recursive: true, force: true }))

describe('without real data', () => {
  test('data list says what is here', () => {
    const answer = inkling(['data', 'list', '--json'], { env: withoutData(empty) })
    const { datasets } = answer.object()
    const mnist = datasets.find((d: { name: string }) => d.name === 'mnist')
    expect(mnist).toMatchObject({ shape: [28, 28, 1], examples: { train: 60_000, test: 10_000 }, found: null })
    expect(inkling(['data', 'list'], { env: withoutData(empty) }).stdout).toMatch(/^name[\s\S]*\nmnist .* -\n/)
  })

  test('data info describes what is not here', () => {
    const answer = inkling(['data', 'info', 'mnist'], { env: withoutData(empty) })
    expect(answer.stdout).toMatch(/yann\.lecun\.com[\s\S]*licence[\s\S]*here +no/)
    expect(answer.status).toBe(0)
  })

  test('data info shows which files are here where others are missing', () => {
    const folder = join(empty, 'some', 'cifar-10')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'test_batch.bin'), 'x')
    const args = ['data', 'info', 'cifar-10', '--data-dir', join(empty, 'some')]
    const { stdout } = inkling(args, { env: withoutData(empty) })
    expect(stdout).toMatch(/here +no: .*cifar-10 lacks data_batch_1\.bin, .*data_batch_5\.bin\n/)
    expect(stdout).toMatch(/data_batch_5\.bin .* -\ntest_batch\.bin .* yes\n/)
  })

  test('an INKLING_DATA that is no folder is told', () => {
    const answer = inkling(['data', 'list'], { env: { ...withoutData(empty), INKLING_DATA: join(empty, 'nope') } })
    expect(answer.stderr).toBe(`warning: INKLING_DATA names ${join(empty, 'nope')}, which is no folder\n`)
    expect(answer.status).toBe(0)
  })

  test('data info of the built-in digits', () => {
    const found = inkling(['data', 'info', 'drawn'], { env: withoutData(empty) })
    expect(found.stdout).toMatch(/no real handwriting[\s\S]*here +built in/)
  })
})

describe('preview', () => {
  test('writes a contact sheet that is a PNG, and counts the classes', () => {
    const out = join(empty, 'sheet.png')
    const found = inkling(['data', 'preview', 'drawn', '--out', out, '--per-class', '5', '--json']).object()
    expect(found).toMatchObject({ file: out, examples: 2000 })
    expect(found.distribution.map((c: { count: number }) => c.count)).toEqual(new Array(10).fill(200))
    expect([...readFileSync(out).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
  })

  test('a part that is not there, a folder that is none', () => {
    for (const name of ['unlabelled', 'validation']) {
      const part = inkling(['data', 'preview', 'drawn', '--part', name])
      expect(part.stderr).toContain(`drawn has no part "${name}"`)
      expect(part.status).toBe(2)
    }
    expect(inkling(['data', 'preview', join(empty, 'nowhere')]).status).toBe(1)
  })
})

test('a folder of signals is told as such', () => {
  const folder = join(empty, 'signals')
  inkling(['data', 'make', 'signals', '--out', folder])
  expect(inkling(['data', 'info', folder, '--json']).object().task).toBe('signals')
})

test('what cannot be fetched is said with how to get it', () => {
  const drawn = inkling(['data', 'fetch', 'drawn'])
  expect(drawn.stderr).toMatch(/built in/)
  expect(drawn.status).toBe(2)
  const kaggle = inkling(['data', 'fetch', 'kaggle', '--data-dir', empty])
  expect(kaggle.stderr).toMatch(/cannot be fetched by a program[\s\S]*download train\.csv/)
  expect(kaggle.status).toBe(1)
})

test('what has no known checksums is not said to have the right ones', () => {
  const folder = join(empty, 'sized')
  mkdirSync(join(folder, 'cifar-100'), { recursive: true })
  // Files of zeros that take no room.
  for (const { name, bytes } of datasetInfo('cifar-100').files) {
    writeFileSync(join(folder, 'cifar-100', name), '')
    truncateSync(join(folder, 'cifar-100', name), bytes)
  }
  const { stdout } = inkling(['data', 'fetch', 'cifar-100', '--data-dir', folder])
  expect(stdout).toMatch(/here; its files have the right sizes; their checksums are not known\.\n$/)
})

describe.skipIf(!process.env.INKLING_DATA)('with real data', () => {
  test('data info mnist: the known class counts', () => {
    const found = inkling(['data', 'info', 'mnist', '--json']).object()
    // Counted from the label files by many; see e.g. the table in Deng 2012, IEEE Signal Processing Magazine 29(6).
    expect(found.parts[1].perClass).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    expect(found.files.every((file: { canonical: boolean }) => file.canonical)).toBe(true)
  })
})
