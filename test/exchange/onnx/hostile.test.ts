import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReferenceBackend } from '../../../src/engine/backends/reference.ts'
import { sizeOf } from '../../../src/engine/graph.ts'
import { InklingError } from '../../../src/errors.ts'
import { exportOnnx, loadOnnx } from '../../../src/exchange/onnx/index.ts'
import { encodeModel, type ModelProto, type Sparse } from '../../../src/exchange/onnx/schema.ts'
import { findModel } from '../../../src/zoo/index.ts'
import { type Made, made, madeFile } from './made.ts'

const backend = createReferenceBackend()
const relu: Made = { nodes: [['Relu', ['x'], ['y']]], inputs: { x: [1, 4] } }

/** The error of reading and, where it can be read, running a file. */
async function failure(bytes: Uint8Array, maxTensorBytes = 2 ** 24): Promise<unknown> {
  try {
    const model = await loadOnnx(bytes, { backend, maxTensorBytes })
    const inputs = model.inputs.map(({ name, dims }) => {
      const shape = (dims ?? [1]).map(d => (typeof d === 'number' ? d : 1))
      if (sizeOf(shape) > 1e5) throw new InklingError('the input is too large for this test')
      return [name, { shape, data: new Float32Array(sizeOf(shape)).fill(0.5) }] as const
    })
    await model.run(Object.fromEntries(inputs))
    await model.close()
    return undefined
  } catch (error) {
    return error
  }
}

const damaged = (change: (model: Sparse<ModelProto>) => void, model: Made = relu) => {
  const message = made(model)
  change(message)
  return encodeModel(message)
}
const graphOf = (model: Sparse<ModelProto>) => model.graph as NonNullable<Sparse<ModelProto>['graph']>

describe('a file that means harm gets an error of one line', () => {
  const weight = (dims: number[], values: number) => (model: Sparse<ModelProto>) => {
    graphOf(model).initializer = [{ name: 'w', dims, dataType: 1, rawData: new Uint8Array(4 * values) }]
  }
  const cases: Record<string, [Uint8Array, RegExp]> = {
    empty: [new Uint8Array(), /it is empty/],
    'no protobuf': [new TextEncoder().encode('PK\u0003\u0004 this is a zip file'), /number 0/],
    'no graph': [encodeModel({ irVersion: 8 }), /it has no graph/],
    'a length beyond the end': [Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0x7f), /promises 268435455 bytes, 0 are left/],
    'a negative length': [Uint8Array.of(0x3a, ...Array(9).fill(0xff), 1), /promises/],
    'a number without end': [Uint8Array.of(8, ...Array(30).fill(0xff)), /too long/],
    'no own operators': [
      damaged(m => {
        m.opsetImport = [{ domain: 'com.microsoft', version: 1 }]
      }),
      /own operators/,
    ],
    'a cycle': [
      madeFile({
        nodes: [
          ['Add', ['x', 'b'], ['a']],
          ['Relu', ['a'], ['b']],
        ],
        outputs: ['b'],
        inputs: { x: [1] },
      }),
      /Add "a" reads "b" before it is made: .* cycle/,
    ],
    'a node that feeds itself': [
      madeFile({ nodes: [['Add', ['x', 'y'], ['y']]], inputs: { x: [1] } }),
      /before it is made/,
    ],
    'a missing input': [
      madeFile({ nodes: [['Relu', ['z'], ['y']]], inputs: { x: [1] } }),
      /reads "z", which nothing makes/,
    ],
    'a missing output': [madeFile({ ...relu, outputs: ['z'] }), /nothing makes its output "z"/],
    'two values of one name': [
      madeFile({
        nodes: [
          ['Relu', ['x'], ['y']],
          ['Abs', ['x'], ['y']],
        ],
      }),
      /exists already/,
    ],
    'two weights of one name': [
      damaged(m => {
        graphOf(m).initializer = [1, 2].map(n => ({
          name: 'w',
          dims: [n],
          dataType: 1,
          rawData: new Uint8Array(4 * n),
        }))
      }),
      /two tensors "w"/,
    ],
    'two inputs of one name': [
      damaged(m => {
        graphOf(m).input?.push(graphOf(m).input?.[0] ?? {})
      }),
      /two inputs "x"/,
    ],
    'an attribute twice': [
      damaged(m => {
        graphOf(m).node = [
          {
            opType: 'Softmax',
            input: ['x'],
            output: ['y'],
            attribute: [
              { name: 'axis', i: 1 },
              { name: 'axis', i: 0 },
            ],
          },
        ]
      }),
      /attribute "axis" twice/,
    ],
    'no input': [madeFile({ nodes: [], inputs: {}, outputs: [] }), /no input/],
    'no output': [madeFile({ ...relu, outputs: [] }), /no output/],
    'an operator of another maker': [
      damaged(m => {
        ;(graphOf(m).node as Sparse<ModelProto['graph'] & object>['node'] & object[])[0] = {
          opType: 'Gelu',
          domain: 'com.microsoft',
          input: ['x'],
          output: ['y'],
        }
      }),
      /of domain com.microsoft/,
    ],
    'weights in another file': [
      damaged(m => {
        graphOf(m).initializer = [
          {
            name: 'w',
            dims: [4],
            dataType: 1,
            dataLocation: 1,
            externalData: [{ key: 'location', value: '/etc/passwd' }],
          },
        ]
      }),
      /keeps its values in another file/,
    ],
    'sparse weights': [
      damaged(m => {
        graphOf(m).sparseInitializer = [{}]
      }),
      /sparse/,
    ],
    'a huge tensor in a small file': [damaged(weight([1e6, 1e6], 1)), /needs 1000000000000 values, has 1/],
    'a tensor of absurd size': [damaged(weight([2 ** 40, 2 ** 40], 1)), /absurd size/],
    'a negative size': [damaged(weight([-1, 4], 1)), /has shape \[-1,4\]/],
    'too many dimensions': [damaged(weight(Array(40).fill(1), 1)), /40 dimensions/],
    'too few values': [damaged(weight([3], 2)), /needs 3 values, has 2/],
    'values of no type': [
      damaged(m => {
        graphOf(m).initializer = [{ name: 'w', dims: [1], dataType: 8 }]
      }),
      /element type 8/,
    ],
    'an input of negative size': [madeFile({ ...relu, inputs: { x: [1, -5] } }), /has a size of -5/],
    'an input of very many dimensions': [
      madeFile({ ...relu, inputs: { x: Array(100_000).fill(1) } }),
      /has 100000 dimensions/,
    ],
    'a shape that asks for much': [
      madeFile({
        nodes: [
          ['ConstantOfShape', ['s'], ['a']],
          ['Add', ['x', 'a'], ['y']],
        ],
        weights: { s: { shape: [3], data: [1e4, 1e4, 1e4], ints: true } },
        inputs: { x: [1] },
      }),
      /would take/,
    ],
    'broadcasts that grow': [
      madeFile({
        nodes: [
          ['Expand', ['x', 's'], ['a']],
          ['Unsqueeze', ['a', 'axis'], ['b']],
          ['Add', ['a', 'b'], ['y']],
        ],
        weights: { s: { shape: [2], data: [3000, 1000], ints: true }, axis: { shape: [1], data: [1], ints: true } },
        inputs: { x: [1] },
      }),
      /would take|limit/,
    ],
    'padding that asks for much': [
      madeFile({
        nodes: [['Pad', ['x', 'p'], ['y']]],
        weights: { p: { shape: [4], data: [0, 2 ** 40, 0, 0], ints: true } },
        inputs: { x: [1, 4] },
      }),
      /would take/,
    ],
    'a window that asks for much': [
      madeFile({
        nodes: [['MaxPool', ['x'], ['y'], { kernel_shape: [2, 2], pads: [2 ** 30, 0, 0, 0] }]],
        inputs: { x: [1, 1, 4, 4] },
      }),
      /makes no sense/,
    ],
    'a range without end': [
      madeFile({
        nodes: [
          ['Range', ['a', 'b', 'c'], ['r']],
          ['Reshape', ['x', 'r'], ['y']],
        ],
        weights: {
          a: { shape: [], data: [0], ints: true },
          b: { shape: [], data: [2 ** 50], ints: true },
          c: { shape: [], data: [1], ints: true },
        },
        inputs: { x: [1] },
      }),
      /too large/,
    ],
    'dimensions that multiply': [
      madeFile({
        nodes: Array.from({ length: 40 }, (_, i) => ['Unsqueeze', [i ? `a${i - 1}` : 'x', 'axes'], [`a${i}`]]),
        weights: { axes: { shape: [1], data: [0], ints: true } },
        outputs: ['a39'],
        inputs: { x: [1] },
      }),
      /dimensions is too much/,
    ],
    'names of a prototype': [
      madeFile({ nodes: [['Relu', ['__proto__'], ['constructor']]], inputs: { x: [1] }, outputs: ['constructor'] }),
      /nothing makes/,
    ],
    'an operator of a prototype': [
      madeFile({ nodes: [['toString', ['x'], ['y']]], inputs: { x: [1] } }),
      /operator toString "y" is not supported/,
    ],
    'a very long name': [madeFile({ nodes: [['Relu', ['z'.repeat(1e6)], ['y']]], inputs: { x: [1] } }), /zzz\.\.\./],
  }
  test.each(Object.entries(cases))('%s', async (_, [bytes, message]) => {
    const error = await failure(bytes)
    expect(error).toBeInstanceOf(InklingError)
    expect((error as InklingError).message).toMatch(message)
    expect((error as InklingError).message).not.toContain('\n')
    expect((error as InklingError).message.length).toBeLessThan(400)
  })
})

test('unusual names are just names', async () => {
  const bytes = madeFile({
    nodes: [['Relu', ['__proto__'], ['constructor']]],
    inputs: { __proto__x: [2] },
    outputs: ['constructor'],
  })
  expect(await failure(bytes)).toBeInstanceOf(InklingError)
  const message = made({
    nodes: [['Relu', ['toString'], ['constructor']]],
    inputs: { toString: [2] },
    outputs: ['constructor'],
  })
  const model = await loadOnnx(encodeModel(message), { backend })
  const found = await model.run({ toString: { shape: [2], data: [-1, 1] } })
  expect(Object.entries(found)).toEqual([['constructor', { shape: [2], data: Float32Array.of(0, 1) }]])
  await expect(model.run({})).rejects.toThrow(/is not given/)
})

test('millions of empty parts are refused before they fill the memory', async () => {
  // Field 1 of the graph, length 0: a node of two bytes.
  const nodes = new Uint8Array(4e6).map((_, i) => (i % 2 ? 0 : 0x0a))
  const length = [
    0x80 | (nodes.length & 127),
    0x80 | ((nodes.length >> 7) & 127),
    0x80 | ((nodes.length >> 14) & 127),
    nodes.length >> 21,
  ]
  const bytes = new Uint8Array([0x42, 2, 0x10, 17, 0x3a, ...length, ...nodes])
  const error = await failure(bytes)
  expect((error as InklingError).message).toMatch(/more than 200000 parts/)
})

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`../../fixtures/onnx/${name}`, import.meta.url)))
const lenet = findModel('compare-rnn').build()
const files = {
  digits: fixture('digits.onnx'),
  sequences: fixture('sequences.onnx'),
  mixture: fixture('mixture.onnx'),
  own: exportOnnx({ model: lenet, weights: lenet.initialWeights(1) }),
}

describe('whatever bytes are changed, there is an answer or an error of one line', () => {
  const sane = async (bytes: Uint8Array) => {
    const error = await failure(bytes, 2 ** 22)
    if (error === undefined) return
    expect(error).toBeInstanceOf(InklingError)
    expect((error as InklingError).message).not.toContain('\n')
  }

  test.each(Object.entries(files))('%s, cut off', async (_, bytes) => {
    for (let i = 0; i < 60; i++) {
      const length = Math.floor((i / 60) * bytes.length)
      const error = await failure(bytes.subarray(0, length))
      expect(error, `${length} bytes`).toBeInstanceOf(InklingError)
    }
  })

  test.each(Object.entries(files))('%s, changed', async (_, bytes) => {
    const place = fc.nat(bytes.length - 1)
    const change = fc.oneof(
      fc.record({ at: place, value: fc.integer({ min: 0, max: 255 }) }),
      fc.record({ at: place, value: fc.constantFrom(0, 1, 2, 8, 0x7f, 0x80, 0xff) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async changes => {
        const copy = bytes.slice()
        for (const { at, value } of changes) copy[at] = value
        await sane(copy)
      }),
      { numRuns: 150 },
    )
  })

  test.each(Object.entries(files))('%s, with parts moved', async (_, bytes) => {
    const place = fc.nat(bytes.length - 1)
    await fc.assert(
      fc.asyncProperty(place, place, fc.nat(64), async (from, to, length) => {
        const copy = bytes.slice()
        copy.copyWithin(to, from, from + length)
        await sane(copy)
      }),
      { numRuns: 60 },
    )
  })

  test('noise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async bytes => {
        await sane(bytes)
      }),
      { numRuns: 200 },
    )
  })
})
