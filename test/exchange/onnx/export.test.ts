import { afterAll, describe, expect, test } from 'vitest'
import { mnist } from '../../../src/data/index.ts'
import type { Backend } from '../../../src/engine/backend.ts'
import { createReferenceBackend } from '../../../src/engine/backends/reference.ts'
import { createWasmBackend } from '../../../src/engine/backends/wasm/backend.ts'
import { sizeOf, type Tensor } from '../../../src/engine/graph.ts'
import * as ops from '../../../src/engine/ops/index.ts'
import { type ExportSource, exportOnnx, loadOnnx, verifyOnnx } from '../../../src/exchange/onnx/index.ts'
import { decodeModel } from '../../../src/exchange/onnx/schema.ts'
import * as nn from '../../../src/nn/index.ts'
import { createRandom } from '../../../src/random.ts'
import { TrainableModel } from '../../../src/training/trainable.ts'
import { findModel, zoo } from '../../../src/zoo/index.ts'
import { twins } from '../../zoo/twins.ts'
import { answers, difference, runElsewhere } from './runtime.ts'

const backend: Backend = await createWasmBackend({ threads: 1 })
afterAll(() => backend.close())

/** No bias, scale or statistic at its first value, so that one in the wrong place shows. */
function shaken(model: nn.Model, seed = 3): Map<string, Float32Array> {
  const random = createRandom(seed)
  const kinds = new Map(model.parameters().map(p => [p.name, p.kind]))
  return new Map(
    [...model.initialWeights(seed)].map(([name, values]) => [
      name,
      values.map(v =>
        kinds.get(name) === 'statistic' ? Math.abs(v + 0.2 * random.next()) : v + 0.1 * random.normal(),
      ),
    ]),
  )
}

const examples = (model: nn.Model, count: number): { shape: number[]; data: Float32Array } => {
  const random = createRandom(5)
  const shape = [count, ...model.inputShape]
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => random.next()) }
}

/** The file runs elsewhere and here as the model itself does. */
async function checkExport(source: ExportSource, count = 3): Promise<void> {
  const bytes = exportOnnx(source)
  const x = examples(source.model, count)
  const { probabilities, logits, sameAnswers } = await verifyOnnx(bytes, source, { inputs: x.data, backend })
  expect(Math.max(probabilities, logits)).toBeLessThan(1e-5)
  expect(sameAnswers).toBe(count)

  const imported = await loadOnnx(bytes, { backend })
  const inputs = { [imported.inputs[0].name]: x }
  const [here, there] = [await imported.run(inputs), await runElsewhere(bytes, inputs)]
  expect(Object.keys(there).sort()).toEqual(['logits', 'probabilities'])
  for (const name of ['logits', 'probabilities']) {
    expect(there[name].shape).toEqual([count, ...source.model.outputShape])
    expect(here[name].shape).toEqual(there[name].shape)
    // Rounding goes with the size of the numbers: logits of weights that nobody trained may be large.
    const size = Math.max(1, ...there.logits.data.map(Math.abs))
    expect(difference(here[name].data, there[name].data) / size, name).toBeLessThan(1e-4)
  }
  if (source.model.outputShape.length === 1) expect(answers(here.logits)).toEqual(answers(there.logits))

  // What was read can be written again, and is the same.
  const again = exportOnnx(await imported.toModel())
  const reread = await loadOnnx(again, { backend })
  const once = await reread.run({ [reread.inputs[0].name]: x })
  expect(difference(once.logits.data, here.logits.data)).toBeLessThan(1e-5)
  await Promise.all([imported.close(), reread.close()])
}

describe('models of the zoo, as onnxruntime-web runs them', () => {
  test.for(zoo.map(entry => entry.id))('%s', async id => {
    const model = twins[id]?.() ?? findModel(id).build()
    await checkExport({ model, weights: shaken(model) })
  })
})

describe('layers', () => {
  const { conv2d, dense, flatten } = nn
  const cases: Record<string, () => nn.Model> = {
    'strides and uneven padding': () =>
      nn.sequential(
        [9, 8, 2],
        [
          conv2d(3, [3, 2], {
            strides: [2, 3],
            padding: [
              [1, 0],
              [2, 1],
            ],
            useBias: false,
          }),
          conv2d(4, 3, { padding: 'same', strides: 2, activation: 'leakyRelu' }),
          flatten(),
          dense(3),
        ],
      ),
    'pools with padding': () =>
      nn.sequential(
        [7, 7, 2],
        [
          nn.maxPool2d(3, { strides: 2, padding: 'same' }),
          nn.averagePool2d(2, { strides: 1, padding: 'same' }),
          nn.averagePool2d(2, { strides: 1, padding: 1, countPadding: true }),
          flatten(),
          dense(3, { activation: 'sigmoid' }),
        ],
      ),
    'global pools side by side': () => {
      const x = nn.input([6, 5, 2])
      const y = conv2d(4, 3, { activation: 'gelu' })(x)
      return nn.functional(x, dense(3)(nn.concat()(nn.globalAveragePool2d()(y), nn.globalMaxPool2d()(y))))
    },
    'residual with batch normalisation': () =>
      nn.sequential(
        [6, 6, 2],
        [
          conv2d(4, 3, { padding: 'same' }),
          nn.residual([conv2d(4, 3, { padding: 'same' }), nn.batchNorm({ scale: false })], {
            shortcut: [nn.batchNorm({ center: false })],
            activation: 'relu',
          }),
          nn.globalAveragePool2d(),
          nn.batchNorm(),
          dense(3),
        ],
      ),
    'branches along the channels': () =>
      nn.sequential(
        [6, 6, 2],
        [nn.parallel([[conv2d(3, 1)], [conv2d(2, 3, { padding: 'same' })], []]), flatten(), dense(2)],
      ),
    'grouped, depthwise and transposed convolutions': () =>
      nn.sequential(
        [6, 6, 4],
        [
          conv2d(8, 3, { groups: 2 }),
          nn.depthwiseConv2d(3, { padding: 'same' }),
          nn.conv2dTranspose(3, 3, { strides: 2, padding: 'same' }),
          nn.conv2dTranspose(2, 2, { strides: 3 }),
          flatten(),
          dense(2),
        ],
      ),
    'norms of other kinds and larger pictures': () =>
      nn.sequential(
        [5, 4, 6],
        [
          nn.groupNorm(3),
          nn.layerNorm(),
          nn.localResponseNorm(),
          nn.upSampling2d(2),
          nn.upSampling2d([1, 2], { interpolation: 'bilinear' }),
          conv2d(2, 3),
          flatten(),
          dense(2),
        ],
      ),
    lstm: () =>
      nn.sequential([5, 3], [nn.lstm(4, { returnSequences: true }), nn.lstm(3, { goBackwards: true }), dense(2)]),
    gru: () => nn.sequential([5, 3], [nn.gru(4, { returnSequences: true }), nn.gru(3, { useBias: false }), dense(2)]),
    simpleRnn: () => nn.sequential([5, 3], [nn.simpleRnn(4, { returnSequences: true }), flatten(), dense(2)]),
    bidirectional: () =>
      nn.sequential(
        [5, 3],
        [nn.bidirectional(nn.gru(4, { returnSequences: true })), nn.bidirectional(nn.lstm(3)), dense(2)],
      ),
    'rows of feature maps into an lstm': () =>
      nn.sequential(
        [8, 6, 1],
        [conv2d(4, 3, { padding: 'same' }), nn.maxPool2d(2), nn.reshape([4, 12]), nn.lstm(5), dense(3)],
      ),
    'a layer shared by two places': () => {
      const x = nn.input([4])
      const shared = dense(4, { activation: 'tanh' })
      return nn.functional(x, nn.add()(shared(shared(x)), x))
    },
    'dense over the last of several axes': () =>
      nn.sequential([3, 4], [dense(5, { activation: 'relu' }), flatten(), dense(2)]),
    'no layer between input and output': () => nn.sequential([4], [nn.rescaling(2, 1)]),
  }
  test.each(Object.entries(cases))('%s', async (_, make) => {
    const model = make()
    await checkExport({ model, weights: shaken(model) })
  })
})

describe('ops', () => {
  const cases: Record<string, (x: Tensor) => Tensor> = {
    arithmetic: x =>
      ops.divide(ops.subtract(ops.multiply(x, x), ops.affine(x, 0.5, 2)), ops.add(ops.exp(x), ops.square(x))),
    'largest and smallest': x => ops.maximum(ops.minimum(x, ops.affine(x, -1, 1)), ops.clip(x, 0.2, 0.7)),
    comparison: x => ops.multiply(ops.atLeast(x, ops.mean(x, [1], true)), x),
    reductions: x => ops.add(ops.sum(x, [1], true), ops.multiply(ops.max(x, 2, true), ops.min(x, [1, 3], true))),
    'axes in another order': x => ops.transpose(ops.softmax(ops.transpose(x, [0, 3, 1, 2])), [0, 2, 3, 1]),
    parts: x => ops.concat([ops.slice(x, 1, 1, 3), ops.slice(x, 1, 0, 2)], 2),
    repeated: x => ops.broadcastTo(ops.slice(x, 3, 0, 1), [x.shape[0], 4, 3, 5]),
    'constants with the batch in their shape': x =>
      ops.concat([x.graph.constant(new Float32Array(x.shape[0] * 12).fill(0.5), [x.shape[0], 4, 3, 1]), x], 3),
    'products of values': x => ops.matmul(x, ops.transpose(x, [0, 1, 3, 2])),
    'roots and logarithms': x => ops.log(ops.affine(ops.sqrt(ops.abs(ops.reciprocal(ops.affine(x, 1, 0.1)))), 1, 1)),
    'log-softmax': x => ops.logSoftmax(x),
    'batch among other axes': x => ops.reshape(ops.reshape(x, [x.shape[0] * 4, 6]), [x.shape[0], 2, 12]),
  }
  test.each(Object.entries(cases))('%s', async (_, f) => {
    const convolved = nn.conv2d(2, 1)
    const model = nn.sequential([4, 3, 2], [convolved, nn.layer('probe', x => f(x))])
    await checkExport({ model, weights: shaken(model) })
  })
})

test.each([
  { scale: [0.013, 0.02], shift: [-0.4, 0.1] },
  { scale: [2], shift: [-254.5], clip: true },
])('normalisation is part of the graph: bytes/255 go in (%o)', async scaling => {
  const model = nn.sequential([4, 3, 2], [nn.flatten(), nn.dense(3)])
  const source = { model, weights: shaken(model), scaling }
  const bytes = Uint8Array.from({ length: 48 }, (_, i) => (i * 37) % 256)
  const { logits } = await new TrainableModel(model, source).probabilities(
    { name: 'x', shape: [4, 3, 2], classes: ['a', 'b', 'c'], length: 2, features: bytes, labels: undefined },
    { backend },
  )
  const image = { shape: [2, 4, 3, 2], data: Float32Array.from(bytes, b => b / 255) }
  const found = await runElsewhere(exportOnnx(source), { image })
  expect(difference(found.logits.data, logits)).toBeLessThan(1e-5)
  await checkExport(source)
})

test('the file: names, free batch, classes, and no more transposes than borders', () => {
  const model = findModel('kaggle-cnn').build()
  const { graph, metadataProps, opsetImport, irVersion } = decodeModel(
    exportOnnx({ model, weights: model.initialWeights(1), classes: [...'0123456789'] }),
    'file',
  )
  expect(opsetImport).toEqual([{ domain: '', version: 17 }])
  expect(irVersion).toBe(8)
  expect(metadataProps).toEqual([
    { key: 'model', value: 'kaggle-cnn' },
    { key: 'classes', value: JSON.stringify([...'0123456789']) },
  ])
  expect(graph?.input[0].type?.tensorType?.shape?.dim).toEqual([
    { dimParam: 'N' },
    { dimValue: 28 },
    { dimValue: 28 },
    { dimValue: 1 },
  ])
  expect(graph?.output.map(o => o.name)).toEqual(['probabilities', 'logits'])
  expect(graph?.node.map(n => n.opType)).toEqual(
    'Transpose Conv Relu MaxPool Conv Relu MaxPool Transpose Reshape Gemm Relu Gemm Softmax'.split(' '),
  )
  expect(graph?.initializer.map(t => t.name)).toEqual(expect.arrayContaining(['conv2d_1/kernel', 'dense_2/bias']))
})

test('the same model gives the same bytes', () => {
  const model = findModel('lenet5').build()
  const file = () => exportOnnx({ model, weights: model.initialWeights(1) })
  expect(file()).toEqual(file())
})

test('what has no counterpart is named', () => {
  const mine = nn.layer('mine', x => ops.slice(ops.concat([x, x], 0), 0, x.shape[0], 2 * x.shape[0]))
  const model = nn.sequential([3], [mine, nn.dense(2)])
  expect(() => exportOnnx({ model, weights: model.initialWeights(1) })).toThrow(
    /^ONNX export: slice \(in mine_1\): it depends on the batch size/,
  )
  const x = nn.input([5, 3])
  const masked = nn.functional(x, nn.dense(2)(nn.lstm(4)(x, nn.sequenceLengths()(x))))
  expect(() => exportOnnx({ model: masked, weights: masked.initialWeights(1) })).toThrow(/sequenceLengths/)
  const plain = nn.sequential([3], [nn.dense(2)])
  expect(() => exportOnnx({ model: plain, weights: new Map() })).toThrow(/"dense_1\/kernel" needs 6 weights, got none/)
  expect(() => exportOnnx({ model: plain, weights: plain.initialWeights(1) }, { inputName: 'logits' })).toThrow(
    /can't be called/,
  )
})

test('a file that differs from its model is refused', async () => {
  const model = nn.sequential([4], [nn.dense(3)])
  const source = { model, weights: model.initialWeights(1) }
  const bytes = exportOnnx({ model, weights: model.initialWeights(2) })
  await expect(verifyOnnx(bytes, source, { backend: createReferenceBackend() })).rejects.toThrow(
    /differs from the model/,
  )
})

test.skipIf(!process.env.INKLING_DATA)('a thousand test digits', async () => {
  const { train, test } = await mnist()
  const thousand = { ...test, indices: Uint32Array.from({ length: 1000 }, (_, i) => i), length: 1000 }
  const few = { ...train, indices: Uint32Array.from({ length: 3000 }, (_, i) => i), length: 3000 }
  const model = new TrainableModel(findModel('quick-cnn').build())
  await model.fit(few, { epochs: 1, backend })
  const { logits, probabilities } = await model.probabilities(thousand, { backend })
  const data = Float32Array.from(test.features.subarray(0, 1000 * 784), v => v / 255)
  const found = await runElsewhere(exportOnnx(model), { image: { shape: [1000, 28, 28, 1], data } })
  expect(difference(found.logits.data, logits)).toBeLessThan(1e-4)
  expect(difference(found.probabilities.data, probabilities)).toBeLessThan(1e-4)
  expect(answers(found.logits)).toEqual(answers({ shape: [1000, 10], data: logits }))
})
