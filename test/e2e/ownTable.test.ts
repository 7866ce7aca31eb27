import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random.ts'
import { type Answer, inkling } from '../cli/inkling.ts'
import { writeFiles } from '../data/folder.ts'
import { difference, runElsewhere } from '../exchange/onnx/runtime.ts'

let folder: string
let trained: Answer
const at = (name: string) => join(folder, name)

/** Rings: `near` or `far` from the middle, which no linear classifier tells apart; colours and gaps beside. */
function rings(count: number, seed: number): string[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, i) => {
    const far = i % 3 === 0
    const [angle, radius] = [random.next() * 2 * Math.PI, far ? 2 + random.next() : random.next()]
    const x = i % 11 === 0 ? 'NA' : (100 + radius * Math.cos(angle)).toFixed(4)
    return `${x},${(0.001 * radius * Math.sin(angle)).toFixed(7)},${['red', 'green', 'blue'][random.int(3)]},${far ? 'far' : 'near'}`
  })
}

const table = (rows: readonly string[]) => `x,y,colour,kind\n${rows.join('\n')}\n`

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-table-'))
  writeFiles(folder, { 'rings.csv': table(rings(600, 1)), 'more.csv': table(rings(50, 2)) })
  const args = ['train', at('rings.csv'), '--label', 'kind', '--epochs', '30', '--seed', '1', '--out', at('run')]
  trained = inkling([...args, '--threads', '1', '--json'])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('train data.csv --label', () => {
  test('a small MLP beside a linear and a majority baseline', () => {
    expect(trained.stderr).toMatch(/600 rows, 3 columns \(2 of numbers, 1 of categories\) as 6 inputs/)
    const result = trained.object()
    expect(result).toMatchObject({ task: 'table', classes: ['far', 'near'], model: 'table-mlp' })
    const [linear, majority] = result.baselines
    expect([linear.name, majority.name]).toEqual(['linear', 'majority'])
    // Two thirds are near.
    expect(majority.test.accuracy).toBeCloseTo(2 / 3, 2)
    expect(result.test.accuracy).toBeGreaterThan(linear.test.accuracy + 0.1)
    expect(result.test.accuracy).toBeGreaterThan(0.9)
  })

  test('in words all three stand in one table', () => {
    const args = ['train', at('rings.csv'), '--label', 'kind', '--epochs', '1', '--out', at('words'), '--threads', '1']
    const { stdout } = inkling(args)
    expect(stdout).toMatch(/accuracy +train +validation +test\n.*\ntable-mlp .*\nlinear .*\nmajority .*/)
    expect(stdout).toMatch(/predict more\.csv/)
  })

  test('evaluate judges the same test part; another table whole', () => {
    const own = inkling(['evaluate', at('run'), '--threads', '1', '--json']).object()
    expect(own.accuracy).toBe(trained.object().test.accuracy)
    const more = inkling(['evaluate', at('run'), '--data', at('more.csv'), '--threads', '1', '--json']).object()
    expect(more.examples).toBe(50)
    expect(more.accuracy).toBeGreaterThan(0.85)
  })

  test('predict names each row; the label column may be missing, and columns may be in another order', () => {
    const unlabelled = rings(50, 2).map(row => row.split(',').slice(0, 3).reverse().join())
    writeFiles(folder, { 'new.csv': `colour,y,x\n${unlabelled.join('\n')}\n` })
    const read = (name: string) => inkling(['predict', at(name), '--run', at('run'), '--json']).object().predictions
    const labels = (name: string) => read(name).map((p: { label: string }) => p.label)
    expect(labels('new.csv')).toEqual(labels('more.csv'))
    expect(read('more.csv')[4].file).toBe(`${at('more.csv')}:5`)
  })

  test('--from goes on with the columns that its weights belong to, in whatever order they come', () => {
    const swapped = rings(600, 1).map(row => row.split(',').reverse().join())
    writeFiles(folder, { 'swapped.csv': `kind,colour,y,x\n${swapped.join('\n')}\n` })
    const args = ['train', at('swapped.csv'), '--label', 'kind', '--from', at('run'), '--lr', '1e-9', '--epochs', '1']
    const on = inkling([...args, '--seed', '1', '--allow-overlap', '--threads', '1', '--out', at('on'), '--json'])
    expect(on.object().test.accuracy, on.stderr).toBeCloseTo(trained.object().test.accuracy, 2)
    const judged = inkling(['evaluate', at('on'), '--threads', '1', '--json']).object()
    expect(judged.accuracy).toBe(on.object().test.accuracy)
  })

  test('its weights file stands for the run that it lies in', () => {
    const own = inkling(['evaluate', at('run/weights.safetensors'), '--threads', '1', '--json'])
    expect(own.object().accuracy, own.stderr).toBe(trained.object().test.accuracy)
    const rows = ['predict', at('more.csv'), '--run', at('run/weights.safetensors'), '--submission', at('s.csv')]
    expect(inkling(rows)).toMatchObject({ status: 2, stderr: expect.stringMatching(/this run learned a table/) })
  })

  test('what is no number is named with its line, and what cannot be for a table is refused', () => {
    writeFiles(folder, {
      'huge.csv': table(['1e300,0,red,near']),
      'typo.csv': table(rings(600, 1).map((row, i) => (i === 7 ? row.replace(/,[^,]*/, ',abc') : row))),
    })
    const huge = inkling(['predict', at('huge.csv'), '--run', at('run')])
    expect(huge).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/huge\.csv, line 2: column "x" holds "1e300"/),
    })
    const train = ['train', at('typo.csv'), '--label', 'kind', '--epochs', '1', '--threads', '1', '--out', at('typo')]
    expect(inkling(train).stderr).toMatch(
      /warning: column "y" is taken for texts: line 9 holds "abc", 599 of 600 are numbers/,
    )
    expect(inkling([...train, '--window', '3'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/--window is for signals, and --label makes .*typo\.csv a table/),
    })
  })

  test('resume comes to the same weights', () => {
    const again = inkling(['resume', at('run'), '--threads', '1', '--json']).object()
    expect(again.weightsSha256).toBe(trained.object().weightsSha256)
    expect(again.baselines).toEqual(trained.object().baselines)
  })

  test('--class-weights lets the rare class count as much; the weights are kept', () => {
    // One in ten is rare, and both overlap: unweighted, nearly all are read as the frequent one.
    const random = createRandom(8)
    const rows = Array.from(
      { length: 500 },
      (_, i) => `${(i % 10 === 0 ? 1 : 0) + random.normal()},${i % 10 === 0 ? 'rare' : 'usual'}`,
    )
    writeFiles(folder, { 'rare.csv': `x,kind\n${rows.join('\n')}\n` })
    const train = (name: string, ...more: string[]) => {
      const args = ['train', at('rare.csv'), '--label', 'kind', '--epochs', '20', '--out', at(name), '--threads', '1']
      expect(inkling([...args, ...more]).status).toBe(0)
      const { perClass } = JSON.parse(readFileSync(join(at(name), 'evaluation.json'), 'utf8'))
      return perClass[0].recall
    }
    expect(train('weighted', '--class-weights')).toBeGreaterThan(train('plain') + 0.3)
    const { recipe } = JSON.parse(readFileSync(join(at('weighted'), 'config.json'), 'utf8'))
    // 360 training rows, 36 of them rare: 360 / (2 * 36) and 360 / (2 * 324).
    expect(recipe.loss.classWeights[0]).toBeCloseTo(5, 5)
    expect(recipe.loss.classWeights[1]).toBeCloseTo(0.5556, 3)
  })

  test('an exported file takes the values as they are: the standardisation is inside', async () => {
    expect(inkling(['export', at('run'), '--out', at('run.onnx')]).status).toBe(0)
    const { columns } = JSON.parse(readFileSync(at('run/config.json'), 'utf8')).data
    // x (a number with gaps) and what says that it is missing, y, and a level of colour each.
    const [x, y, colour] = columns
    expect([x.missing, y.missing, colour.missing]).toEqual([true, false, false])
    const rows = rings(40, 2).map(row => row.split(','))
    const inputs = rows.flatMap(([a, b, c]) => [
      a === 'NA' ? x.mean : Number(a),
      a === 'NA' ? 1 : 0,
      Number(b),
      ...colour.levels.map((level: string) => (level === c ? 1 : 0)),
    ])
    const bytes = readFileSync(at('run.onnx'))
    const { probabilities } = await runElsewhere(bytes, { input: { shape: [40, 6], data: inputs } })
    const own = inkling(['predict', at('more.csv'), '--run', at('run'), '--json'])
      .object()
      .predictions.slice(0, 40)
    const far = own.map((p: { label: string; probability: number }) =>
      p.label === 'far' ? p.probability : 1 - p.probability,
    )
    expect(
      difference(
        far,
        probabilities.data.filter((_, i) => i % 2 === 0),
      ),
    ).toBeLessThan(1e-4)
    const { metadata } = await (await import('../../src/exchange/onnx/index.ts')).loadOnnx(bytes)
    expect(JSON.parse(metadata.columns)).toEqual(columns)
  })

  test('the report and config.json hold what is needed', () => {
    const report = readFileSync(join(at('run'), 'report.html'), 'utf8').replaceAll('<wbr>', '')
    expect(report).toMatch(/accuracyBeside\.linear\.test/)
    const { data } = JSON.parse(readFileSync(join(at('run'), 'config.json'), 'utf8'))
    expect(data.columns.map((column: { name: string }) => column.name)).toEqual(['x', 'y', 'colour'])
  })
})

describe('wrong use', () => {
  test.each([
    [['train', 'rings.csv'], /--label NAME\n.*It has x, y, colour, kind/, 2],
    [['train', 'rings.csv', '--label', 'sort'], /no column "sort" \(--label\)\n.*It has x, y, colour, kind/, 2],
    [['train', 'rings.csv', '--label', 'y'], /regression/, 2],
    [['train', 'rings.csv', '--group', 'colour'], /--label too/, 2],
    [['train', 'quick-cnn', '--data', 'mnist', '--label', 'kind'], /--label\) is for a CSV file/, 2],
    [['train', 'rings.csv', '--label', 'kind', '--augment', 'rotate=5'], /nothing to augment/, 2],
    [['predict', 'a.png', '--run', 'run'], /learned a table/, 2],
    [['predict', 'more.csv', '--run', 'run', '--submission', 'out.csv'], /learned a table/, 2],
  ])('%j', (args, says, status) => {
    const answer = inkling(args, { cwd: folder })
    expect(answer.stderr).toMatch(says)
    expect(answer.stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
    expect(answer.status).toBe(status)
  })
})
