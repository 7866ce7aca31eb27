/** How fast the machine multiplies and adds, through the engine's own kernels. */
import { RECORD_BYTES, writeCommand } from './commands.ts'
import type { Runtime } from './runtime.ts'

const M = 96
const N = 16
const K = 256
const REPEATS = 20

/** Bytes that `measurePeak` needs. */
export function peakBytes(threads: number): number {
  return REPEATS * RECORD_BYTES + 2 * threads * 4 * (M * K + K * N + M * N)
}

/**
 * Floating-point operations per second of products that stay in the first-level cache, on all threads: the best of
 * `milliseconds` of trying.
 *
 * @param address of `peakBytes` free bytes, a multiple of 64; they are overwritten
 */
export async function measurePeak(runtime: Runtime, address: number, milliseconds = 100): Promise<number> {
  const batch = 2 * runtime.threads
  runtime.reserve(address + peakBytes(runtime.threads) + 64)
  const a = address + REPEATS * RECORD_BYTES
  const b = a + batch * M * K * 4
  const c = b + batch * K * N * 4
  new Float32Array(runtime.buffer, a, (c - a) / 4).fill(0.5)
  const sizes = { M, N, K, Kc: 0, mode: 0, bias: 0, batch, aBatch: M * K * 4, bBatch: K * N * 4, cBatch: M * N * 4 }
  const values = { ...sizes, a, aStride: K * 4, aMode: 0, b, bMode: 0, bStride: 0, c, cStride: N * 4 }
  for (let i = 0; i < REPEATS; i++) writeCommand(runtime.buffer, address + i * RECORD_BYTES, 'gemm', values)
  let best = Number.POSITIVE_INFINITY
  const end = performance.now() + milliseconds
  do {
    const start = performance.now()
    await runtime.run({ list: address, count: REPEATS, slot: 0 })
    best = Math.min(best, performance.now() - start)
  } while (performance.now() < end)
  return (2 * M * N * K * batch * REPEATS * 1000) / best
}
