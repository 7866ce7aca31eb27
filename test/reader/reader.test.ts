import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { encode } from 'fast-png'
import { rolldown } from 'rolldown'
import { describe, expect, test } from 'vitest'
import { createDataset } from '../../src/data/dataset.ts'
import { drawnDigits } from '../../src/data/synthetic/digits.ts'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import { readSafetensors } from '../../src/nn/safetensors.ts'
import { createRandom } from '../../src/random.ts'
import { loadReader, type StrokePoint } from '../../src/reader/index.ts'
import { createKernelExtractor } from '../../src/reader/kernels.ts'
import { networkOf } from '../../src/reader/networks.ts'
import { createPlainExtractor } from '../../src/reader/plain.ts'
import { loadModel } from '../../src/training/trainable.ts'
import { root } from '../cli/inkling.ts'

const drawn = drawnDigits({ count: 60, seed: 31 })
const picture = (i: number) => drawn.features.slice(i * 784, (i + 1) * 784) as Uint8Array
const label = (i: number) => String(drawn.labels?.[i])
const png = (i: number) => encode({ width: 28, height: 28, data: picture(i), channels: 1 })
const weightsOf = (model: string) => readFileSync(`${root}models/${model}.safetensors`)

/** A plus sign as a hand draws it. */
function plus(seed: number): StrokePoint[][] {
  const random = createRandom(seed)
  const near = (v: number) => v + random.uniform(-6, 6)
  return [
    [
      { x: near(50), y: near(10) },
      { x: near(50), y: near(90) },
    ],
    [
      { x: near(10), y: near(50) },
      { x: near(90), y: near(50) },
    ],
  ]
}

describe.each(['reader', 'pocket-reader'] as const)('%s', model => {
  test('computes what the model of the zoo computes', async () => {
    const backend = await createWasmBackend({ threads: 0 })
    const trained = await loadModel(`${root}models/${model}.safetensors`)
    const dataset = createDataset({ ...drawn, features: drawn.features as Uint8Array })
    const expected = await trained.predict(dataset, { backend })
    await backend.close()
    const reader = await loadReader({ model })
    expect(reader.engine).toBe('wasm')
    expect(reader.classes).toEqual(trained.classes)
    for (let i = 0; i < drawn.length; i++) {
      const { label, probability, top } = await reader.predict(png(i))
      expect(label).toBe(expected[i].label)
      expect(Math.abs(probability - expected[i].probability)).toBeLessThan(1e-4)
      expect(top.map(t => t.label)[0]).toBe(label)
      expect(top).toHaveLength(3)
    }
  })

  test('computes the same in plain JavaScript', async () => {
    const network = networkOf(readSafetensors(weightsOf(model)), model)
    const kernels = readFileSync(`${root}build/kernels/narrow-single.wasm`)
    const fast = await createKernelExtractor(network, await WebAssembly.compile(kernels))
    const plain = createPlainExtractor(network)
    for (let i = 0; i < 5; i++) {
      const [a, b] = [fast(picture(i)), plain(picture(i))]
      expect(a.length).toBe(b.length)
      expect(a.some(v => v > 0.1)).toBe(true)
      for (let k = 0; k < a.length; k++) expect(Math.abs(a[k] - b[k])).toBeLessThan(1e-4)
    }
  })

  test('learns a new symbol from five examples, keeps its digits, and can be saved', async () => {
    const reader = await loadReader({ model })
    const rightly = async () => {
      let right = 0
      for (let i = 0; i < drawn.length; i++) if ((await reader.predict(png(i))).label === label(i)) right++
      return right
    }
    const before = await rightly()
    const samples = [1, 2, 3, 4, 5].map(seed => ({ input: plus(seed), label: '+' }))
    const epochs: number[] = []
    const result = await reader.train(samples, { onEpoch: ({ epoch }) => epochs.push(epoch) })
    expect(result).toEqual({ classes: [...'0123456789', '+'], added: ['+'], accuracy: 1 })
    expect(epochs).toEqual(Array.from(epochs, (_, i) => i + 1))
    for (let seed = 11; seed < 21; seed++) expect((await reader.predict(plus(seed))).label).toBe('+')
    // A new symbol may cost a digit that looks like it.
    expect(await rightly()).toBeGreaterThanOrEqual(before - 3)

    const again = await loadReader({ weights: await reader.save() })
    expect(again.model).toBe(model)
    expect(await again.predict(plus(30))).toEqual(await reader.predict(plus(30)))
    expect(await again.predict(png(3))).toEqual(await reader.predict(png(3)))
  }, 120_000)

  test('has no more than it may', () => {
    const bytes = weightsOf(model)
    const parameters = [...readSafetensors(bytes).tensors.values()].reduce((n, t) => n + t.values.length, 0)
    const [most, largest] = model === 'reader' ? [500_000, 2e6] : [9_999, 40e3]
    expect(parameters).toBeLessThanOrEqual(most)
    expect(bytes.length).toBeLessThanOrEqual(largest)
  })
})

test('reads the same digit from everything that a digit can come in', async () => {
  const reader = await loadReader({ model: 'pocket-reader' })
  const large = new Uint8ClampedArray(280 * 280 * 4).fill(255)
  const grey = picture(3)
  for (let y = 0; y < 224; y++)
    for (let x = 0; x < 224; x++)
      large.fill(255 - grey[(y >> 3) * 28 + (x >> 3)], 4 * ((y + 20) * 280 + x + 40), 4 * ((y + 20) * 280 + x + 40) + 3)
  const bytes = png(3)
  const inputs = [
    bytes,
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    new Blob([bytes as Uint8Array<ArrayBuffer>]),
    { width: 28, height: 28, data: grey },
    { width: 280, height: 280, data: large },
  ]
  for (const input of inputs) expect((await reader.predict(input)).label).toBe(label(3))
})

test('reads strokes in any units, and knows when there is nothing', async () => {
  const reader = await loadReader({ model: 'pocket-reader' })
  const seven = (k: number, at: number) => [
    [
      { x: at, y: at },
      { x: at + 30 * k, y: at },
      { x: at + 12 * k, y: at + 50 * k },
    ],
  ]
  const first = await reader.predict(seven(1, 0))
  expect(first.label).toBe('7')
  expect((await reader.predict(seven(0.01, 5))).label).toBe('7')
  expect((await reader.predict(seven(1000, -300))).label).toBe('7')
  expect('blank' in first).toBe(false)
  const nothing = [[], [[]], { width: 40, height: 40, data: new Uint8Array(1600).fill(255) }]
  for (const input of nothing) expect(await reader.predict(input)).toMatchObject({ blank: true })
  await expect(reader.predict([[{ x: 1, y: 1 }]])).resolves.toHaveProperty('label')
})

test('says what is wrong with what it gets', async () => {
  const reader = await loadReader({ model: 'pocket-reader' })
  const refused = (input: unknown) => expect(reader.predict(input as never)).rejects
  await refused(undefined).toThrow(/the reader got undefined/)
  await refused(7).toThrow(/the reader got a number/)
  await refused({}).toThrow(/the reader got an object of kind Object/)
  await refused([[1, 2]]).toThrow(/no strokes/)
  await refused([[{ x: 1, y: Number.NaN }]]).toThrow(/no strokes/)
  await refused(new Uint8Array(0)).toThrow(/empty/)
  await refused(png(0).slice(0, 60)).toThrow(/the picture/)
  await refused({ width: 3, height: 3, data: new Uint8Array(5) }).toThrow(/3 x 3 with 5 values/)
  await refused({ width: 0.5, height: 2, data: new Uint8Array(4) }).toThrow(/0.5 x 2 with 4 values/)
  await refused({ width: 3, height: 3, data: new Float32Array(9) }).toThrow(/pixels as a Float32Array\n?/)
  await refused({ width: 3, height: 3, data: new Uint16Array(9) }).toThrow(/pixels as a Uint16Array/)
  for (const epochs of [0, -3, Number.NaN])
    await expect(reader.train([{ input: png(0), label: '7' }], { epochs })).rejects.toThrow(/epochs must be a whole/)
  await expect(reader.train([])).rejects.toThrow(/no samples/)
  await expect(reader.train([{ input: [[]], label: 'x' }])).rejects.toThrow(/sample 1 \("x"\) shows no ink/)
  await expect(reader.train([{ input: plus(1), label: '' }])).rejects.toThrow(/sample 1 has no label/)
  await expect(loadReader({ weights: new Uint8Array(9) })).rejects.toThrow(/weights/)
  await expect(loadReader({ files: { weights: 'no-such-file.safetensors' } })).rejects.toThrow(/could not load/)
})

test('is at most 80 kB of code, and brings no gradients, no reference and no zoo along', async () => {
  const bundle = await rolldown({ input: `${root}src/reader/index.ts`, platform: 'neutral' })
  const { output } = await bundle.generate({ format: 'esm' })
  await bundle.close()
  const chunks = new Map(output.flatMap(o => (o.type === 'chunk' ? [[o.fileName, o] as const] : [])))
  const first = [...chunks.values()].find(c => c.isEntry)!
  const loaded = new Set([first.fileName])
  for (const name of loaded) for (const other of chunks.get(name)?.imports ?? []) loaded.add(other)
  const modules = [...loaded].flatMap(name => Object.entries(chunks.get(name)?.modules ?? {}))
  const kept = modules.filter(([, m]) => (m.code ?? '').length > 0).map(([id]) => id.replaceAll('\\', '/'))
  expect(kept.some(id => id.endsWith('src/reader/reader.ts'))).toBe(true)
  for (const id of kept)
    expect(id).not.toMatch(
      /src\/(zoo|training|evaluation|engine\/(ops|autodiff|backends\/reference)|nn\/(model|layer|step))/,
    )
  for (const name of loaded)
    expect(chunks.get(name)?.code).not.toMatch(/\bimport\s*\(\s*['"]node:|^import[^*\n]*from ['"](?!\.)/m)
  const kernels = gzipSync(readFileSync(`${root}build/kernels/narrow-single.wasm`)).length
  const code = [...loaded].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '').length, 0)
  expect(code + kernels).toBeLessThanOrEqual(80_000)
})
