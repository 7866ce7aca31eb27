import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, inkling, root } from '../cli/inkling.ts'
import { SMALL, writeSmallData } from './small.ts'

let folder: string
let data: string
let pictures: string
let run: string
let trained: Answer
const at = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-train-'))
  data = at('data')
  pictures = at('pictures')
  run = at('run')
  writeSmallData(data, pictures)
  trained = inkling(['train', 'compare-mlp', '--data', data, ...settings, '--out', run, '--threads', '2', '--json'])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const settings = ['--epochs', '3', '--seed', '7', '--batch', '32']

describe('train', () => {
  test('--json: one object with the scores of each part, nothing else on stdout', () => {
    expect(trained.status).toBe(0)
    const result = trained.object()
    for (const part of ['train', 'validation', 'test']) {
      expect(result[part].loss).toBeGreaterThan(0)
      expect(result[part].accuracy).toBeGreaterThan(0.3)
    }
    expect(result.run).toBe(run)
    expect(result.parameters).toBe(235146)
    expect(result.seconds).toBeGreaterThan(0)
    expect(result.examplesPerSecond).toBeGreaterThan(0)
  })

  test('progress goes to stderr, a line an epoch', () => {
    expect(trained.stderr.match(/epoch \d\/3 {2}loss/g)).toHaveLength(3)
  })

  test('the run folder is complete, and the hash is that of the weights', () => {
    for (const name of ['config.json', 'metrics.jsonl', 'weights.safetensors', 'evaluation.json', 'report.html']) {
      expect(statSync(join(run, name)).size).toBeGreaterThan(0)
    }
    const weights = readFileSync(join(run, 'weights.safetensors'))
    expect(createHash('sha256').update(weights).digest('hex')).toBe(trained.object().weightsSha256)
    expect(readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n')).toHaveLength(3)
  })

  test('in words it says where the run is and what to type next', () => {
    const { stdout, status } = inkling(['train', 'lenet5', '--data', data, '--epochs', '1', '--out', at('words')])
    expect(status).toBe(0)
    expect(stdout).toMatch(/test +[\d.]+ %[\s\S]*report +.*report\.html[\s\S]*Next: inkling evaluate/)
  })

  test('--from goes on from trained weights', () => {
    const { status, stdout } = inkling([
      'train',
      'compare-mlp',
      '--data',
      data,
      '--epochs',
      '1',
      '--from',
      run,
      '--out',
      at('from'),
      '--json',
    ])
    expect(status).toBe(0)
    expect(JSON.parse(stdout).test.accuracy).toBeGreaterThan(0.5)
  })

  test('test pictures among the training pictures are refused, or said wherever the figures are', () => {
    const leaky = at('leaky')
    cpSync(data, leaky, { recursive: true })
    for (const name of ['images-idx3-ubyte', 'labels-idx1-ubyte'])
      copyFileSync(join(leaky, `train-${name}`), join(leaky, `t10k-${name}`))
    const args = ['train', 'compare-mlp', '--data', leaky, '--epochs', '1', '--out', at('leaked')]
    const refused = inkling(args)
    expect(refused.stderr).toMatch(/^error: 400 of the 400 pictures .*\n.*--allow-overlap\.\n$/)
    expect(refused.status).toBe(1)
    expect(existsSync(at('leaked'))).toBe(false)
    const warning = /WARNING: 400 of the 400 test examples are also training examples/
    expect(inkling([...args, '--allow-overlap']).stdout).toMatch(warning)
    expect(inkling(['evaluate', at('leaked')]).stdout).toMatch(warning)
    expect(inkling(['evaluate', at('leaked'), '--data', data]).stdout).not.toMatch(warning)
    expect(readFileSync(join(at('leaked'), 'report.html'), 'utf8')).toContain('400 of the 400 test examples')
  })

  test.skipIf(process.platform === 'win32')('Ctrl-C saves and exits 130; resume ends with the same bits', async () => {
    const cut = at('cut')
    const many = ['--data', data, '--epochs', '40', '--seed', '7', '--batch', '32', '--json']
    const whole = inkling(['train', 'compare-mlp', ...many, '--out', at('whole')]).object()
    const child = spawn(process.execPath, [`${root}bin/inkling.mjs`, 'train', 'compare-mlp', ...many, '--out', cut])
    const ended = new Promise<number | null>(resolve => child.on('exit', resolve))
    let said = ''
    child.stderr.on('data', text => {
      const before = said.includes('epoch')
      said += text
      if (!before && said.includes('epoch')) child.kill('SIGINT')
    })
    expect(await ended).toBe(130)
    expect(said).toMatch(/Go on with: inkling train --resume/)
    const resumed = inkling(['resume', cut, '--json'])
    expect(resumed.stderr).toMatch(/goes on in epoch/)
    expect(resumed.object().weightsSha256).toBe(whole.weightsSha256)
  })
})

describe('evaluate', () => {
  test('agrees with what train said of the test part', () => {
    const evaluation = inkling(['evaluate', run, '--json']).object()
    expect(evaluation.accuracy).toBe(trained.object().test.accuracy)
    expect(evaluation.loss).toBeCloseTo(trained.object().test.loss, 6)
    expect(evaluation.confusion.flat().reduce((a: number, b: number) => a + b, 0)).toBe(SMALL.test)
    expect(evaluation.perClass).toHaveLength(10)
  })

  test('the other parts are those of the training', () => {
    for (const part of ['train', 'validation'] as const) {
      const { loss, accuracy } = inkling(['evaluate', run, '--part', part, '--json']).object()
      expect({ loss, accuracy }).toEqual(trained.object()[part])
    }
  })

  test('in words: per-class table and confusions', () => {
    const { stdout } = inkling(['evaluate', run, '--data', data])
    expect(stdout).toMatch(
      /accuracy[\s\S]*class +precision +recall[\s\S]*macro[\s\S]*true \\ read[\s\S]*Worst confusions/,
    )
  })
})

describe('predict', () => {
  test('reads a folder in natural order and agrees with evaluate on every digit', () => {
    const { predictions } = inkling(['predict', pictures, '--run', run, '--json']).object()
    const files = predictions.map((p: { file: string }) => p.file)
    expect(files).toEqual(Array.from({ length: SMALL.test }, (_, i) => join(pictures, `digit${i}.png`)))
    const labels = readFileSync(join(data, 't10k-labels-idx1-ubyte')).subarray(8)
    const right = predictions.filter((p: { label: string }, i: number) => p.label === String(labels[i])).length
    expect(right / SMALL.test).toBe(trained.object().test.accuracy)
  })

  test('files in the order given, labels as strings, probabilities falling', () => {
    const files = ['digit7.png', 'digit3.png'].map(name => join(pictures, name))
    const { predictions } = inkling(['predict', '--run', run, ...files, '--json']).object()
    expect(predictions.map((p: { file: string }) => p.file)).toEqual(files)
    for (const { label, probability, top } of predictions) {
      expect(typeof label).toBe('string')
      expect(top[0]).toEqual({ label, probability })
      expect(top[0].probability).toBeGreaterThanOrEqual(top[1].probability)
    }
  })

  test('without --run it takes the newest run in ./runs, else the reader that comes with it, and says which', () => {
    const shipped = inkling(['predict', join(pictures, 'digit0.png')], { cwd: folder })
    expect(shipped.stderr).toMatch(/no run in .\/runs: using the reader that comes with inkling/)
    expect(shipped.status).toBe(0)
    inkling(['train', 'mnist-bpnn', '--data', data, '--epochs', '1'], { cwd: folder })
    const { stdout, stderr, status } = inkling(['predict', join(pictures, 'digit0.png')], { cwd: folder })
    expect(stderr).toMatch(/Using the newest run: runs.*mnist-bpnn-1/)
    expect(stdout).toMatch(/digit0\.png +\d +[\d.]+ %/)
    expect(status).toBe(0)
  })
})
