import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { InklingError } from '../../src/errors.ts'
import { knowModelKinds } from '../../src/exchange/modelKinds.ts'
import { loadOnnx } from '../../src/exchange/onnx/index.ts'
import { readSafetensors, writeSafetensors } from '../../src/nn/index.ts'
import { loadModel } from '../../src/training/trainable.ts'

knowModelKinds()
const backend = createReferenceBackend()
const digits = readFileSync(new URL('../fixtures/onnx/digits.onnx', import.meta.url))
const imported = await (await loadOnnx(digits, { backend })).toModel({ channelsLast: true })
const saved = imported.toBytes()
const { tensors, metadata } = readSafetensors(saved)

test('an imported model is saved with its graph and loaded again, to the same bytes', async () => {
  const loaded = await loadModel(saved)
  expect(loaded.toBytes()).toEqual(saved)
  const x = Float32Array.from({ length: 2 * 196 }, (_, i) => ((i * 7) % 11) / 11)
  const [a, b] = [await imported.predict(x, { backend }), await loaded.predict(x, { backend })]
  expect(b).toEqual(a)
})

test('the graph is kept without the weights that stand beside it', () => {
  const values = [...tensors.values()].reduce((sum, { values }) => sum + values.length, 0)
  expect(atob(metadata.onnx).length).toBeLessThan(digits.length - 0.9 * 4 * values)
})

describe('a description that means harm is refused in a line', () => {
  const reading = { output: 'y0', channelsLast: true, inputShape: [14, 14, 1], name: 'digits' }
  test.each<[string, Record<string, string>, RegExp]>([
    ['no base64', { onnx: '%%%' }, /"onnx" makes no sense/],
    ['nothing', { onnx: '' }, /it is empty/],
    ['no reading', { onnxReading: '' }, /"onnxReading" makes no sense/],
    ['another output', { onnxReading: JSON.stringify({ ...reading, output: 'z' }) }, /makes no sense/],
    [
      'very many dimensions',
      { onnxReading: JSON.stringify({ ...reading, inputShape: Array(1e5).fill(1) }) },
      /no sense/,
    ],
    ['absurd sizes', { onnxReading: JSON.stringify({ ...reading, inputShape: [1e6, 1e6, 1] }) }, /would take|limit/],
    ['sizes of no network', { onnxReading: JSON.stringify({ ...reading, inputShape: [-1, 14, 1] }) }, /no sense/],
  ])('%s', async (_, texts, message) => {
    const error: unknown = await loadModel(writeSafetensors(tensors, { ...metadata, ...texts })).catch(e => e)
    expect(error).toBeInstanceOf(InklingError)
    expect((error as InklingError).message).toMatch(message)
    expect((error as InklingError).message).not.toContain('\n')
  })

  test('weights that do not fit the graph', async () => {
    const few = new Map([...tensors].slice(1))
    await expect(loadModel(writeSafetensors(few, metadata))).rejects.toThrow(/it lacks "onnx\//)
  })
})
