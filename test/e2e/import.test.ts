import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { exportSafetensors } from '../../src/exchange/index.ts'
import { readSafetensors, writeSafetensors } from '../../src/nn/index.ts'
import { createRandom } from '../../src/random.ts'
import { findModel } from '../../src/zoo/index.ts'
import { inkling, root } from '../cli/inkling.ts'
import { writeSmallData } from './small.ts'

// Each of these starts the command line several times.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let folder: string
const at = (name: string) => join(folder, name)
const fixture = (name: string) => join(root, 'test/fixtures/onnx', name)

/** A picture whose upper (or lower) half is light. */
function half(upper: boolean, seed: number, size = 14): Uint8Array {
  const random = createRandom(seed)
  const data = Uint8Array.from(
    { length: size * size },
    (_, i) => (i < (size * size) / 2 === upper ? 160 : 20) + random.int(60),
  )
  return encode({ width: size, height: size, channels: 1, data })
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-import-'))
  for (const [name, upper] of [
    ['top', true],
    ['bottom', false],
  ] as const) {
    mkdirSync(at(`halves/${name}`), { recursive: true })
    for (let i = 0; i < 20; i++) writeFileSync(at(`halves/${name}/${i}.png`), half(upper, i))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ten = [...'abcdefgh'].map(letter => `class-${letter}`)

describe('an ONNX file of PyTorch, of a graph that no model here has', () => {
  const names = ['bottom', ...ten, 'top'].join()
  const run = () => at('digits')

  test('becomes a run', () => {
    const args = ['import', fixture('digits.onnx'), '--classes', names, '--out', run(), '--json']
    expect(inkling(args).object()).toMatchObject({
      ...{ run: run(), model: 'digits-onnx', format: 'onnx', inputShape: [14, 14, 1], parameters: expect.any(Number) },
      classes: names.split(','),
    })
    const config = JSON.parse(readFileSync(join(run(), 'config.json'), 'utf8'))
    expect(config.imported).toMatchObject({
      file: 'digits.onnx',
      format: 'onnx',
      sha256: expect.stringMatching(/^\w{64}$/),
    })
    expect(config.pictures).toEqual({ size: [14, 14], channels: 1, fit: 'crop' })
    expect(readdirSync(run()).sort()).toEqual(['config.json', 'weights.safetensors'])
  })

  test('predicts pictures of any size, exports what it was, and is imported again', () => {
    writeFileSync(at('large.png'), half(true, 99, 140))
    const picture = at('large.png')
    const { predictions } = inkling(['predict', picture, '--run', run(), '--json']).object()
    expect(predictions[0]).toMatchObject({ file: picture, label: expect.stringMatching(/top|bottom|class/) })
    const onnx = inkling(['export', run(), '--out', at('again.onnx'), '--json']).object()
    expect(onnx.check.sameAnswers).toBe(onnx.check.examples)
    const safetensors = ['export', run(), '--format', 'safetensors', '--out', at('again.safetensors')]
    expect(inkling(safetensors).status).toBe(0)
    for (const file of ['again.onnx', 'again.safetensors']) {
      const again = inkling(['import', at(file), '--out', at(`run-${file}`), '--json']).object()
      expect(again).toMatchObject({ model: 'digits-onnx', classes: names.split(',') })
      const found = inkling(['predict', picture, '--run', at(`run-${file}`), '--json']).object().predictions
      expect(found[0].label).toBe(predictions[0].label)
      expect(found[0].probability).toBeCloseTo(predictions[0].probability, 5)
    }
  })

  test('trains on, is judged, resumed and exported with what it learned', () => {
    // Two of its ten classes are in the folder: the rest has no pictures, but keeps its place.
    for (const name of ten) {
      mkdirSync(at(`halves/${name}`), { recursive: true })
      writeFileSync(at(`halves/${name}/0.png`), half(name < 'class-e', name.charCodeAt(6) * 50))
    }
    const before = inkling(['evaluate', run(), '--data', at('halves'), '--json']).object()
    expect(before.examples).toBe(48)
    const args = ['train', '--from', run(), '--data', at('halves'), '--epochs', '6', '--lr', '0.005', '--batch', '8']
    const trained = inkling([...args, '--out', at('trained'), '--threads', '1', '--json'])
    expect(trained.object()).toMatchObject({ model: 'digits-onnx', task: 'image' })
    expect(trained.object().train.loss).toBeLessThan(0.7 * before.loss)
    const judged = inkling(['evaluate', at('trained'), '--threads', '1', '--json']).object()
    expect(judged.accuracy).toBe(trained.object().test.accuracy)
    const again = inkling(['resume', at('trained'), '--threads', '1', '--json'])
    expect(again.object().weightsSha256).toBe(trained.object().weightsSha256)
    expect(inkling(['export', at('trained'), '--out', at('trained.onnx')]).status).toBe(0)
    expect(existsSync(at('trained.onnx'))).toBe(true)
  })

  test('there is nothing to resume, and data to judge it on must be named', () => {
    const resumed = inkling(['resume', run()])
    expect([resumed.status, resumed.stderr]).toEqual([1, expect.stringMatching(/imported, not trained.*\n.*--from/)])
    expect(inkling(['evaluate', run()]).stderr).toMatch(/say what to judge it on with --data/)
  })
})

describe('weights of PyTorch for a model of the zoo', () => {
  const names = { conv2d_1: 'features.0', conv2d_2: 'features.3', dense_1: 'fc1', dense_2: 'fc2', dense_3: 'head' }
  const file = () => at('lenet.safetensors')

  beforeAll(() => {
    writeSmallData(at('digits-data'))
    const args = ['train', 'lenet5', '--data', at('digits-data'), '--epochs', '2', '--out', at('lenet')]
    expect(inkling([...args, '--threads', '1']).status).toBe(0)
    expect(
      inkling(['export', at('lenet'), '--format', 'safetensors', '--layout', 'pytorch', '--out', at('plain')]).status,
    ).toBe(0)
    // As PyTorch would have called them.
    const { tensors } = readSafetensors(readFileSync(at('plain')))
    const renamed = [...tensors].map(([name, tensor]) => {
      const [layer, leaf] = name.split('.')
      return [`${names[layer as keyof typeof names]}.${leaf}`, tensor] as const
    })
    writeFileSync(file(), writeSafetensors(new Map(renamed)))
  })

  const accuracy = (run: string) => inkling(['evaluate', run, '--data', at('digits-data'), '--json']).object().accuracy

  test('are found by their shapes, with the layout turned round', () => {
    const args = ['import', file(), '--model', 'lenet5', '--out', at('by-shape'), '--json']
    const { matches } = inkling(args).object()
    expect(Object.fromEntries(matches.map((m: { layer: string; from: string }) => [m.layer, m.from]))).toEqual(names)
    expect(accuracy(at('by-shape'))).toBe(accuracy(at('lenet')))
  })

  test('are found by --map, as a list or a file, and train on under the model’s own name', () => {
    writeFileSync(at('map.json'), JSON.stringify({ fc1: 'dense_1', head: 'dense_3' }))
    for (const [i, map] of ['fc1=dense_1, head=dense_3', at('map.json')].entries()) {
      const args = ['import', file(), '--model', 'lenet5', '--map', map, '--out', at(`by-map-${i}`)]
      expect(inkling(args).stderr).toBe('')
      expect(accuracy(at(`by-map-${i}`))).toBe(accuracy(at('lenet')))
    }
    const train = ['train', '--from', at('by-map-0'), '--data', at('digits-data'), '--epochs', '1', '--out', at('on')]
    expect(inkling([...train, '--json']).object()).toMatchObject({ model: 'lenet5' })
  })

  test('--mean and --std stand for the normalisation of the training, and go on with --from', () => {
    const args = ['import', file(), '--model', 'lenet5', '--mean', '0.1307', '--std', '0.3081', '--out', at('scaled')]
    expect(inkling(args).status).toBe(0)
    const { metadata } = readSafetensors(readFileSync(join(at('scaled'), 'weights.safetensors')))
    const { scale, shift } = JSON.parse(metadata.scaling)
    // Of the bytes 0 and 255: (0 - 0.1307) / 0.3081 and (1 - 0.1307) / 0.3081.
    expect([shift[0], 255 * scale[0] + shift[0]].map(v => v.toFixed(4))).toEqual(['-0.4242', '2.8215'])
    const train = [
      'train',
      '--from',
      at('scaled'),
      '--data',
      at('digits-data'),
      '--epochs',
      '1',
      '--out',
      at('scaled-on'),
    ]
    expect(inkling(train).status).toBe(0)
    expect(JSON.parse(readFileSync(join(at('scaled-on'), 'config.json'), 'utf8')).recipe.input).toEqual({
      scale,
      shift,
    })
  })

  const refused = (args: string[], says: RegExp, status = 2) => {
    const answer = inkling(['import', ...args, '--out', at('none')])
    expect(answer.stderr).toMatch(says)
    expect(answer.stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
    expect([answer.status, existsSync(at('none'))]).toEqual([status, false])
  }

  test('that do not fit are named with both shapes and the nearest', () => {
    refused([file()], /which model its weights belong to/)
    refused([file(), '--model', 'lenet'], /Did you mean lenet5/)
    refused(
      [file(), '--model', 'lenet5', '--classes', '26'],
      /nothing fits layer "dense_3".*\[26,84\].*\n.*"head".*\[10,84\] there/,
      1,
    )
    refused(
      [file(), '--model', 'lenet5', '--map', 'fc1=dense_2'],
      /weight is \[120,400\] there, \[84,120\] is needed/,
      1,
    )
    refused([file(), '--model', 'lenet5', '--map', 'fc9=dense_1'], /nothing called "fc9"\nDid you mean fc1/)
    refused([file(), '--model', 'lenet5', '--map', 'fc1=dense_7'], /no layer.*"dense_7"\nDid you mean dense_\d/)
    refused([file(), '--model', 'lenet5', '--map', 'fc1'], /expected pairs/)
    refused([file(), '--model', 'lenet5', '--map', at('no.json')], /no\.json does not exist/, 1)
    refused([fixture('digits.onnx'), '--model', 'lenet5'], /an ONNX file brings its own graph/)
    refused([fixture('digits.onnx'), '--classes', 'a,b'], /tells 10 classes apart, got 2/)
    refused([fixture('digits.onnx'), '--mean', '0,0'], /needs 1 or 1 numbers|needs 1 number/)
  })

  test('files of other kinds are told with the way out', () => {
    const lenet = findModel('lenet5').build()
    const whole = exportSafetensors({ model: lenet, weights: lenet.initialWeights(1) }, { layout: 'pytorch' })
    writeFileSync(at('cut.safetensors'), whole.subarray(0, 5000))
    writeFileSync(at('model.pt'), 'PK\u0003\u0004 and more')
    writeFileSync(at('old.pth'), Uint8Array.of(0x80, 2, 0x8a, 10))
    writeFileSync(at('model.h5'), Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d))
    writeFileSync(at('empty.onnx'), '')
    refused([at('cut.safetensors'), '--model', 'lenet5'], /behind the file's end/, 1)
    refused([at('model.pt')], /zip file: a PyTorch \.pt.*\n.*save_file/, 1)
    refused([at('old.pth')], /a pickle, which is a program/, 1)
    refused([at('model.h5')], /HDF5.*\n.*ONNX/, 1)
    refused([at('empty.onnx')], /is empty/, 1)
    refused([at('none.onnx')], /does not exist/, 1)
  })
})
