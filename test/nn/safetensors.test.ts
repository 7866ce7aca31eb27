import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as nn from '../../src/nn/index.ts'

const { readSafetensors, writeSafetensors } = nn
const tensor = (shape: number[], values: number[]) => ({ shape, values: Float32Array.from(values) })

/** A file with this header text and this many bytes of values. */
function file(header: string | object, values = 8, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + values)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}
const f32 = (shape: unknown, from: unknown, to: unknown, dtype = 'F32') => ({ dtype, shape, data_offsets: [from, to] })

test('what is written is read again, bit by bit', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.array(fc.float(), { maxLength: 5 })),
      fc.dictionary(fc.string(), fc.string()),
      (values, metadata) => {
        fc.pre(!Object.hasOwn(values, '__metadata__') && !Object.hasOwn(metadata, '__proto__'))
        const tensors = new Map(Object.entries(values).map(([name, v]) => [name, tensor([v.length], v)]))
        const read = readSafetensors(writeSafetensors(tensors, metadata))
        expect(read.tensors).toEqual(new Map([...tensors].sort(([a], [b]) => (a < b ? -1 : 1))))
        expect(read.metadata).toEqual(metadata)
      },
    ),
    { numRuns: 50 },
  )
})

test('the bytes follow the format and do not depend on the order', () => {
  const a = tensor([2], [1, 2])
  const b = tensor([1, 1], [3])
  const bytes = writeSafetensors(
    new Map([
      ['b', b],
      ['a', a],
    ]),
    { z: '1', y: '2' },
  )
  expect(
    writeSafetensors(
      new Map([
        ['a', a],
        ['b', b],
      ]),
      { y: '2', z: '1' },
    ),
  ).toEqual(bytes)
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  expect(length % 8).toBe(0)
  expect(new TextDecoder().decode(bytes.subarray(8, 8 + length)).trimEnd()).toBe(
    '{"__metadata__":{"y":"2","z":"1"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}}',
  )
  expect([...new Float32Array(bytes.slice(8 + length).buffer)]).toEqual([1, 2, 3])
})

describe('a hostile or damaged file is refused with what is wrong', () => {
  const two = { a: f32([1], 0, 4), b: f32([1], 4, 8) }
  test.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(0), '0 bytes are too few'],
    ['header longer than the file', file(two, 8, 5000n), 'says to be 5000 bytes long, the file has'],
    ['header bomb', file(two, 8, 200_000_000n), 'at most 100000000 are read'],
    ['header length beyond any number', file(two, 8, 0xffffffffffffffffn), 'at most 100000000 are read'],
    ['no object', file('[]  '), 'does not start with "{"'],
    ['no JSON', file('{"a":'), 'is no JSON'],
    ['text behind the object', file('{} {}', 0), 'is no JSON'],
    ['no UTF-8', file(two).fill(0xff, 10, 12), 'is no JSON'],
    ['a name twice', file(`{"a":${JSON.stringify(two.a)},"a":${JSON.stringify(two.b)}}`), 'has "a" twice'],
    [
      'a name twice, written in two ways',
      file(`{"a":${JSON.stringify(two.a)},"\\u0061":${JSON.stringify(two.b)}}`),
      'has "a" twice',
    ],
    ['a field twice', file('{"a":{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,8]}}'), 'has "shape" twice'],
    ['deep nesting', file(`{"a":${'['.repeat(1e6)}`), 'nested deeper than 3 levels'],
    ['deep nesting of objects', file('{"a":'.repeat(1e6)), 'nested deeper than 3 levels'],
    ['a key of 20 million letters', file(`{"${'a'.repeat(2e7)}":5}`), 'has no description'],
    ['a key of millions of escapes', file(`{"${'\\\\'.repeat(4e6)}":5}`), 'has no description'],
    ['a key without end', file(`{"${'a\\"'.repeat(1e6)}`), 'is no JSON'],
    ['overlap', file({ a: f32([2], 0, 8), b: f32([1], 4, 8) }), 'tensor "b" overlaps'],
    ['the same bytes twice', file({ a: f32([2], 0, 8), b: f32([2], 0, 8) }), 'overlaps'],
    ['a hole', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), '4 bytes before tensor "b" belong to no tensor'],
    ['a hole at the start', file({ a: f32([1], 4, 8) }), '4 bytes before tensor "a"'],
    ['bytes left over', file(two, 12), '4 bytes at its end belong to no tensor'],
    ['cut off', file(two, 7), 'tensor "b" ends 1 bytes behind'],
    ['shape and size differ', file({ a: f32([3], 0, 8) }), 'of shape [3] needs 12 bytes, has 8'],
    ['shape that overflows', file({ a: f32([2 ** 40, 2 ** 40], 0, 8) }), 'needs'],
    ['negative size', file({ a: f32([-2], 0, 8) }), 'has shape [-2]'],
    ['fraction', file({ a: f32([2.5], 0, 8) }), 'has shape [2.5]'],
    ['offsets backwards', file({ a: f32([2], 8, 0) }), 'lies at [8,0]'],
    ['offsets as text', file({ a: f32([2], '0', 8) }), 'lies at ["0",8]'],
    ['other type', file({ a: f32([2], 0, 8, 'F16') }), 'is of type "F16"; only F32 is read'],
    ['no description', file({ a: 5 }), 'tensor "a" has no description'],
    ['metadata that is no text', file({ __metadata__: { a: 1 }, ...two }), 'metadata is not text'],
  ])('%s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes, 'weights.safetensors')).toThrow(message)
    expect(() => readSafetensors(bytes, 'weights.safetensors')).toThrow(/^weights\.safetensors: /)
  })

  test('any single changed byte of the header is either refused or harmless', () => {
    const bytes = file(two)
    fc.assert(
      fc.property(fc.nat(bytes.length - 9), fc.nat(255), (at, value) => {
        const changed = bytes.slice()
        changed[at] = value
        try {
          for (const { shape, values } of readSafetensors(changed).tensors.values())
            expect(values.length).toBe(shape.reduce((a, b) => a * b, 1))
        } catch (error) {
          expect(error).toMatchObject({ name: 'InklingError' })
        }
      }),
    )
  })
})

test('weights of another model are refused, and matched in part when asked', () => {
  const model = (classes: number) => nn.sequential([4], [nn.dense(3), nn.dense(classes)], { name: `to-${classes}` })
  const weights = model(2).initialWeights(1)
  const bytes = nn.encodeWeights(model(2), weights)
  expect(nn.decodeWeights(model(2), bytes)).toEqual(weights)
  expect(() => nn.decodeWeights(model(5), bytes, 'x.safetensors')).toThrow(
    'x.safetensors does not fit model to-5: "dense_2/kernel" is [3,2] there and [3,5] in the model',
  )
  expect(() => nn.decodeWeights(nn.sequential([4], [nn.dense(3)]), bytes)).toThrow('the model has no "dense_2/bias"')
  const { weights: kept, missing, unexpected, mismatched } = nn.matchWeights(model(5), readSafetensors(bytes).tensors)
  expect([[...kept.keys()], missing, unexpected, mismatched.map(m => m.name)]).toEqual([
    ['dense_1/kernel', 'dense_1/bias'],
    [],
    [],
    ['dense_2/kernel', 'dense_2/bias'],
  ])
})
