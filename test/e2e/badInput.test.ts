import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, inkling } from '../cli/inkling.ts'
import { idx, writeSmallData } from './small.ts'

let folder: string
const at = (...names: string[]) => join(folder, ...names)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-bad-'))
  writeSmallData(at('data'), at('pictures'))
  const trained = inkling(['train', 'compare-mlp', '--data', at('data'), '--epochs', '1', '--out', at('run')])
  expect(trained.status).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** At most two lines, the first an error in words; no stack; nothing on stdout. */
function expectFailure(answer: Answer, status: 1 | 2, words: RegExp): void {
  expect(answer.stderr).toMatch(words)
  expect(answer.stderr).toMatch(/^error: /m)
  expect(answer.stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
  expect(answer.stderr).not.toMatch(/\n\s+at |undefined|\[object/)
  expect(answer.stdout).toBe('')
  expect(answer.status).toBe(status)
}

const IMAGES = 'train-images-idx3-ubyte'
const LABELS = 'train-labels-idx1-ubyte'

describe('data files', () => {
  /** A copy of the good data, spoilt; training on it fails and leaves no run behind. */
  function trainOn(spoil: (data: string) => void): Answer {
    const data = mkdtempSync(at('spoilt-'))
    cpSync(at('data'), data, { recursive: true })
    spoil(data)
    const answer = inkling(['train', 'compare-mlp', '--data', data, '--epochs', '1', '--out', at('never')])
    expect(existsSync(at('never'))).toBe(false)
    return answer
  }

  test('a truncated gz', () => {
    const answer = trainOn(data => {
      const packed = gzipSync(readFileSync(join(data, IMAGES)))
      rmSync(join(data, IMAGES))
      writeFileSync(join(data, `${IMAGES}.gz`), packed.subarray(0, packed.length / 2))
    })
    expectFailure(answer, 1, /train-images-idx3-ubyte\.gz is cut off/)
  })

  test('a wrong magic number', () => {
    const answer = trainOn(data => {
      const bytes = readFileSync(join(data, IMAGES))
      bytes[2] = 0x77
      writeFileSync(join(data, IMAGES), bytes)
    })
    expectFailure(answer, 1, /train-images-idx3-ubyte/)
  })

  test('image and label counts that differ', () => {
    const answer = trainOn(data => writeFileSync(join(data, LABELS), idx(new Uint8Array(399), [399])))
    expectFailure(answer, 1, /399/)
  })

  test('a label outside the classes', () => {
    const answer = trainOn(data => writeFileSync(join(data, LABELS), idx(new Uint8Array(400).fill(12), [400])))
    expectFailure(answer, 1, /12/)
  })

  test('a file of zero bytes', () => {
    expectFailure(
      trainOn(data => truncateSync(join(data, IMAGES), 0)),
      1,
      /is empty/,
    )
  })

  test('a missing file', () => {
    expectFailure(
      trainOn(data => rmSync(join(data, LABELS))),
      1,
      /train-labels/,
    )
  })

  test('an empty folder', () => {
    mkdirSync(at('empty'), { recursive: true })
    expectFailure(inkling(['train', 'compare-mlp', '--data', at('empty')]), 1, /holds no data set/)
    expectFailure(inkling(['predict', at('empty'), '--run', at('run')]), 1, /holds no pictures/)
  })

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('an unreadable folder', () => {
    mkdirSync(at('locked'))
    chmodSync(at('locked'), 0)
    expectFailure(inkling(['predict', at('locked'), '--run', at('run')]), 1, /permission denied/)
  })
})

describe('CSV files', () => {
  const header = ['label', ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)]
  const row = (label: string | number, first: string | number = 0) => [label, first, ...new Array(783).fill(0)].join()
  const good = `${header.join()}\n${Array.from({ length: 40 }, (_, i) => row(i % 10, i)).join('\n')}\n`

  function trainOn(text: string): Answer {
    const file = join(mkdtempSync(at('csv-')), 'train.csv')
    writeFileSync(file, text)
    return inkling(['train', 'compare-mlp', '--data', file, '--epochs', '1', '--json', '--out', at('csv-run')])
  }

  test.each([
    ['a missing column', `${header.slice(0, -1).join()}\n${row(1)}\n`, /column/],
    ['a letter', good.replace('\n1,1,', '\n1,x,'), /line 3/],
    ['the value 300', good.replace('\n1,1,', '\n1,300,'), /300/],
    ['no rows', `${header.join()}\n`, /no rows/],
    ['a label outside the classes', good.replace('\n1,1,', '\n17,1,'), /17/],
  ])('%s', (_, text, words) => {
    const answer = trainOn(text)
    expectFailure(answer, 1, words)
    expect(existsSync(at('csv-run'))).toBe(false)
  })

  test('Windows line ends and a byte-order mark are no matter', () => {
    const answer = trainOn(`\uFEFF${good.replaceAll('\n', '\r\n')}`)
    expect(answer.status).toBe(0)
    expect(answer.object().parameters).toBe(235146)
    rmSync(at('csv-run'), { recursive: true })
  })
})

describe('pictures', () => {
  const predict = (name: string, bytes: Uint8Array): Answer => {
    writeFileSync(at(name), bytes)
    return inkling(['predict', at(name), '--run', at('run'), '--json'])
  }
  const png = () => readFileSync(at('pictures', 'digit0.png'))

  test('a corrupt PNG', () => {
    const bytes = png()
    bytes[bytes.length - 20] ^= 0xff
    expectFailure(predict('corrupt.png', bytes), 1, /corrupt\.png/)
  })

  test('a PNG cut in half', () => {
    expectFailure(predict('half.png', png().subarray(0, 60)), 1, /half\.png/)
  })

  test('a PNG of 30,000 x 30,000 pixels', () => {
    const bytes = png()
    bytes.writeUInt32BE(30_000, 16)
    bytes.writeUInt32BE(30_000, 20)
    expectFailure(predict('huge.png', bytes), 1, /huge\.png/)
  })

  test('zero bytes, and text under the name of a picture', () => {
    expectFailure(predict('zero.png', new Uint8Array()), 1, /zero\.png/)
    expectFailure(predict('text.png', Buffer.from('hello')), 1, /text\.png/)
  })

  test('among others it is left out and named', () => {
    const mixed = at('mixed')
    mkdirSync(mixed)
    writeFileSync(join(mixed, 'a-empty.png'), '')
    writeFileSync(join(mixed, 'b-half.png'), png().subarray(0, 60))
    const args = ['predict', mixed, '--run', at('run'), '--json']
    expectFailure(inkling(args), 1, /none of the 2 pictures can be read; the first: .*a-empty\.png/)
    cpSync(at('pictures', 'digit0.png'), join(mixed, 'c.png'))
    const answer = inkling(args)
    expect(answer.status).toBe(0)
    const { predictions, unreadable } = answer.object()
    expect(predictions.map(({ file }: { file: string }) => file)).toEqual([join(mixed, 'c.png')])
    expect(unreadable.map(({ file }: { file: string }) => file)).toEqual([
      join(mixed, 'a-empty.png'),
      join(mixed, 'b-half.png'),
    ])
    for (const { reason } of unreadable) expect(reason).toMatch(/\w{3}/)
    expect(answer.stderr).toMatch(/warning: left out: .*a-empty\.png .+\n.*warning: left out: .*b-half\.png .+/)
    // The answer is that on the good one alone.
    const alone = inkling(['predict', join(mixed, 'c.png'), '--run', at('run'), '--json'])
    expect(alone.object().predictions).toEqual(predictions)
  })

  test('no such file', () => {
    expectFailure(inkling(['predict', at('nowhere.png'), '--run', at('run')]), 1, /nowhere\.png does not exist/)
  })
})

describe('settings', () => {
  test.each([
    ['--epochs 0', ['compare-mlp', '--epochs', '0'], /whole number of at least 1/],
    ['--lr nan', ['compare-mlp', '--lr', 'nan'], /number above 0/],
    ['--lr 0', ['compare-mlp', '--lr', '0'], /number above 0/],
    ['--batch 1.5', ['compare-mlp', '--batch', '1.5'], /whole number/],
    ['--validation 1', ['compare-mlp', '--validation', '1'], /0 to 0.99/],
    ['--keep some', ['compare-mlp', '--keep', 'some'], /best, last/],
    ['an unknown augmentation', ['compare-mlp', '--augment', 'spin=1'], /rotate, zoom/],
    ['an unknown recipe', ['compare-mlp', '--recipe', 'hous'], /Did you mean house/],
    ['an unknown model', ['compare-mpl'], /Did you mean compare-mlp/],
    ['no model', [], /needs a model/],
    ['--resume with other settings', ['--resume', 'run', '--epochs', '3'], /--epochs/],
  ])('%s', (_, args, words) => {
    expectFailure(inkling(['train', ...args], { cwd: folder }), 2, words)
    expect(readdirSync(folder)).not.toContain('runs')
  })

  test('a folder that holds a run already', () => {
    const answer = inkling(['train', 'compare-mlp', '--data', at('data'), '--out', at('run')])
    expectFailure(answer, 2, /holds a run already/)
  })

  test('a run that is none', () => {
    for (const command of ['evaluate', 'resume', 'report']) {
      expectFailure(inkling([command, at('nowhere')]), 1, /nowhere/)
    }
  })

  test('the weights of another model', () => {
    expectFailure(inkling(['train', 'lenet5', '--data', at('data'), '--from', at('run')]), 1, /of model compare-mlp/)
    cpSync(at('run'), at('broken'), { recursive: true })
    truncateSync(at('broken', 'weights.safetensors'), 1000)
    expectFailure(inkling(['evaluate', at('broken')]), 1, /weights\.safetensors/)
  })
})
