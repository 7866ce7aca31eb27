import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random.ts'
import { type Answer, inkling } from '../cli/inkling.ts'
import { writeFiles } from '../data/folder.ts'
import { idx, writeSmallData } from './small.ts'

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-own-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A noisy colour picture that is brighter above (`sky`) or below (`floor`), of an odd size. */
function photo(kind: 'sky' | 'floor', seed: number, width = 30 + (seed % 9), height = 26 + (seed % 7)): Uint8Array {
  const random = createRandom(seed)
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < data.length; i++) {
    const above = i < data.length / 2
    data[i] = (above === (kind === 'sky') ? 150 : 30) + (i % 3) * 20 + random.int(60)
  }
  return encode({ width, height, channels: 3, depth: 8, data })
}

const photos = (part: string, kind: 'sky' | 'floor', count: number, seed: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${part}${kind}/${i + 1}.png`, photo(kind, seed + i)]))

describe('a folder of pictures', () => {
  let trained: Answer
  beforeAll(() => {
    writeFiles(at('photos'), {
      ...photos('', 'sky', 40, 1),
      ...photos('', 'floor', 40, 501),
      'sky/broken.png': 'no PNG',
    })
    const args = ['train', at('photos'), '--epochs', '3', '--seed', '5', '--out', at('run'), '--threads', '1', '--json']
    trained = inkling(args)
  })

  test('size, model, augmentation and split are chosen, with five reasons', () => {
    expect(trained.stderr).not.toMatch(/error/)
    expect(trained.status).toBe(0)
    for (const reason of [/^size \d+ x \d+: /m, /^colour, /m, /^small network, /m, /^random flip/m, /^split: /m])
      expect(trained.stderr).toMatch(reason)
    expect(trained.stderr).toMatch(/trains cifar-cnn: 3 epochs, batches of 32/)
    const result = trained.object()
    expect(result).toMatchObject({ task: 'image', classes: ['floor', 'sky'], model: 'cifar-cnn', epochs: 3 })
    expect(result.test.accuracy).toBeGreaterThan(0.8)
    expect(result.warnings.join()).toMatch(/1 pictures cannot be read.*sky\/broken\.png/)
  })

  test('evaluate judges the same test part, without a word about settings', () => {
    const judged = inkling(['evaluate', at('run'), '--threads', '1', '--json']).object()
    expect(judged.accuracy).toBe(trained.object().test.accuracy)
    expect(judged.perClass.map((c: { label: string }) => c.label)).toEqual(['floor', 'sky'])
  })

  test('predict takes pictures of any size as the run saw its own', () => {
    writeFiles(at('new'), { 'a.png': photo('sky', 900, 200, 120), 'b.png': photo('floor', 901, 64, 64) })
    const { predictions } = inkling(['predict', at('new'), '--run', at('run'), '--json']).object()
    expect(predictions.map((p: { label: string }) => p.label)).toEqual(['sky', 'floor'])
    expect(predictions[0].file).toBe(at('new/a.png'))
    const weights = join(at('run'), 'weights.safetensors')
    expect(inkling(['predict', at('new'), '--run', weights, '--json']).object().predictions).toEqual(predictions)
  })

  test('another folder is judged whole; one with other classes is refused', () => {
    writeFiles(at('others'), { ...photos('', 'sky', 4, 2000), ...photos('', 'floor', 4, 2100) })
    const judged = inkling(['evaluate', at('run'), '--data', at('others'), '--json']).object()
    expect(judged.examples).toBe(8)
    writeFiles(at('strange'), { 'sea/1.png': photo('sky', 1), 'sky/1.png': photo('sky', 2) })
    const refused = inkling(['evaluate', at('run'), '--data', at('strange')])
    expect(refused.status).toBe(1)
    expect(refused.stderr).toMatch(/other classes than the run: of its 2 the run does not know sea\n.*floor, sky/)
  })

  test('resume makes the same examples again', () => {
    const again = inkling(['resume', at('run'), '--threads', '1', '--json'])
    expect(again.stderr).toMatch(/nothing left to train/)
    expect(again.object().weightsSha256).toBe(trained.object().weightsSha256)
  })

  test('export writes ONNX, checked on the spot, and safetensors', () => {
    const onnx = inkling(['export', at('run'), '--format', 'onnx', '--out', at('photos.onnx'), '--json']).object()
    expect(onnx).toMatchObject({ model: 'cifar-cnn', format: 'onnx', file: at('photos.onnx') })
    expect(onnx.check.sameAnswers).toBe(onnx.check.examples)
    expect(readFileSync(at('photos.onnx')).length).toBe(onnx.bytes)
    const args = ['export', at('run'), '--format', 'safetensors', '--out', at('photos.safetensors'), '--json']
    expect(inkling(args).status).toBe(0)
    // What a run keeps is such a file.
    const kept = readFileSync(join(at('run'), 'weights.safetensors'))
    expect(readFileSync(at('photos.safetensors')).equals(kept)).toBe(true)
    const wrong = inkling(['export', at('run'), '--layout', 'pytorch', '--out', at('wrong')])
    expect([wrong.status, existsSync(at('wrong'))]).toEqual([2, false])
  })

  test('the report is there, and config.json says how the pictures were made', () => {
    expect(readFileSync(join(at('run'), 'report.html'), 'utf8')).toMatch(/cifar-cnn on photos/)
    const { data } = JSON.parse(readFileSync(join(at('run'), 'config.json'), 'utf8'))
    expect(data.settings.images).toMatchObject({ size: [32, 32], channels: 3, fit: 'crop', seed: 5 })
  })

  test('a val/ beside train/ and test/ is what the epoch is chosen by', () => {
    const parts = ['train/', 'val/', 'test/'].map((part, i) => ({
      ...photos(part, 'sky', 12 - 4 * i, 3000 + 100 * i),
      ...photos(part, 'floor', 12 - 4 * i, 4000 + 100 * i),
    }))
    writeFiles(at('parts'), Object.assign({}, ...parts))
    const { status } = inkling(['train', at('parts'), '--epochs', '1', '--out', at('parts-run'), '--threads', '1'])
    expect(status).toBe(0)
    const { data } = JSON.parse(readFileSync(join(at('parts-run'), 'config.json'), 'utf8'))
    expect(data.counts).toEqual({ train: 24, validation: 16, test: 8 })
  })
})

describe('IDX files and pixels in a CSV file', () => {
  test('a folder of IDX files', () => {
    writeSmallData(at('idx'))
    const args = ['train', at('idx'), '--epochs', '1', '--out', at('idx-run'), '--threads', '1', '--json']
    const result = inkling(args).object()
    expect(result).toMatchObject({ task: 'image', model: 'quick-cnn' })
    expect(result.classes).toEqual([...'0123456789'])
  })

  test('Kaggle in two commands', () => {
    const random = createRandom(3)
    const pixels = Array.from({ length: 784 }, (_, i) => `pixel${i}`).join()
    // A 1 has ink in the middle, a 0 has none there: enough to be told apart.
    const row = (label: number) =>
      Array.from({ length: 784 }, (_, i) => (label === (i % 28 === 14 ? 1 : 0) ? 200 + random.int(50) : 0)).join()
    const labels = Array.from({ length: 60 }, (_, i) => i % 2)
    const lines = labels.map(label => `${label},${row(label)}`)
    writeFiles(folder, {
      'train.csv': `label,${pixels}\n${lines.join('\n')}\n`,
      'test.csv': `${pixels}\n${[row(1), row(0), row(1)].join('\n')}\n`,
    })
    const train = ['train', 'quick-cnn', '--data', at('train.csv'), '--epochs', '3', '--batch', '8', '--lr', '0.01']
    const trained = inkling([...train, '--out', at('kaggle'), '--threads', '1', '--json'])
    expect(trained.object()).toMatchObject({ task: 'image', test: null })
    const predict = ['predict', at('test.csv'), '--run', at('kaggle'), '--submission', at('out.csv')]
    expect(inkling(predict).status).toBe(0)
    expect(readFileSync(at('out.csv'), 'utf8')).toBe('ImageId,Label\n1,1\n2,0\n3,1\n')
    const path = inkling(['train', at('train.csv'), '--epochs', '1', '--out', at('path-run'), '--json'])
    expect(path.object()).toMatchObject({ task: 'image', model: 'quick-cnn', data: 'train.csv' })
  })
})

describe('wrong use', () => {
  const refused = (args: string[], says: RegExp, status = 2) => {
    const answer = inkling(args)
    expect(answer.stderr).toMatch(says)
    expect(answer.stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
    expect(answer.status).toBe(status)
  }
  test('is told in two lines', () => {
    refused(['train'], /needs a model or the path of your data/)
    refused(['train', './no-such-folder'], /no-such-folder/, 1)
    refused(['train', 'quik-cnn'], /quick-cnn/)
    writeFiles(at('one'), { 'cat/1.png': photo('sky', 1) })
    refused(['train', at('one'), '--data', 'mnist'], /two data/)
    refused(['train', at('one')], /one folder only \(cat\)/, 1)
    writeFiles(at('odd'), { 'train-images-idx3-ubyte': idx(new Uint8Array(4), [1, 2, 2]) })
    refused(['train', at('odd')], /train-labels-idx1-ubyte/, 1)
  })
})
