import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

  test('data info of the built-in digits', () => {
    const found = inkling(['data', 'info', 'drawn'], { env: withoutData(empty) })
    expect(found.stdout).toMatch(/no real handwriting[\s\S]*here +built in/)
  })
})

describe.skipIf(!process.env.INKLING_DATA)('with real data', () => {
  test('data info mnist: the known class counts', () => {
    const found = inkling(['data', 'info', 'mnist', '--json']).object()
    // Counted from the label files by many; see e.g. the table in Deng 2012, IEEE Signal Processing Magazine 29(6).
    expect(found.parts[1].perClass).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    expect(found.files.every((file: { canonical: boolean }) => file.canonical)).toBe(true)
  })
})
