import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeModel, encodeModel } from '../../../src/exchange/onnx/schema.ts'
import { encodeMessage, messageTable } from '../../../src/exchange/onnx/wire.ts'
import { decodeMessage } from '../../../src/exchange/onnx/wireReader.ts'

const inner = messageTable({ text: [1, 'string'], number: [2, 'int'] })
const table = messageTable({
  number: [1, 'int'],
  numbers: [2, 'ints'],
  float: [3, 'float'],
  floats: [4, 'floats'],
  text: [5, 'string'],
  texts: [6, 'string', 'repeated'],
  bytes: [15, 'bytes'],
  one: [16, inner],
  many: [200, inner, 'repeated'],
})

test('what is written is read again', () => {
  const int = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
  const message = fc.record(
    {
      number: int,
      float: fc.float({ noNaN: true }),
      floats: fc.float32Array({ minLength: 1 }),
      text: fc.string({ unit: 'binary' }),
      bytes: fc.uint8Array(),
      one: fc.record({ text: fc.string(), number: int }, { requiredKeys: [] }),
      numbers: fc.array(int),
      texts: fc.array(fc.string()),
      many: fc.array(fc.record({ text: fc.string(), number: int }, { requiredKeys: [] })),
    },
    { requiredKeys: ['numbers', 'texts', 'many'] },
  )
  fc.assert(
    fc.property(message, value => {
      expect(decodeMessage(table, encodeMessage(table, value), 'test')).toEqual(value)
    }),
  )
})

// Encodings from https://protobuf.dev/programming-guides/encoding
test('the bytes of the format', () => {
  const written = (message: object) => [...encodeMessage(table, message)]
  expect(written({ number: 150 })).toEqual([0x08, 0x96, 0x01])
  expect(written({ number: -2 })).toEqual([0x08, 0xfe, ...Array(8).fill(0xff), 0x01])
  expect(written({ numbers: [3, 270, 86942] })).toEqual([0x12, 6, 3, 0x8e, 0x02, 0x9e, 0xa7, 0x05])
  expect(written({ text: 'testing' })).toEqual([0x2a, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67])
  expect(written({ one: { number: 150 } })).toEqual([0x82, 0x01, 3, 0x10, 0x96, 0x01])
})

test('numbers one by one, packed, and mixed are the same list', () => {
  const read = (...bytes: number[]) => decodeMessage(table, Uint8Array.from(bytes), 'test').numbers
  expect(read(0x10, 3, 0x10, 4)).toEqual([3, 4])
  expect(read(0x12, 2, 3, 4)).toEqual([3, 4])
  expect(read(0x10, 3, 0x12, 1, 4)).toEqual([3, 4])
})

test('unknown fields are passed over', () => {
  const bytes = Uint8Array.from([0x38, 1, 0x41, 1, 2, 3, 4, 5, 6, 7, 8, 0x4a, 2, 9, 9, 0x55, 1, 2, 3, 4, 0x08, 7])
  expect(decodeMessage(table, bytes, 'test').number).toBe(7)
})

test('bytes are views of the file', () => {
  const file = encodeModel({
    graph: { initializer: [{ name: 'w', dims: [4], dataType: 1, rawData: new Uint8Array(16) }] },
  })
  expect(decodeModel(file, 'test').graph?.initializer[0].rawData?.buffer).toBe(file.buffer)
})
