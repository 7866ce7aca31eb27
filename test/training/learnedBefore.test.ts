import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgedBy } from '../../src/cli/judged.ts'
import { trainFolds } from '../../src/training/folds.ts'
import { readConfig } from '../../src/training/runFolder.ts'
import { trainRun } from '../../src/training/train.ts'
import type { NewRun } from '../../src/training/trainOptions.ts'
import { bands, roundedBackend } from './toy.ts'
import { toyData, toyRun } from './toyRun.ts'

const folder = mkdtempSync(join(tmpdir(), 'inkling-learned-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string) => join(folder, name)
const changes = { epochs: 1 }

describe('a table, split by the seed', () => {
  const data = at('points.csv')
  const rows = Array.from({ length: 100 }, (_, i) => `${i % 17},${i},${i % 3 === 0 ? 'far' : 'near'}`)
  writeFileSync(data, `x,y,kind\n${rows.join('\n')}\n`)
  const backend = roundedBackend()
  const settings = { model: 'table-mlp', data, table: { label: 'kind' }, changes, backend } satisfies NewRun
  const run = (name: string, more: Partial<NewRun> = {}) => trainRun({ ...settings, out: at(name), ...more })

  beforeAll(async () => void (await run('first')))

  test('with another seed the test part was learned: it is said wherever the scores stand', async () => {
    const notes: string[] = []
    const onNote = (note: string) => notes.push(note)
    const report = ({ data }: { data: { warnings: string[] } }) => data.warnings.join()
    const { warnings } = await run('other-seed', { from: at('first'), seed: 1, onNote, report })
    const said = expect.stringMatching(
      /^Test and validation part hold examples that .*first learned, .* too good\. Take the split of that run: --seed 0\.$/,
    )
    expect(warnings).toContainEqual(said)
    expect(notes).toContainEqual(expect.stringMatching(/^warning: Test and validation part hold/))
    expect(readFileSync(join(at('other-seed'), 'report.html'), 'utf8')).toContain('such scores are too good')
    const evaluation = JSON.parse(readFileSync(join(at('other-seed'), 'evaluation.json'), 'utf8'))
    expect(evaluation.warnings).toContainEqual(said)
    expect((await trainRun({ resume: at('other-seed'), backend })).warnings).toContainEqual(said)
    expect((await judgedBy(at('other-seed'), ['far', 'near'], {})).warnings).toContainEqual(said)
  })

  test('with its seed it was not', async () => {
    const { warnings } = await run('same-seed', { from: join(at('first'), 'weights.safetensors') })
    expect(warnings.join()).not.toContain('learned')
    expect(readConfig(at('same-seed')).from?.learned).toBeUndefined()
  })

  test('with another validation share that part alone was learned', async () => {
    await run('other-share', { from: at('first'), changes: { ...changes, validation: 0.3 } })
    const { learned } = readConfig(at('other-share')).from ?? {}
    expect(learned).toEqual([{ run: at('first'), parts: ['validation'], like: '--validation 0.1' }])
  })

  test('also by the run before the one that is gone on from', async () => {
    await run('second', { from: at('first'), seed: 2 })
    await run('third', { from: at('second'), seed: 2 })
    expect(readConfig(at('third')).from?.learned).toMatchObject([{ run: at('first'), parts: ['test', 'validation'] }])
  })

  test('of weights without settings nothing is known', async () => {
    cpSync(join(at('first'), 'weights.safetensors'), at('alone.safetensors'))
    const { warnings } = await run('from-file', { from: at('alone.safetensors'), seed: 1 })
    expect(warnings.join()).not.toContain('learned')
  })

  test('folds are refused: every one was learned', async () => {
    const error = await trainFolds({ ...settings, folds: 3, from: at('first'), out: at('folds') }).catch(e => e)
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('has learned examples of all folds') })
    expect(error.hint).toContain('Leave --from out')
    expect(existsSync(at('folds'))).toBe(false)
  })
})

describe('data in memory', () => {
  const settings = { ...toyRun, changes }
  const learnedBy = async (name: string, more: Partial<NewRun>) => {
    const { warnings } = await trainRun({ ...settings, ...more, out: at(name) })
    return { warnings, learned: readConfig(at(name)).from?.learned }
  }

  test('the validation part, where it is held out otherwise', async () => {
    await trainRun({ ...settings, out: at('toy') })
    const { learned, warnings } = await learnedBy('toy-4', { from: at('toy'), seed: 4 })
    expect(learned).toEqual([{ run: at('toy'), parts: ['validation'], like: '--seed 3' }])
    expect(warnings).toEqual([expect.stringMatching(/^The validation part holds examples that .*--seed 3\.$/)])
    expect((await learnedBy('toy-3', { from: at('toy') })).learned).toBeUndefined()
    expect(
      (await learnedBy('others', { from: at('toy'), seed: 4, data: { ...toyData(), train: bands(90, 5) } })).learned,
    ).toBeUndefined()
  })

  test('not where the data bring it', async () => {
    const data = { ...toyData(), validation: bands(30, 9) }
    await trainRun({ ...settings, data, out: at('given') })
    expect((await learnedBy('given-4', { data, from: at('given'), seed: 4 })).learned).toBeUndefined()
  })

  test('a fold left the test part alone', async () => {
    await trainRun({ ...settings, fold: { index: 1, of: 3 }, out: at('fold') })
    expect((await learnedBy('after-fold', { from: at('fold') })).learned).toEqual([
      { run: at('fold'), parts: ['validation'] },
    ])
  })
})
