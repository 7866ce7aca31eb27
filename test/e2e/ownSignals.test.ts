import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSignal } from '../../src/data/signals/readSignal.ts'
import { type Answer, inkling } from '../cli/inkling.ts'
import { writeFiles } from '../data/folder.ts'
import { answers, difference, runElsewhere } from '../exchange/onnx/runtime.ts'

let folder: string
let trained: Answer
const at = (name: string) => join(folder, name)
const run = (...args: string[]) => inkling([...args, '--threads', '1', '--json'], { cwd: folder })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-signals-'))
  for (const what of ['signals', 'recording']) expect(inkling(['data', 'make', what], { cwd: folder }).status).toBe(0)
  trained = run('train', './signals', '--group', '{machine}-*', '--epochs', '8', '--seed', '1', '--out', 'run')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('train ./signals', () => {
  test('a convolution over time beside a linear and a majority baseline, judged on other machines', () => {
    const result = trained.object()
    expect(result).toMatchObject({ task: 'signal', classes: ['good', 'unbalanced', 'worn'], model: 'signal-cnn' })
    const [linear, majority] = result.baselines
    expect([linear.name, majority.name]).toEqual(['linear', 'majority'])
    expect(majority.test.accuracy).toBeLessThan(0.4)
    expect(result.test.accuracy).toBeGreaterThan(linear.test.accuracy + 0.2)
    // Two machines are held back, with two recordings of three states each.
    expect(result.files).toMatchObject({ count: 12 })
    expect(result.files.accuracy).toBeGreaterThan(0.8)
    expect(trained.stderr).toMatch(/from 2 of 10 machines; a machine is on one side only, else the result leaks/)
  })

  test('an LSTM by its name; a part of the channels', () => {
    const args = ['train', 'signal-lstm', '--data', './signals', '--epochs', '1', '--channels', 'x,z', '--window', '1s']
    const result = run(...args, '--out', 'lstm').object()
    expect(result).toMatchObject({ task: 'signal', model: 'signal-lstm' })
    const { model, recipe, data } = JSON.parse(readFileSync(at('lstm/config.json'), 'utf8'))
    expect(model.inputShape).toEqual([100, 2])
    expect(data.settings.signals).toMatchObject({ window: '100', rate: 100, channels: ['x', 'z'], unit: 'file' })
    // Standardised per channel by the training part: z lies around 9.81.
    expect(recipe.input.shift[1] / recipe.input.scale[1]).toBeCloseTo(-9.81, 0)
  })

  test('evaluate judges the same part again; other signals whole', () => {
    const own = run('evaluate', 'run').object()
    expect([own.accuracy, own.files]).toEqual([trained.object().test.accuracy, trained.object().files])
    inkling(['data', 'make', 'signals', '--seed', '5', '--out', 'others'], { cwd: folder })
    const others = run('evaluate', 'run', '--data', 'others').object()
    expect(others.files.count).toBe(60)
    expect(others.files.accuracy).toBeGreaterThan(0.7)
  })

  test('what is asked for in vain is refused', () => {
    const refused = (...args: string[]) => {
      const { status, stderr } = run(...args)
      expect(status, stderr).toBe(2)
      return stderr
    }
    const recording = `signals/good/${readdirSync(at('signals/good'))[0]}`
    expect(refused('predict', recording, '--run', 'run', '--submission', 's.csv')).toMatch(/this run learned signals/)
    expect(refused('evaluate', 'run', '--data', recording)).toMatch(/Name its label file with --labels/)
    expect(refused('evaluate', 'run', '--data', 'signals', '--label', 'state')).toMatch(/name that with --labels/)
    writeFiles(folder, { 'bad/two.csv': 'x,y,z\n1,2,a\n' })
    // One bad file of many is named without its path twice.
    const read = run('predict', 'signals/good', 'bad/two.csv', '--run', 'run', '--sampled-at', '100').object()
    expect(read.unreadable[0].reason).toMatch(/^line 2: /)
  })

  test('resume comes to the same weights', () => {
    const again = run('resume', 'run').object()
    expect(again.weightsSha256).toBe(trained.object().weightsSha256)
  })

  test('the report draws windows as line charts', () => {
    const report = readFileSync(at('run/report.html'), 'utf8')
    expect(report.match(/<g id="trace-\d+"><path d="M0 [\d.]+L/g)?.length).toBeGreaterThan(20)
    expect(report.match(/aria-label="good\/m\d\d-\d\.csv:\d+: good, read as good"/g)?.length).toBeGreaterThan(5)
    expect(/undefined|NaN/.exec(report.split('</head>')[1])).toBeNull()
  })
})

describe('predict', () => {
  const predict = (...args: string[]) => run('predict', ...args).object().predictions

  test('a file is the mean of its windows', () => {
    const files = ['signals/worn/m03-1.csv', 'signals/good/m03-2.csv']
    const whole = predict(...files, '--run', 'run')
    expect(whole.map((p: { file: string }) => p.file)).toEqual(files)
    expect(whole[0].label).toBe('worn')
    const windows = predict(files[0], '--run', 'run', '--windows')
    expect(whole[0].windows).toBe(windows.length)
    expect(windows[1]).toMatchObject({ file: `${files[0]}:32`, start: 32, seconds: 0.32 })
    const worn = (p: { top: { label: string; probability: number }[] }) =>
      p.top.find(({ label }) => label === 'worn')?.probability ?? 0
    const mean = windows.reduce((sum: number, p: never) => sum + worn(p), 0) / windows.length
    expect(worn(whole[0])).toBeCloseTo(mean, 5)
  })

  test('a folder; what is shorter than a window or cannot be read is left out and said', () => {
    const good = readFileSync(at('signals/good/m01-1.csv'))
    writeFiles(folder, { 'some/a.csv': good, 'some/bad.csv': 'x,y,z\n1,2,o\n', 'some/short.csv': 'x,y,z\n1,2,3\n' })
    const answer = run('predict', 'some', '--run', 'run', '--sampled-at', '100')
    expect(answer.object().unreadable).toEqual([
      { file: 'some/bad.csv', reason: expect.stringMatching(/line 2: column "z" holds "o"/) },
    ])
    expect(answer.stderr).toMatch(/left out: .*some\/bad\.csv .*line 2/)
    expect(answer.object().predictions.map((p: { file: string }) => p.file)).toEqual(['some/a.csv'])
    expect(answer.stderr).toMatch(/some\/short\.csv is left out: 1 sample \(10 ms\), shorter than the window/)
  })

  test('long signals are answered window by window', () => {
    const args = ['train', 'recording/long.csv', '--labels', 'recording/labels.csv', '--window', '128', '--hop', '64']
    const result = run(...args, '--epochs', '30', '--out', 'long').object()
    expect(result.test.accuracy).toBeGreaterThan(0.8)
    expect(result.warnings.join()).toMatch(/All windows are of one recording/)
    const windows = predict('recording/long.csv', '--run', 'long')
    expect(windows.slice(0, 2).map((p: { file: string }) => p.file)).toEqual([
      'recording/long.csv:0',
      'recording/long.csv:64',
    ])
    inkling(['data', 'make', 'recording', '--seed', '3', '--out', 'other'], { cwd: folder })
    const other = run('evaluate', 'long', '--data', 'other/long.csv', '--labels', 'other/labels.csv')
    expect(other.object().count).toBeGreaterThan(500)
  })
})

describe('export', () => {
  test('the standardisation is in the file: onnxruntime-web reads signals as they are', async () => {
    expect(run0('export', 'run', '--out', 'run.onnx').status).toBe(0)
    const { values } = await readSignal(at('signals/worn/m02-1.csv'))
    const windows = [0, 32, 64].flatMap(start => Array.from(values.subarray(3 * start, 3 * (start + 64))))
    const { probabilities } = await runElsewhere(readFileSync(at('run.onnx')), {
      input: { shape: [3, 64, 3], data: windows },
    })
    const own = run('predict', 'signals/worn/m02-1.csv', '--run', 'run', '--windows').object().predictions.slice(0, 3)
    const classes = trained.object().classes as string[]
    const expected = own.flatMap((p: { top: { label: string; probability: number }[] }) =>
      classes.map(label => p.top.find(one => one.label === label)?.probability ?? 0),
    )
    expect(difference(probabilities.data, expected)).toBeLessThan(1e-5)
    expect(answers(probabilities).map(k => classes[k])).toEqual(own.map((p: { label: string }) => p.label))
  })
})

/** Without the options that not every command has. */
const run0 = (...args: string[]) => inkling(args, { cwd: folder })

describe('wrong use', () => {
  test.each([
    [['train', './signals', '--window', '2 metres'], /--window "2 metres" is no length/, 2],
    [['train', './signals', '--hop', '0'], /--hop 0 is less than one sample/, 2],
    [['train', './signals', '--rest', 'x'], /--rest is for a label file/, 2],
    [['train', './signals', '--group', 'machine'], /pattern/, 2],
    [['train', './signals', '--channels', 'x,q'], /has no channel "q"/, 1],
    [['train', './signals', '--augment', 'rotate=5'], /nothing to augment/, 2],
    [['train', 'recording/long.csv', '--labels', 'none.csv'], /none\.csv does not exist/, 1],
    [['train', 'quick-cnn', '--data', 'mnist', '--window', '5'], /mnist is no folder of signals/, 2],
    [['predict', 'a.png', '--run', 'run'], /a\.png does not exist/, 1],
    [['predict', 'run/config.json', '--run', 'run'], /learned signals: it reads \.wav and \.csv files/, 2],
    [['predict', 'one.csv', '--run', 'run'], /one\.csv, line 3: column "y" holds "o"/, 1],
    [
      ['predict', 'signals/good/m01-1.csv', '--windows'],
      /--windows and --sampled-at are for a run that learned signals/,
      2,
    ],
    [['evaluate', 'run', '--labels', 'recording/labels.csv'], /name them with --data/, 2],
    [['data', 'make', 'signals'], /signals is not empty/, 2],
  ])('%j', (args, says, status) => {
    writeFiles(folder, { 'one.csv': 'time,x,y,z\n0,1,2,3\n0.01,1,o,3\n' })
    const before = readdirSync(folder)
    const answer = run0(...args)
    expect(answer.stderr).toMatch(says)
    expect(answer.stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
    expect(answer.status).toBe(status)
    // Nothing half-written.
    expect(readdirSync(folder).filter(name => !before.includes(name))).toEqual([])
  })
})
