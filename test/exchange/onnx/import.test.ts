import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { createDataset } from '../../../src/data/dataset.ts'
import type { Backend } from '../../../src/engine/backend.ts'
import { createReferenceBackend } from '../../../src/engine/backends/reference.ts'
import { createWasmBackend } from '../../../src/engine/backends/wasm/backend.ts'
import { sizeOf } from '../../../src/engine/graph.ts'
import { exportOnnx, loadOnnx } from '../../../src/exchange/onnx/index.ts'
import { adam } from '../../../src/nn/index.ts'
import { createRandom } from '../../../src/random.ts'
import { type Made, type MadeAttribute, type MadeNode, madeFile } from './made.ts'
import { difference, runElsewhere } from './runtime.ts'

const backend: Backend = await createWasmBackend({ threads: 1 })
afterAll(() => backend.close())

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/onnx/${name}`, import.meta.url))

interface Recorded {
  opset: number
  runs: Record<string, { shape: number[]; data: number[] }>[]
}
const recorded: Record<string, Recorded> = JSON.parse(fixture('recorded.json').toString()).models

// Recorded by test/fixtures/record_onnx.py: PyTorch's exporter, and what PyTorch computes.
describe.each(Object.entries(recorded))('%s, written by PyTorch', (name, { opset, runs }) => {
  test.each(runs)('gives what PyTorch gives', async ({ x, ...expected }) => {
    const model = await loadOnnx(fixture(`${name}.onnx`), { backend })
    expect([model.opset, model.producer]).toEqual([opset, 'pytorch 1.13.0'])
    const found = await model.run({ x })
    for (const [output, { shape, data }] of Object.entries(expected)) {
      expect(found[output].shape).toEqual(shape)
      expect(difference(found[output].data, data)).toBeLessThan(2e-6)
    }
    await model.close()
  })
})

test('whole numbers come as Int32Array', async () => {
  const model = await loadOnnx(fixture('mixture.onnx'), { backend })
  const { y0, y1 } = await model.run({ x: recorded.mixture.runs[0].x })
  expect([y0.data.constructor, y1.data.constructor]).toEqual([Float32Array, Int32Array])
})

test('a model of PyTorch trains further and is written again', async () => {
  const imported = await loadOnnx(fixture('digits.onnx'), { backend })
  const { x, y0 } = recorded.digits.runs[1]
  const model = await imported.toModel({ channelsLast: true, inputShape: [14, 14, 1], output: 'y0' })
  expect(model.inputShape).toEqual([14, 14, 1])
  expect(model.model.parameters().find(p => p.name === 'onnx/fc1.weight')?.trainable).toBe(true)
  const random = createRandom(1)
  const features = Float32Array.from(
    { length: 40 * 196 },
    (_, i) => (random.next() + (i % 196 < 98 === i % 392 < 196 ? 1 : 0)) / 2,
  )
  const labels = Int32Array.from({ length: 40 }, (_, i) => i % 2)
  const data = createDataset({ name: 'two', shape: [14, 14, 1], classes: [...'0123456789'], features, labels })

  const first = Float32Array.from(x.data)
  const run = async (bytes: Uint8Array) => {
    const m = await loadOnnx(bytes, { backend })
    return (await m.run({ image: { shape: [3, 14, 14, 1], data: first } })).logits.data
  }
  expect(difference(await run(exportOnnx(model)), y0.data)).toBeLessThan(2e-6)

  const before = await model.evaluate(data, { backend })
  await model.fit(data, { epochs: 8, batchSize: 10, optimizer: adam(0.01), backend })
  const after = await model.evaluate(data, { backend })
  expect(after.loss).toBeLessThan(0.5 * before.loss)
  expect(after.accuracy).toBeGreaterThan(0.9)
  const bytes = exportOnnx(model)
  const image = { shape: [3, 14, 14, 1], data: first }
  expect(difference((await runElsewhere(bytes, { image })).logits.data, await run(bytes))).toBeLessThan(1e-5)
  expect(difference(await run(bytes), y0.data)).toBeGreaterThan(1e-3)
})

/** Runs a model of one input here, on both backends, and elsewhere. */
async function compare(model: Made, shape: number[], from = -1, to = 1): Promise<void> {
  const random = createRandom(4)
  const data = Float32Array.from({ length: sizeOf(shape) }, () => from + (to - from) * random.next())
  const x = { shape, data }
  const bytes = madeFile({ inputs: { x: shape.map((_, i) => `d${i}`) }, ...model })
  const expected = await runElsewhere(bytes, { x })
  for (const engine of [backend, createReferenceBackend()]) {
    const found = await (await loadOnnx(bytes, { backend: engine })).run({ x })
    expect(Object.keys(found)).toEqual(Object.keys(expected))
    for (const [name, { shape, data }] of Object.entries(expected)) {
      expect(found[name].shape).toEqual(shape)
      expect(difference(found[name].data, data), name).toBeLessThan(1e-5)
    }
  }
}

const drawn = (...shape: number[]) => {
  const random = createRandom(sizeOf(shape))
  return { shape, data: Array.from({ length: sizeOf(shape) }, () => random.normal()) }
}
const ints = (...data: number[]) => ({ shape: [data.length], data, ints: true })
const number = (value: number, shape: number[] = []) => ({ shape, data: [value] })

describe('operators, as onnxruntime-web runs them', () => {
  const one = (op: string, attributes?: Record<string, MadeAttribute>, weights: Made['weights'] = {}): Made => ({
    nodes: [[op, ['x', ...Object.keys(weights)], ['y'], attributes]],
    weights,
  })
  const f = (value: number) => ({ f: value })
  const cases: Record<string, [Made, number[], number?, number?]> = {
    Relu: [one('Relu'), [2, 3]],
    LeakyRelu: [one('LeakyRelu', { alpha: f(0.2) }), [2, 3]],
    Elu: [one('Elu', { alpha: f(0.7) }), [2, 3]],
    Sigmoid: [one('Sigmoid'), [2, 3]],
    HardSigmoid: [one('HardSigmoid', { alpha: f(0.3) }), [2, 3], -4, 4],
    HardSwish: [one('HardSwish'), [2, 3], -4, 4],
    Softplus: [one('Softplus'), [2, 3], -30, 30],
    Softsign: [one('Softsign'), [2, 3]],
    Tanh: [one('Tanh'), [2, 3]],
    Erf: [one('Erf'), [2, 3], -3, 3],
    Gelu: [{ ...one('Gelu'), opset: 20 }, [2, 3]],
    'Gelu by tanh': [{ ...one('Gelu', { approximate: 'tanh' }), opset: 20 }, [2, 3]],
    Exp: [one('Exp'), [2, 3]],
    Log: [one('Log'), [2, 3], 0.1, 5],
    Sqrt: [one('Sqrt'), [2, 3], 0.1, 5],
    Abs: [one('Abs'), [2, 3]],
    Neg: [one('Neg'), [2, 3]],
    Reciprocal: [one('Reciprocal'), [2, 3], 0.5, 2],
    'Clip both ways': [one('Clip', {}, { a: number(-0.3), b: number(0.4) }), [2, 3]],
    'Clip above': [{ nodes: [['Clip', ['x', '', 'b'], ['y']]], weights: { b: number(0.4) } }, [2, 3]],
    'Clip below': [one('Clip', {}, { a: number(0) }), [2, 3]],
    ...Object.fromEntries(
      [2, 3, 0.5, -1, -0.5].map(e => [`Pow ${e}`, [one('Pow', {}, { e: number(e) }), [2, 3], 0.5, 2]]),
    ),
    'Add of a row': [one('Add', {}, { a: drawn(3) }), [2, 3]],
    'Sub of a column': [one('Sub', {}, { a: drawn(2, 1) }), [2, 3]],
    'Mul that makes it larger': [one('Mul', {}, { a: drawn(4, 1, 3) }), [2, 3]],
    'Div by a number': [one('Div', {}, { a: number(3) }), [2, 3]],
    'Div of a number': [{ nodes: [['Div', ['a', 'x'], ['y']]], weights: { a: number(3) } }, [2, 3], 0.5, 1],
    'Max of three': [one('Max', {}, { a: drawn(3), b: drawn(2, 1) }), [2, 3]],
    'Min of two': [one('Min', {}, { a: drawn(2, 3) }), [2, 3]],
    Sum: [one('Sum', {}, { a: drawn(3), b: drawn(2, 3) }), [2, 3]],
    Mean: [one('Mean', {}, { a: drawn(3), b: drawn(2, 3) }), [2, 3]],
    PRelu: [one('PRelu', {}, { slope: drawn(3, 1, 1) }), [2, 3, 4, 4]],
    Softmax: [one('Softmax'), [2, 3, 4]],
    'Softmax of channels': [one('Softmax', { axis: 1 }), [2, 3, 4]],
    LogSoftmax: [one('LogSoftmax', { axis: 0 }), [2, 3]],
    Gemm: [one('Gemm', { alpha: f(0.5), beta: f(2), transB: 1 }, { w: drawn(4, 3), c: drawn(4) }), [2, 3]],
    'Gemm of a turned input': [one('Gemm', { transA: 1 }, { w: drawn(2, 4) }), [2, 3]],
    MatMul: [one('MatMul', {}, { w: drawn(4, 3) }), [2, 5, 4]],
    'MatMul of many by many': [one('MatMul', {}, { w: drawn(2, 1, 4, 3) }), [3, 5, 4]],
    'MatMul of a vector': [one('MatMul', {}, { w: drawn(4) }), [2, 5, 4]],
    'MatMul from a vector': [{ nodes: [['MatMul', ['w', 'x'], ['y']]], weights: { w: drawn(5) } }, [2, 5, 4]],
    Conv: [one('Conv', { strides: [2, 1], pads: [0, 1, 2, 1] }, { w: drawn(4, 3, 3, 2), b: drawn(4) }), [2, 3, 7, 6]],
    'Conv in groups': [one('Conv', { group: 2 }, { w: drawn(6, 2, 3, 3) }), [2, 4, 5, 5]],
    'Conv of a signal': [one('Conv', { strides: [2], pads: [1, 2] }, { w: drawn(4, 3, 3), b: drawn(4) }), [2, 3, 8]],
    'Conv SAME_LOWER': [
      one('Conv', { auto_pad: 'SAME_LOWER', strides: [2, 2] }, { w: drawn(4, 3, 2, 2) }),
      [2, 3, 6, 5],
    ],
    'Conv SAME_UPPER': [
      one('Conv', { auto_pad: 'SAME_UPPER', kernel_shape: [2, 2] }, { w: drawn(4, 3, 2, 2) }),
      [2, 3, 6, 5],
    ],
    ConvTranspose: [
      one(
        'ConvTranspose',
        { strides: [2, 3], pads: [1, 0, 1, 1], output_padding: [1, 2] },
        { w: drawn(3, 4, 3, 3), b: drawn(4) },
      ),
      [2, 3, 4, 5],
    ],
    MaxPool: [one('MaxPool', { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1] }), [2, 3, 7, 6]],
    'MaxPool rounding up': [one('MaxPool', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }), [2, 3, 8, 7]],
    'MaxPool of a signal': [one('MaxPool', { kernel_shape: [3], strides: [2] }), [2, 3, 8]],
    AveragePool: [one('AveragePool', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }), [2, 3, 7, 6]],
    'AveragePool with padding': [
      one('AveragePool', { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 }),
      [2, 3, 7, 6],
    ],
    GlobalAveragePool: [one('GlobalAveragePool'), [2, 3, 4, 5]],
    GlobalMaxPool: [one('GlobalMaxPool'), [2, 3, 4, 5]],
    BatchNormalization: [
      one(
        'BatchNormalization',
        { epsilon: f(0.01) },
        {
          scale: drawn(3),
          bias: drawn(3),
          mean: drawn(3),
          variance: { shape: [3], data: [1, 2, 0.5] },
        },
      ),
      [2, 3, 4, 4],
    ],
    'BatchNormalization of features': [
      one('BatchNormalization', {}, { s: drawn(3), b: drawn(3), m: drawn(3), v: { shape: [3], data: [1, 2, 0.5] } }),
      [2, 3],
    ],
    LayerNormalization: [one('LayerNormalization', {}, { s: drawn(4), b: drawn(4) }), [2, 3, 4]],
    InstanceNormalization: [one('InstanceNormalization', {}, { s: drawn(3), b: drawn(3) }), [2, 3, 4, 4]],
    GroupNormalization: [
      { ...one('GroupNormalization', { num_groups: 2 }, { s: drawn(4), b: drawn(4) }), opset: 21 },
      [2, 4, 3, 3],
    ],
    LRN: [one('LRN', { size: 3, alpha: f(0.3), beta: f(0.6), bias: f(1.5) }), [2, 5, 3, 3]],
    Flatten: [one('Flatten'), [2, 3, 4]],
    'Flatten from another axis': [one('Flatten', { axis: 2 }), [2, 3, 4]],
    Reshape: [one('Reshape', {}, { shape: ints(0, -1, 2) }), [2, 3, 4]],
    Squeeze: [one('Squeeze', {}, { axes: ints(1) }), [2, 1, 4]],
    Unsqueeze: [one('Unsqueeze', {}, { axes: ints(0, -1) }), [2, 4]],
    Transpose: [one('Transpose', { perm: [2, 0, 1] }), [2, 3, 4]],
    'Transpose, the plain one': [one('Transpose'), [2, 3, 4]],
    Concat: [one('Concat', { axis: -1 }, { a: drawn(2, 3), b: drawn(2, 1) }), [2, 3]],
    Slice: [one('Slice', {}, { from: ints(1, -3), to: ints(3, 2 ** 53), axes: ints(0, 2) }), [4, 3, 5]],
    Gather: [one('Gather', { axis: 1 }, { i: { shape: [], data: [-1], ints: true } }), [2, 3, 4]],
    'Gather of several': [one('Gather', { axis: 1 }, { i: ints(2, 0, 1, 2) }), [2, 3, 4]],
    'Gather into a grid': [
      one('Gather', { axis: 1 }, { i: { shape: [2, 2], data: [2, 0, 1, 2], ints: true } }),
      [2, 3, 4],
    ],
    Expand: [one('Expand', {}, { shape: ints(2, 1, 4) }), [3, 1]],
    Pad: [one('Pad', {}, { pads: ints(0, 1, -1, 2, 0, 1), value: number(0.7) }), [2, 3, 4]],
    'Pad of some axes': [
      { nodes: [['Pad', ['x', 'pads', '', 'axes'], ['y']]], weights: { pads: ints(1, 2), axes: ints(-1) }, opset: 18 },
      [2, 3],
    ],
    Identity: [one('Identity'), [2, 3]],
    Dropout: [one('Dropout'), [2, 3]],
    ReduceMean: [one('ReduceMean', { axes: [1], keepdims: 0 }), [2, 3, 4]],
    'ReduceMean of opset 18': [{ ...one('ReduceMean', {}, { axes: ints(0, 2) }), opset: 18 }, [2, 3, 4]],
    ReduceSum: [one('ReduceSum', { keepdims: 0 }, { axes: ints(-1) }), [2, 3, 4]],
    'ReduceSum of nothing': [one('ReduceSum', { noop_with_empty_axes: 1 }), [2, 3, 4]],
    'ReduceMax of all': [one('ReduceMax'), [2, 3, 4]],
    ReduceMin: [one('ReduceMin', { axes: [0, 2] }), [2, 3, 4]],
    ReduceL1: [one('ReduceL1', { axes: [1] }), [2, 3]],
    ReduceL2: [one('ReduceL2', { axes: [1] }), [2, 3]],
    ReduceSumSquare: [one('ReduceSumSquare', { axes: [1] }), [2, 3]],
    ReduceLogSum: [one('ReduceLogSum', { axes: [1] }), [2, 3], 0.1, 1],
    ReduceLogSumExp: [one('ReduceLogSumExp', { axes: [1] }), [2, 3]],
    'ReduceLogSumExp of large values': [one('ReduceLogSumExp', { axes: [0, 2], keepdims: 0 }), [2, 3, 4], 90, 110],
    ArgMax: [{ ...one('ArgMax', { axis: 1, keepdims: 0 }), integers: true }, [2, 3, 4]],
    ArgMin: [{ ...one('ArgMin', { axis: -1 }), integers: true }, [2, 3, 4]],
    'Resize to the nearest': [
      {
        nodes: [['Resize', ['x', '', 's'], ['y'], { mode: 'nearest' }]],
        weights: { s: { shape: [4], data: [1, 1, 2, 3] } },
      },
      [1, 2, 3, 4],
    ],
    'Resize along lines': [
      { nodes: [['Resize', ['x', '', '', 's'], ['y'], { mode: 'linear' }]], weights: { s: ints(1, 2, 6, 12) } },
      [1, 2, 3, 4],
    ],
  }
  test.each(Object.entries(cases))('%s', async (_, [model, shape, from, to]) => {
    await compare(model, shape, from, to)
  })

  const recurrent = (
    op: string,
    gates: number,
    attributes: Record<string, MadeAttribute>,
    outputs: string[],
    both = 1,
  ): Made => ({
    nodes: [[op, ['x', 'w', 'r', 'b'], outputs, { hidden_size: 4, ...attributes }]],
    weights: { w: drawn(both, gates * 4, 3), r: drawn(both, gates * 4, 4), b: drawn(both, 2 * gates * 4) },
    outputs: outputs.filter(Boolean),
  })
  test.each<[string, Made]>([
    ['LSTM', recurrent('LSTM', 4, {}, ['y', 'h', 'c'])],
    ['LSTM both ways', recurrent('LSTM', 4, { direction: 'bidirectional' }, ['y', 'h', 'c'], 2)],
    ['GRU back', recurrent('GRU', 3, { linear_before_reset: 1, direction: 'reverse' }, ['y', 'h'])],
    ['GRU, the end alone', recurrent('GRU', 3, { linear_before_reset: 1 }, ['', 'h'])],
    ['RNN', recurrent('RNN', 1, {}, ['y', 'h'])],
    ['RNN with ReLU', recurrent('RNN', 1, { activations: { strings: ['Relu'] } }, ['y'])],
  ])('%s', async (_, model) => {
    await compare(model, [5, 2, 3])
  })

  test('a model of layers in a row', async () => {
    const nodes: MadeNode[] = [
      ['Conv', ['x', 'w1'], ['a']],
      ['Relu', ['a'], ['b']],
      ['Split', ['b'], ['c', 'd'], { axis: 1 }],
      ['Mul', ['c', 'd'], ['e']],
      ['Concat', ['e', 'b'], ['f'], { axis: 1 }],
      ['Conv', ['f', 'w2'], ['g'], { pads: [1, 1, 1, 1] }],
      ['Add', ['g', 'bias'], ['h']],
      ['GlobalAveragePool', ['h'], ['i']],
      ['Shape', ['i'], ['s'], { end: 2 }],
      ['Reshape', ['i', 's'], ['y']],
    ]
    const weights = { w1: drawn(4, 3, 3, 3), w2: drawn(5, 6, 3, 3), bias: drawn(1, 5, 1, 1) }
    await compare({ nodes, weights }, [2, 3, 6, 5])
  })
})

describe('running', () => {
  const file = (changes: Partial<Made> = {}) =>
    madeFile({
      nodes: [['MatMul', ['x', 'w'], ['y']]],
      weights: { w: { shape: [2, 1], data: [1, 10] } },
      inputs: { x: ['n', 2] },
      ...changes,
    })

  test('any batch size, any order, many at once', async () => {
    const model = await loadOnnx(file(), { backend })
    const runs = Array.from({ length: 12 }, (_, i) => i + 1).map(async n => {
      const data = Float32Array.from({ length: 2 * n }, (_, i) => i)
      const { y } = await model.run({ x: { shape: [n, 2], data } })
      expect(y).toEqual({ shape: [n, 1], data: Float32Array.from({ length: n }, (_, i) => 2 * i + 10 * (2 * i + 1)) })
    })
    await Promise.all(runs)
    await model.close()
  })

  test('what it is told in a file', async () => {
    const model = await loadOnnx(file(), { backend })
    expect(model.inputs).toEqual([{ name: 'x', type: 'float', dims: ['n', 2] }])
    expect(model.outputs).toEqual([{ name: 'y', type: 'float', dims: undefined }])
    expect(model.producer).toBe('test')
  })

  test('an ArrayBuffer will do', async () => {
    const bytes = file()
    const model = await loadOnnx(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer, {
      backend,
    })
    expect((await model.run({ x: { shape: [1, 2], data: [1, 2] } })).y.data).toEqual(Float32Array.of(21))
  })

  test('an output that is known without running', async () => {
    const model = await loadOnnx(file({ nodes: [['Shape', ['x'], ['y']]], weights: {} }), { backend })
    expect((await model.run({ x: { shape: [3, 2], data: new Float32Array(6) } })).y).toEqual({
      shape: [2],
      data: Int32Array.of(3, 2),
    })
  })

  test.each<[string, Record<string, { shape: number[]; data: number[] }>, RegExp]>([
    ['nothing', {}, /^input "x" is not given$/],
    ['another name', { z: { shape: [1, 2], data: [1, 2] } }, /^input "x" is not given$/],
    ['one too many', { x: { shape: [1, 2], data: [1, 2] }, z: { shape: [1], data: [1] } }, /has no input "z"/],
    ['another shape', { x: { shape: [1, 3], data: [1, 2, 3] } }, /has shape \[1,3\]; the model takes \[n, 2\]/],
    ['too few values', { x: { shape: [2, 2], data: [1, 2] } }, /needs 4 values, got 2/],
    ['a size of 0', { x: { shape: [0, 2], data: [] } }, /above 0/],
  ])('%s is refused', async (_, inputs, message) => {
    const model = await loadOnnx(file(), { backend })
    await expect(model.run(inputs)).rejects.toThrow(message)
  })

  test('a shape that does not fit names the node', async () => {
    const model = await loadOnnx(file({ inputs: { x: ['n', 'm'] } }), { backend })
    await expect(model.run({ x: { shape: [1, 3], data: [1, 2, 3] } })).rejects.toThrow(
      /^MatMul "y": .*\[1, 3\] x \[2, 1\]/,
    )
  })
})

test.each<[string, Partial<Made>, RegExp]>([
  [
    'an unknown operator',
    {
      nodes: [
        ['Relu', ['x'], ['a']],
        ['Einsum', ['a'], ['y']],
      ],
    },
    /operator Einsum "y" is not supported/,
  ],
  ['an old opset', { opset: 11 }, /opset 11; 13 to 23 are read/],
  ['a future opset', { opset: 99 }, /opset 99/],
])('%s is named when the file is read', async (_, changes, message) => {
  const bytes = madeFile({ nodes: [['Relu', ['x'], ['y']]], ...changes })
  await expect(loadOnnx(bytes, { where: 'my.onnx' })).rejects.toThrow(message)
  await expect(loadOnnx(bytes, { where: 'my.onnx' })).rejects.toThrow(/^my.onnx: /)
})

test.each<[string, MadeNode, Made['weights'], RegExp]>([
  ['dilations', ['Conv', ['x', 'w'], ['y'], { dilations: [2, 2] }], { w: drawn(1, 2, 2, 2) }, /dilations=\[2,2\]/],
  ['an attribute nobody knows', ['Relu', ['x'], ['y'], { slope: 2 }], {}, /attribute "slope" is not supported/],
  ['an exponent', ['Pow', ['x', 'e'], ['y']], { e: number(1.7) }, /exponent 1.7/],
  [
    'a mode of padding',
    ['Pad', ['x', 'p'], ['y'], { mode: 'reflect' }],
    { p: ints(0, 0, 1, 1, 0, 0, 1, 1) },
    /mode=reflect/,
  ],
  [
    'positions of the largest',
    ['MaxPool', ['x'], ['', 'y'], { kernel_shape: [2, 2] }],
    {},
    /reads "y", an output that is not/,
  ],
  ['a shape from data', ['Reshape', ['x', 'x'], ['y']], {}, /depend on the data/],
])('%s is named when the model is built', async (_, node, weights, message) => {
  const model = await loadOnnx(madeFile({ nodes: [node], weights, inputs: { x: [1, 2, 4, 4] } }), { backend })
  await expect(model.run({ x: { shape: [1, 2, 4, 4], data: new Float32Array(32) } })).rejects.toThrow(message)
})

test('a file for one batch size becomes a model where its graph takes any', async () => {
  const free = await loadOnnx(madeFile({ nodes: [['Relu', ['x'], ['y']]], inputs: { x: [1, 3] } }), { backend })
  const [{ probabilities }] = await (await free.toModel()).predict([1, -1, 3], { backend })
  expect([...probabilities]).toHaveLength(3)
  const fixed = madeFile({
    nodes: [['Reshape', ['x', 's'], ['y']]],
    weights: { s: { shape: [2], data: [1, 6], ints: true } },
    inputs: { x: [1, 2, 3] },
  })
  await expect((await loadOnnx(fixed, { backend })).toModel()).rejects.toThrow(/made for batches of 1: Reshape "y"/)
})

test('dropout and batch normalisation of a file train as layers do', async () => {
  const nodes: MadeNode[] = [
    ['BatchNormalization', ['x', 's', 'b', 'm', 'v'], ['a'], { momentum: { f: 0.5 } }],
    ['Dropout', ['a', 'ratio'], ['d']],
    ['Gemm', ['d', 'w', 'c'], ['l']],
    ['Softmax', ['l'], ['y']],
  ]
  const weights = {
    s: { shape: [3], data: [1, 1, 1] },
    b: { shape: [3], data: [0, 0, 0] },
    m: { shape: [3], data: [0, 0, 0] },
    v: { shape: [3], data: [1, 1, 1] },
    ratio: number(0.5),
    w: drawn(3, 2),
    c: drawn(2),
  }
  const model = await (await loadOnnx(madeFile({ nodes, weights, inputs: { x: ['n', 3] } }), { backend })).toModel()
  expect(model.model.outputActivation).toBe('softmax')
  expect(model.summary().parameters).toEqual({ total: 20, trainable: 14 })
  const features = Float32Array.from({ length: 60 }, (_, i) => 5 + (i % 3) + (i % 6 < 3 ? 1 : -1))
  const labels = Int32Array.from({ length: 20 }, (_, i) => i % 2)
  const data = createDataset({ name: 'two', shape: [3], classes: ['a', 'b'], features, labels })
  await model.fit(data, { epochs: 20, batchSize: 20, optimizer: adam(0.05), backend })
  // Means of the columns: 5, 6 and 7.
  expect(difference(model.weights.get('onnx/m') as Float32Array, [5, 6, 7])).toBeLessThan(1e-3)
  expect((await model.evaluate(data, { backend })).accuracy).toBe(1)
})
