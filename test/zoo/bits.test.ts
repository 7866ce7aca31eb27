import { expect, test } from 'vitest'
import { createWasmBackend, type WasmBackendOptions } from '../../src/engine/backends/wasm/backend.ts'
import { adamw, initialState, initialWeights, trainingStep } from '../../src/nn/index.ts'
import { createRandom } from '../../src/random.ts'
import { findModel } from '../../src/zoo/index.ts'

const BATCH = 33

/** Everything that three steps leave behind: weights, statistics, optimizer state, averages. */
async function trained(id: string, options: WasmBackendOptions): Promise<Map<string, Float32Array>> {
  const model = findModel(id).build()
  const optimizer = adamw(1e-3, { clipNorm: 1, averaging: 0.99 })
  const input = { dtype: 'u8', augment: { rotate: 10, zoom: 0.1, elastic: 2 } } as const
  const { graph, outputs } = trainingStep(model, { batch: BATCH, input, optimizer })
  const backend = await createWasmBackend(options)
  const session = backend.createSession()
  const step = await session.compile(graph, outputs)
  const weights = initialWeights(model, 1)
  for (const [name, values] of [...weights, ...initialState(model, optimizer, weights)]) session.write(name, values)
  const random = createRandom(3)
  for (let i = 1; i <= 3; i++) {
    const x = Uint8Array.from({ length: BATCH * 784 }, () => random.int(256))
    const y = Int32Array.from({ length: BATCH }, () => random.int(10))
    const index = Int32Array.from({ length: BATCH }, (_, n) => n)
    await step.run({ x, y, index, epochSeed: [1, 2], seed: [1, i], hyper: optimizer.hyper(i) })
  }
  const left = new Map(session.names().map(name => [name, session.read(name)]))
  await backend.close()
  return left
}

test.each(['quick-cnn', 'mnist-cnn-688k'])('%s: the same bits on one thread and on two', async id => {
  const one = await trained(id, { threads: 1, simd: 'narrow' })
  const two = await trained(id, { threads: 2, simd: 'narrow' })
  expect([...two.keys()]).toEqual([...one.keys()])
  for (const [name, values] of one) expect(Buffer.compare(bytes(values), bytes(two.get(name)!)), name).toBe(0)
})

const bytes = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
