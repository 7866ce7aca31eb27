import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { InklingError } from '../../src/errors.ts'
import { exportSafetensors, loadWeights } from '../../src/exchange/index.ts'
import * as nn from '../../src/nn/index.ts'
import { loadModel, TrainableModel } from '../../src/training/trainable.ts'
import { findModel, zoo } from '../../src/zoo/index.ts'
import { difference } from './onnx/runtime.ts'

const backend = createReferenceBackend()
const fixture = (name: string) => readFileSync(new URL(`../fixtures/onnx/${name}`, import.meta.url))
interface Run {
  x: { shape: number[]; data: number[] }
  y0: { shape: number[]; data: number[] }
}
const recorded: Record<string, Run[]> = JSON.parse(fixture('recorded.json').toString()).weights

/** [batch, channels, height, width] -> [batch, height, width, channels], for one channel the same values. */
async function logits(model: nn.Model, weights: Map<string, Float32Array>, { data }: Run['x'], batch: number) {
  const step = nn.evaluationStep(model, { batch, input: { dtype: 'f32' } })
  const session = backend.createSession()
  const run = await session.compile(step.graph, step.outputs)
  for (const [name, values] of weights) session.write(name, values)
  return await run.run({ x: data })
}

/** Weights of a file whose model was recorded with its outputs. */
async function checkRecorded(name: string, model: nn.Model, map: Record<string, string> = {}) {
  const { weights, matches } = loadWeights(model, fixture(`${name}.safetensors`), { map })
  for (const { x, y0 } of recorded[name]) {
    const found = await logits(model, weights, x, x.shape[0])
    expect(difference(found.logits, y0.data)).toBeLessThan(2e-6)
  }
  return matches
}

// The networks of test/fixtures/record_onnx.py, in the names of this library.
test('a network of PyTorch gives what it gives there', async () => {
  const model = nn.sequential(
    [14, 14, 1],
    [
      nn.conv2d(6, 5, { padding: 2, activation: 'relu' }),
      nn.maxPool2d(2),
      nn.conv2d(8, 3, { strides: 2, activation: 'relu' }),
      nn.batchNorm({ epsilon: 1e-5 }),
      nn.averagePool2d(2, { strides: 1, padding: 'same' }),
      nn.flatten(),
      nn.dense(12, { activation: 'tanh' }),
      nn.dense(10),
    ],
  )
  expect(await checkRecorded('digits', model)).toEqual([
    { layer: 'conv2d_1', from: 'conv1' },
    { layer: 'conv2d_2', from: 'conv2' },
    { layer: 'batchNorm_1', from: 'norm' },
    { layer: 'dense_1', from: 'fc1' },
    { layer: 'dense_2', from: 'fc2' },
  ])
})

test('recurrent layers of PyTorch: gates, two biases, both directions, several layers in one module', async () => {
  const both = () => nn.bidirectional(nn.lstm(5, { returnSequences: true }))
  const model = nn.sequential(
    [7, 3],
    [both(), both(), nn.gru(4, { returnSequences: true }), nn.simpleRnn(4), nn.dense(3)],
  )
  const map = {
    'lstm.l0': 'bidirectional_1/forward',
    'lstm.l0_reverse': 'bidirectional_1/backward',
    'lstm.l1': 'bidirectional_2/forward',
    'lstm.l1_reverse': 'bidirectional_2/backward',
  }
  await checkRecorded('recurrent', model, map)
})

/** vitest's own comparison takes minutes for millions of values. */
const sameValues = (a: Float32Array | undefined, b: Float32Array) =>
  a?.length === b.length && b.every((v, i) => a[i] === v)

/** A file in PyTorch's layout, as PyTorch would write it, from tensors made by hand. */
const file = (tensors: Record<string, [number[], number[]]>, metadata: Record<string, string> = { format: 'pt' }) =>
  nn.writeSafetensors(
    new Map(
      Object.entries(tensors).map(([name, [shape, values]]) => [name, { shape, values: Float32Array.from(values) }]),
    ),
    metadata,
  )
const counted = (...shape: number[]): [number[], number[]] => [
  shape,
  Array.from({ length: shape.reduce((p, d) => p * d, 1) }, (_, i) => i),
]

// PyTorch's GRU: gates r, z, n (torch.nn.GRU's documentation), ours z, r, n.
test('gates of a gru change places', () => {
  const model = nn.sequential([2, 1], [nn.gru(2, { name: 'gru' })])
  const { weights } = loadWeights(
    model,
    file({
      'gru.weight_ih_l0': counted(6, 1),
      'gru.weight_hh_l0': counted(6, 2),
      'gru.bias_ih_l0': counted(6),
      'gru.bias_hh_l0': counted(6),
    }),
  )
  expect([...(weights.get('gru/kernel') ?? [])]).toEqual([2, 3, 0, 1, 4, 5])
  expect([...(weights.get('gru/recurrentKernel') ?? [])]).toEqual([4, 6, 0, 2, 8, 10, 5, 7, 1, 3, 9, 11])
  expect([...(weights.get('gru/recurrentBias') ?? [])]).toEqual([2, 3, 0, 1, 4, 5])
})

test('an lstm adds its two biases', () => {
  const model = nn.sequential([2, 1], [nn.lstm(1)])
  const { weights } = loadWeights(
    model,
    file({
      'a.weight_ih_l0': counted(4, 1),
      'a.weight_hh_l0': counted(4, 1),
      'a.bias_ih_l0': counted(4),
      'a.bias_hh_l0': counted(4),
    }),
  )
  expect([...(weights.get('lstm_1/bias') ?? [])]).toEqual([0, 2, 4, 6])
})

test('the first dense layer after a picture is put in order, also behind a normalisation', () => {
  const model = nn.sequential([2, 1, 2], [nn.flatten(), nn.batchNorm(), nn.dense(1), nn.dense(4)])
  const { weights } = loadWeights(
    model,
    file({
      '1.weight': counted(4),
      '1.bias': counted(4),
      '1.running_mean': counted(4),
      '1.running_var': counted(4),
      '2.weight': counted(1, 4),
      '2.bias': [[1], [7]],
      '3.weight': counted(4, 1),
      '3.bias': counted(4),
    }),
  )
  // Here places come first: (row 0, channel 0), (row 0, channel 1), ...; there channels.
  for (const name of ['batchNorm_1/gamma', 'batchNorm_1/movingVariance', 'dense_1/kernel'])
    expect([...(weights.get(name) ?? [])], name).toEqual([0, 2, 1, 3])
  expect([...(weights.get('dense_2/kernel') ?? [])]).toEqual([0, 1, 2, 3])
})

test.each(zoo.filter(entry => entry.parameters.total < 1e6).map(entry => entry.id))(
  '%s goes to PyTorch and back unchanged',
  id => {
    const model = findModel(id).build()
    const weights = model.initialWeights(4)
    const bytes = exportSafetensors({ model, weights }, { layout: 'pytorch' })
    const found = loadWeights(model, bytes).weights
    expect([...found.keys()].sort()).toEqual([...weights.keys()].sort())
    for (const [name, values] of weights) expect(sameValues(found.get(name), values), name).toBe(true)
  },
)

test('what PyTorch gets has its names and shapes', () => {
  const model = findModel('lenet5').build()
  const { tensors, metadata } = nn.readSafetensors(
    exportSafetensors({ model, weights: model.initialWeights(1) }, { layout: 'pytorch' }),
  )
  expect(metadata).toEqual({ format: 'pt', model: 'lenet5' })
  expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual({
    'conv2d_1.weight': [6, 1, 5, 5],
    'conv2d_1.bias': [6],
    'conv2d_2.weight': [16, 6, 5, 5],
    'conv2d_2.bias': [16],
    'dense_1.weight': [120, 400],
    'dense_1.bias': [120],
    'dense_2.weight': [84, 120],
    'dense_2.bias': [84],
    'dense_3.weight': [10, 84],
    'dense_3.bias': [10],
  })
})

test('a model file of the library loads again, whole or by its weights alone', async () => {
  const model = new TrainableModel(findModel('quick-cnn').build(), { classes: [...'abcdefghij'] })
  const bytes = exportSafetensors(model)
  expect((await loadModel(bytes)).classes).toEqual([...'abcdefghij'])
  for (const [name, values] of loadWeights(model.model, bytes).weights)
    expect(sameValues(model.weights.get(name), values)).toBe(true)
  expect(exportSafetensors(model)).toEqual(bytes)
  const renamed = nn.sequential([3], [nn.dense(2, { name: 'other' })])
  const own = exportSafetensors({
    model: nn.sequential([3], [nn.dense(2)]),
    weights: nn.sequential([3], [nn.dense(2)]).initialWeights(1),
  })
  expect(() => loadWeights(renamed, own)).toThrow(/lacks "other\/kernel"/)
  expect([...loadWeights(renamed, own, { map: { dense_1: 'other' } }).weights.keys()]).toEqual([
    'other/kernel',
    'other/bias',
  ])
})

test('other element types are read as f32', () => {
  const header = {
    __metadata__: { format: 'pt' },
    'dense_1.bias': { dtype: 'BF16', shape: [1], data_offsets: [0, 2] },
    'dense_1.weight': { dtype: 'F16', shape: [1, 3], data_offsets: [2, 8] },
    'dense_1.num_batches_tracked': { dtype: 'I64', shape: [], data_offsets: [8, 16] },
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  // Bits of IEEE 754: 1.5 as bfloat16; 1, -2 and the smallest number above 0 as float16.
  const values = Uint8Array.of(0xc0, 0x3f, 0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 5, 0, 0, 0, 0, 0, 0, 0)
  const bytes = new Uint8Array(8 + text.length + values.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(values, 8 + text.length)
  const { weights } = loadWeights(nn.sequential([3], [nn.dense(1)]), bytes)
  expect(Object.fromEntries(weights)).toEqual({
    'dense_1/kernel': Float32Array.of(1, -2, 2 ** -24),
    'dense_1/bias': Float32Array.of(1.5),
  })
})

const pair = { 'a.weight': counted(3, 3), 'a.bias': counted(3), 'b.weight': counted(3, 3), 'b.bias': counted(3) }
const twins = () => nn.sequential([3], [nn.dense(3), nn.dense(3)])
const row = {
  '0.weight': pair['a.weight'],
  '0.bias': pair['a.bias'],
  '10.weight': pair['b.weight'],
  '10.bias': pair['b.bias'],
}

test('layers of one shape: told apart by a map, or by the numbers of a row', () => {
  expect(loadWeights(twins(), file(pair), { map: { b: 'dense_1' } }).matches).toEqual([
    { layer: 'dense_1', from: 'b' },
    { layer: 'dense_2', from: 'a' },
  ])
  expect(loadWeights(twins(), file(pair), { map: { 'b.weight': 'dense_1/kernel' } }).matches[0].from).toBe('b')
  expect(loadWeights(twins(), file(row)).matches.map(m => m.from)).toEqual(['0', '10'])
})

test.each<[string, () => unknown, RegExp, RegExp?]>([
  ['two that fit', () => loadWeights(twins(), file(pair)), /"a" and "b" all fit layer "dense_1"/, /--map a=dense_1/],
  [
    'a shape that does not fit',
    () =>
      loadWeights(
        nn.sequential([3], [nn.dense(2)]),
        file({ 'dense_1.weight': counted(4, 3), 'dense_1.bias': counted(4) }),
      ),
    /^the file: "dense_1" for layer "dense_1": weight is \[4,3\] there, \[2,3\] is needed/,
  ],
  [
    'nothing that fits',
    () => loadWeights(nn.sequential([3], [nn.dense(2)]), file({ 'fc.weight': counted(4, 3), 'fc.bias': counted(4) })),
    /nothing fits layer "dense_1", which needs weight \[2,3\], bias \[2\]/,
    /Nearest is "fc".*weight is \[4,3\] there, \[2,3\] is needed/,
  ],
  [
    'a bias too many',
    () => loadWeights(nn.sequential([3], [nn.dense(3, { useBias: false, name: 'a' })]), file(pair)),
    /has a bias that the layer does not have/,
  ],
  [
    'a layer too many',
    () => loadWeights(nn.sequential([3], [nn.dense(3, { name: 'a' })]), file(pair)),
    /"b" .* fits no layer of the model/,
  ],
  ['a wrong name in the map', () => loadWeights(twins(), file(pair), { map: { c: 'dense_1' } }), /nothing called "c"/],
  [
    'a wrong layer in the map',
    () => loadWeights(twins(), file(pair), { map: { a: 'dense_3' } }),
    /called "dense_3"/,
    /Did you mean dense_1/,
  ],
  [
    'a name twice in the map',
    () => loadWeights(twins(), file(pair), { map: { a: 'dense_1', b: 'dense_1' } }),
    /names "dense_1" twice/,
  ],
])('%s is refused', (_, load, message, hint) => {
  try {
    load()
  } catch (error) {
    expect(error).toBeInstanceOf(InklingError)
    expect((error as InklingError).message).toMatch(message)
    if (hint) expect((error as InklingError).hint).toMatch(hint)
    return
  }
  expect.unreachable()
})
