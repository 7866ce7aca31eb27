import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inkling, withoutData } from './inkling.ts'

let empty: string
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'inkling-doctor-'))
})
afterAll(() => rmSync(empty, { recursive: true, force: true }))

test('doctor --json: Node, threads, SIMD variant and why, memory, data', () => {
  const answer = inkling(['doctor', '--json', '--threads', '2'], { env: withoutData(empty) })
  expect(answer.stderr).toBe('')
  expect(answer.status).toBe(0)
  const found = answer.object()
  expect(found.node.version).toBe(process.versions.node)
  expect(found.engine.threads).toBe(2)
  expect(found.engine.simd).toMatch(/^(wide|narrow)$/)
  expect(found.engine.reason).not.toBe('')
  expect(found.memory.total).toBeGreaterThan(0)
  expect(found.data.find((d: { name: string }) => d.name === 'mnist').found).toBe(null)
  expect(found.data.find((d: { name: string }) => d.name === 'drawn').found).toBe('built in')
})

test('doctor in words', () => {
  const { stdout, status } = inkling(['doctor'], { env: withoutData(empty) })
  expect(stdout).toMatch(/Node[\s\S]*threads[\s\S]*SIMD[\s\S]*data mnist +not found \(try: inkling data fetch mnist\)/)
  // What no program can fetch is not to be tried.
  expect(stdout).toMatch(/data kaggle +not found \(Kaggle asks for an account: download train\.csv/)
  expect(status).toBe(0)
})

test('a data folder that is not there is a failure', () => {
  const { stderr, status } = inkling(['doctor', '--data-dir', join(empty, 'nowhere')])
  expect(stderr).toMatch(/does not exist/)
  expect(status).toBe(1)
})
