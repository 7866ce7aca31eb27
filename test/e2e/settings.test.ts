import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSafetensors } from '../../src/nn/safetensors.ts'
import { inkling, root } from '../cli/inkling.ts'
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

describe('train --accumulate', () => {
  const train = (name: string, ...args: string[]) =>
    inkling(['train', 'compare-mlp', '--data', at('digits'), '--epochs', '1', '--out', at(name), '--json', ...args])

  test('computes a batch in parts and learns the same but for rounding', () => {
    const whole = train('at-once', '--batch', '48', '--threads', '1').object()
    const parts = train('in-parts', '--batch', '48', '--accumulate', '5', '--threads', '2').object()
    expect(JSON.parse(readFileSync(join(at('in-parts'), 'config.json'), 'utf8')).recipe).toMatchObject({
      batch: 48,
      accumulate: 5,
    })
    expect(parts.weightsSha256).not.toBe(whole.weightsSha256)
    for (const part of ['train', 'validation', 'test']) expect(parts[part].loss / whole[part].loss).toBeCloseTo(1, 4)
  })

  test('refuses more parts than examples, before anything is made', () => {
    const { status, stderr } = train('too-many', '--batch', '4', '--accumulate', '5')
    expect(status).toBe(2)
    expect(stderr).toContain("accumulate must be a whole number from 1 to the batch's 4, got 5")
    expect(existsSync(at('too-many'))).toBe(false)
    const none = train('none', '--accumulate', '0')
    expect([none.status, none.stderr]).toEqual([2, expect.stringMatching(/--accumulate .*'0' is invalid/)])
  })
})

describe('train --plain-epochs', () => {
  const train = (name: string, ...args: string[]) =>
    inkling(['train', 'compare-mlp', '--data', at('digits'), '--epochs', '2', '--out', at(name), ...small, ...args])

  test('ends with pictures that are not resampled, and is recorded', () => {
    const bent = train('bent', '--augment', 'rotate=20').object()
    const plain = train('plain', '--augment', 'rotate=20', '--plain-epochs', '1').object()
    expect(plain.weightsSha256).not.toBe(bent.weightsSha256)
    const config = JSON.parse(readFileSync(join(at('plain'), 'config.json'), 'utf8'))
    expect(config.recipe).toMatchObject({ augment: { rotate: 20 }, plainEpochs: 1 })
  })

  test('needs an augmentation and as many epochs', () => {
    for (const [args, message] of [
      [['--plain-epochs', '1'], 'there is none here'],
      [['--augment', 'rotate=20', '--plain-epochs', '3'], 'from 0 to the 2 epochs, got 3'],
    ] as const) {
      const { status, stderr } = train('none', ...args)
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)])
      expect(existsSync(at('none'))).toBe(false)
    }
  })
})

describe('train --rates', () => {
  const train = (name: string, rates: string) =>
    inkling([
      ...['train', 'compare-mlp', '--data', at('digits'), '--epochs', '1', '--out', at(name), '--rates', rates],
      ...['--from', at('at-once'), '--allow-overlap', '--json'],
    ])

  test('a factor of 0 leaves a layer as it is, in a run that goes on from another', () => {
    expect(train('head-alone', 'dense_1/=0').status).toBe(0)
    expect(JSON.parse(readFileSync(join(at('head-alone'), 'config.json'), 'utf8')).recipe.optimizer.rates).toEqual({
      'dense_1/': 0,
    })
    const weightsOf = (name: string) => readSafetensors(readFileSync(join(at(name), 'weights.safetensors'))).tensors
    const [before, after] = [weightsOf('at-once'), weightsOf('head-alone')]
    for (const [name, { values }] of before)
      if (name.startsWith('dense_1/')) expect(after.get(name)?.values).toEqual(values)
      else expect(after.get(name)?.values).not.toEqual(values)
  })

  test('names that the network has not are told, with those that it has; nothing is left behind', () => {
    const { status, stderr } = train('no-such', 'tail=0.1')
    expect([status, stderr]).toEqual([2, expect.stringMatching(/"tail".*no parameter[\s\S]*dense_1\/, dense_2\//)])
    expect(existsSync(at('no-such'))).toBe(false)
    expect(train('no-number', 'dense_1=x').stderr).toMatch(/--rates .*such as conv=0\.1,dense_1=0/)
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
      /Each picture is read as it is and in 2 variants \(rotate 3, .*\); the probabilities are averaged/,
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

describe('train --folds', () => {
  const table = Array.from({ length: 90 }, (_, i) => {
    const person = (i * i) % 17
    return `p${person},${(i % 3) + (i % 7) / 5},${i % 5},${'xyz'[i % 3]}`
  })
  const args = () => ['train', at('people.csv'), '--label', 'kind', '--folds', '3', '--epochs', '2', ...small]
  let answer: ReturnType<typeof inkling>
  beforeAll(() => {
    writeFileSync(at('people.csv'), `person,a,b,kind\n${table.join('\n')}\n`)
    answer = inkling([...args(), '--group', 'person', '--out', at('folds')])
  })

  test('prints a table, with --json the folds, their mean and standard deviation', () => {
    const { folds, mean, std, ...rest } = answer.object()
    expect(rest).toMatchObject({ run: at('folds'), model: 'table-mlp', task: 'table', classes: ['x', 'y', 'z'] })
    const accuracies = folds.map((one: { validation: { accuracy: number } }) => one.validation.accuracy)
    const expected = accuracies.reduce((sum: number, one: number) => sum + one) / 3
    expect(mean).toBeCloseTo(expected, 12)
    const squares = accuracies.reduce((sum: number, one: number) => sum + (one - expected) ** 2, 0)
    expect(std).toBeCloseTo(Math.sqrt(squares / 2), 12)
    expect(rest.baselines.map((one: { name: string }) => one.name)).toEqual(['linear', 'majority'])
    expect(answer.stderr).toMatch(/rows of one person are in one fold/)
    const words = inkling([...args().filter(arg => arg !== '--json'), '--out', at('words')]).stdout
    expect(words).toMatch(/fold +validation accuracy.*\n1 .*\n2 .*\n3 .*\nmean +\d+\.\d\d %\nstandard deviation +\d/s)
    expect(readFileSync(join(at('folds'), 'report.html'), 'utf8')).toContain('href="fold-3/report.html"')
  })

  test('nobody is on both sides, and every row is held out once', () => {
    let held = 0
    for (const fold of [1, 2, 3]) {
      const { object } = inkling(['evaluate', at(`folds/fold-${fold}`), '--threads', '1', '--json'])
      const own = answer.object().folds[fold - 1]
      expect(object().accuracy).toBe(own.validation.accuracy)
      held += object().examples
      const { data } = JSON.parse(readFileSync(join(own.run, 'config.json'), 'utf8'))
      expect(data.settings.table).toMatchObject({ group: 'person', fold: { index: fold, of: 3 } })
    }
    expect(held).toBe(90)
  })

  test('its runs answer together where its folder is named', () => {
    const { runs, predictions } = inkling(['predict', at('people.csv'), '--run', at('folds'), '--json']).object()
    expect(runs).toEqual([1, 2, 3].map(fold => join(at('folds'), `fold-${fold}`)))
    expect(predictions).toHaveLength(90)
  })

  test('finished folds are kept when it goes on; settings do not mix', () => {
    const record = JSON.parse(readFileSync(join(at('folds'), 'folds.json'), 'utf8'))
    const gone = { ...record, finished: record.finished.slice(0, 2) }
    writeFileSync(join(at('folds'), 'folds.json'), JSON.stringify(gone))
    const unfinished = inkling(['predict', at('people.csv'), '--run', at('folds')])
    expect([unfinished.status, unfinished.stderr]).toEqual([
      1,
      expect.stringMatching(/only 2 of the 3 folds .* are finished/),
    ])
    const { stderr, object } = inkling(['resume', at('folds'), '--threads', '1', '--json'])
    expect(stderr).toMatch(/2 of 3 folds are finished/)
    const same = ({ seconds: _, folds, ...rest }: Record<string, unknown>) => ({
      ...rest,
      folds: (folds as { weightsSha256: string }[]).map(fold => fold.weightsSha256),
    })
    expect(same(object())).toEqual(same(answer.object()))
    const again = inkling([...args(), '--out', at('folds')])
    expect([again.status, again.stderr]).toEqual([2, expect.stringMatching(/holds a cross-validation already/)])
    const both = inkling([...args(), '--validation', '0.2', '--out', at('both')])
    expect([both.status, both.stderr]).toEqual([2, expect.stringMatching(/folds are the validation parts/)])
  })

  test('Ctrl-C ends with 130 and says how to go on', async () => {
    const child = spawn(
      process.execPath,
      [`${root}bin/inkling.mjs`, ...args().map(arg => (arg === '2' ? '2000' : arg)), '--out', at('stopped')],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let said = ''
    const code = await new Promise(resolve => {
      child.stderr.on('data', data => {
        said += data
        if (/^epoch +\d/m.test(said)) child.kill('SIGINT')
      })
      child.on('close', resolve)
    })
    expect(said).toContain(`Go on with: inkling train --resume ${at('stopped')}`)
    expect(code).toBe(130)
    expect(JSON.parse(readFileSync(join(at('stopped'), 'folds.json'), 'utf8')).finished).toEqual([])
  })
})
