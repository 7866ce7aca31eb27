import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inkling } from '../cli/inkling.ts'
import { writeSmallData } from './small.ts'

let folder: string
const at = (name: string) => join(folder, name)
const small = ['--batch', '16', '--threads', '1', '--json']

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-settings-'))
  writeSmallData(at('digits'), at('pictures'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('train --lr auto', () => {
  test('finds a rate, says it in one line, records and draws the test', () => {
    const args = ['train', at('digits'), '--lr', 'auto', '--epochs', '1', '--out', at('auto'), ...small]
    const { stderr, object } = inkling(args)
    const { auto, rate } = object().learningRate
    expect(auto).toBe(true)
    expect(stderr.match(/^learning rate .*$/gm)).toEqual([
      expect.stringMatching(`^learning rate ${rate}, by a range test of \\d+ batches \\(the recipe's: 0.01\\)$`),
    ])
    const config = readFileSync(join(at('auto'), 'config.json'), 'utf8')
    expect(JSON.parse(config)).toMatchObject({ learningRate: { auto, rate }, recipe: { optimizer: { rate } } })
    expect(config).toMatch(/"losses": \[[-\d.e, ]+\]\n/) // on one line
    expect(readFileSync(join(at('auto'), 'report.html'), 'utf8')).toContain('How its learning rate was found')
    const given = ['train', at('digits'), '--lr', String(rate), '--epochs', '1', '--out', at('given'), ...small]
    expect(inkling(given).object().weightsSha256).toBe(object().weightsSha256)
  })

  test('nothing else than a number or auto will do', () => {
    const { status, stderr } = inkling(['train', at('digits'), '--lr', 'automatic', '--out', at('none')])
    expect(status).toBe(2)
    expect(stderr).toMatch(/--lr .*'automatic' is invalid. It must be a number above 0, or auto/)
  })
})

describe('several runs, several views', () => {
  const run = (name: string, ...args: string[]) => {
    const all = ['train', ...args, '--epochs', '1', '--out', at(name), ...small]
    return inkling(all).object()
  }
  beforeAll(() => {
    run('a', 'compare-mlp', '--data', at('digits'))
    run('b', 'quick-cnn', '--data', at('digits'), '--seed', '1')
  })

  test('predict --run A --run B averages their probabilities', () => {
    const predict = (...runs: string[]) => {
      const args = ['predict', at('pictures'), '--top', '10', '--json', ...runs.flatMap(name => ['--run', at(name)])]
      return inkling(args).object()
    }
    const [a, b, both] = [predict('a'), predict('b'), predict('a', 'b')]
    expect(Object.keys(both).sort()).toEqual([...Object.keys(a), 'runs'].sort())
    expect(both).toMatchObject({ run: `${at('a')} + ${at('b')}`, runs: [at('a'), at('b')] })
    expect(both.predictions).toHaveLength(100)
    const probability = (made: typeof a, i: number, label: string) =>
      made.predictions[i].top.find((one: { label: string }) => one.label === label).probability
    for (const i of [0, 42, 99]) {
      const { label, probability: sure, file } = both.predictions[i]
      expect(file).toBe(a.predictions[i].file)
      expect(sure).toBeCloseTo((probability(a, i, label) + probability(b, i, label)) / 2, 6)
    }
  })

  test('evaluate A B --tta 2 judges the average on the test part', () => {
    const { stderr, object } = inkling(['evaluate', at('a'), at('b'), '--tta', '2', '--threads', '1', '--json'])
    expect(stderr).toMatch(
      /Each picture is read as it is and in 2 variants \(rotate 5, .*\); the probabilities are averaged/,
    )
    expect(object()).toMatchObject({ runs: [at('a'), at('b')], model: 'compare-mlp + quick-cnn', examples: 100 })
    expect(object().tta).toHaveLength(2)
    // The validation parts were drawn by two seeds: one run has learned what the other is judged on.
    const { status, stderr: why } = inkling(['evaluate', at('a'), at('b'), '--part', 'validation'])
    expect(status).toBe(2)
    expect(why).toContain(`${at('b')} would be judged on other examples`)
  })

  test('what does not go together is refused, naming the run', () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * i) % 11},${['x', 'y'][i % 2]}`)
    writeFileSync(at('table.csv'), `p,q,kind\n${rows.join('\n')}\n`)
    run('c', at('table.csv'), '--label', 'kind')
    const other = inkling(['predict', at('pictures'), '--run', at('a'), '--run', at('c')])
    expect(other.status).toBe(2)
    expect(other.stderr).toContain(`${at('c')} has other classes (x, y) than ${at('a')}`)
    const twice = inkling(['evaluate', at('a'), at('a')])
    expect([twice.status, twice.stderr]).toEqual([2, expect.stringContaining('is named twice')])
    const numbers = inkling(['predict', at('table.csv'), '--run', at('c'), '--tta', '4'])
    expect(numbers.status).toBe(2)
    expect(numbers.stderr).toMatch(/test-time augmentation is for pictures/)
  })
})
