import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeSmallData } from '../e2e/small.ts'
import { inkling } from './inkling.ts'

let folder: string
let data: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-sweep-'))
  data = join(folder, 'digits')
  writeSmallData(data)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('sweep: a table, a page, runs that other commands take; --resume of a whole one trains nothing', () => {
  const out = join(folder, 'sweep')
  const grid = join(folder, 'grid.json')
  writeFileSync(grid, JSON.stringify({ lr: [1e-3, 1e-2], width: [10, 30] }))
  const args = ['sweep', 'mnist-bpnn', '--data', data, '--grid', grid, '--epochs', '3', '--out', out]
  const { sweep, trials, best, rungs } = inkling([...args, '--json']).object()
  expect([sweep, rungs, trials.length]).toEqual([out, [1, 3], 4])
  expect(best.values.lr).toBe(1e-2)
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('mnist-bpnn on digits: 4 trials')
  const judged = inkling(['evaluate', best.run, '--json']).object()
  expect(judged.accuracy).toBe(best.test.accuracy)
  const kept = readFileSync(join(best.run, 'metrics.jsonl'), 'utf8')
  const again = inkling(['sweep', '--resume', out])
  expect([again.status, again.stdout]).toEqual([
    0,
    expect.stringMatching(/^\ntrial +lr +width[\s\S]*\nbest +trial 00[34]/),
  ])
  expect(readFileSync(join(best.run, 'metrics.jsonl'), 'utf8')).toBe(kept)
  expect(inkling(args)).toMatchObject({ status: 2 })
})

test('sweep: its trials see the data as --with makes them, and say so to those who read them again', () => {
  const out = join(folder, 'hearts')
  const made = ['--data', 'made-heartbeats', '--with', 'unit=segment', '--with', 'labels=not-n']
  const axes = ['--grid', 'normalise=unit,standardise', '--epochs', '1', '--examples', '300']
  const { best, warnings } = inkling(['sweep', 'mnist-bpnn', ...made, ...axes, '--out', out, '--json']).object()
  const judged = inkling(['evaluate', best.run, '--json']).object()
  expect(judged.classes).toEqual(['N', 'not N'])
  for (const one of [warnings, judged.warnings]) expect(one.join(' ')).toMatch(/made by the program.*saying so always/)
  expect(inkling(['sweep', '--resume', out, '--json']).object().best).toEqual(best)
})

test('sweep: what makes no sense is told with exit code 2 and leaves nothing behind', () => {
  const out = join(folder, 'wrong')
  const told = (...args: string[]) => {
    const { status, stderr } = inkling(['sweep', ...args, '--out', out])
    expect([status, existsSync(out)]).toEqual([2, false])
    return stderr
  }
  expect(told('mnist-bpnn', '--grid', 'absent.json')).toContain('absent.json does not exist')
  expect(told('mnist-bpnn')).toContain('needs a model and the axes')
  expect(told('mnist-bpnn', '--grid', 'widht=3')).toContain('did you mean "width"?')
  expect(told('mnist-bpnn', '--grid', 'lr=-1')).toContain('learning rate')
  expect(told('mnist-bpnn', '--grid', 'lr=1e-4..1e-2')).toContain('--random')
  expect(inkling(['sweep', 'mnist-bpnn', '--resume', folder, '--epochs', '2'])).toMatchObject({ status: 2 })
})
