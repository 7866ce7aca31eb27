import { expect, test } from 'vitest'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import type { CommandArguments } from '../../src/engine/backends/wasm/commands.ts'
import { piecesOf } from '../../src/engine/backends/wasm/pieces.ts'
import { adam, initialState, initialWeights, trainingStep } from '../../src/nn/index.ts'
import { findModel } from '../../src/zoo/index.ts'

const product = (M: number, N: number, K: number) =>
  ({ M, N, K, batch: 1 }) as Partial<CommandArguments<'gemm'>> as CommandArguments<'gemm'>

test('large commands are cut into pieces, small ones and those of one thread are not', () => {
  expect(piecesOf('gemm', product(128, 10, 128), 2)).toBe(1)
  expect(piecesOf('gemm', product(128, 512, 3136), 2)).toBeGreaterThan(3)
  expect(piecesOf('gemm', product(4096, 4096, 4096), 2)).toBe(8)
  expect(piecesOf('gemm', product(4096, 4096, 4096), 1)).toBe(1)
  expect(piecesOf('unary', { kind: 0, src: 0, dst: 0, count: 1000, alpha: 0, beta: 0 }, 2)).toBe(1)
  expect(piecesOf('unary', { kind: 0, src: 0, dst: 0, count: 1e6, alpha: 0, beta: 0 }, 2)).toBeGreaterThan(1)
})

test('slices of a sum over rows cost nothing more, those of a sum over slices do', () => {
  const addresses = { x: 0, partials: 0 }
  expect(piecesOf('batchNormStats', { ...addresses, rows: 1000, C: 64, slices: 64 }, 2)).toBe(1)
  expect(piecesOf('reduceSlices', { src: 0, dst: 0, slices: 64, count: 64_000, accumulate: 0 }, 2)).toBe(8)
})

test('a step whose commands are in pieces gives the bits of one thread', async () => {
  const model = findModel('quick-cnn').build()
  const optimizer = adam(1e-3)
  const x = Uint8Array.from({ length: 256 * 784 }, (_, i) => (i * 7919) % 251)
  const y = Int32Array.from({ length: 256 }, (_, i) => i % 10)
  const losses: Float32Array[] = []
  for (const threads of [0, 2, 3]) {
    const backend = await createWasmBackend({ simd: 'narrow', threads })
    const session = backend.createSession()
    const { graph, outputs } = trainingStep(model, { batch: 256, input: { dtype: 'u8' }, optimizer })
    const step = await session.compile(graph, outputs)
    const weights = initialWeights(model, 1)
    for (const [name, value] of [...weights, ...initialState(model, optimizer, weights)])
      if (session.has(name)) session.write(name, value)
    const all: number[] = []
    for (let i = 1; i <= 3; i++) {
      const feeds = { x, y, hyper: optimizer.hyper(i), ...(graph.inputs.has('seed') && { seed: Int32Array.of(1, i) }) }
      all.push((await step.run(feeds)).loss[0] as number)
    }
    losses.push(Float32Array.from(all))
    await session.close()
    await backend.close()
  }
  expect(losses[1]).toEqual(losses[0])
  expect(losses[2]).toEqual(losses[0])
  expect(losses[0][2]).toBeLessThan(losses[0][0])
})
