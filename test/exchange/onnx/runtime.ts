import { env, InferenceSession, Tensor } from 'onnxruntime-web'
import type { OnnxOutput } from '../../../src/exchange/onnx/index.ts'

env.wasm.numThreads = 1

/** What onnxruntime-web makes of a file: the judge that is not ours. */
export async function runElsewhere(
  bytes: Uint8Array,
  inputs: Record<string, { shape: readonly number[]; data: ArrayLike<number> }>,
): Promise<Record<string, OnnxOutput>> {
  const session = await InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 3 })
  try {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape, data }]) => [
        name,
        new Tensor('float32', Float32Array.from(data), shape),
      ]),
    )
    const results = await session.run(feeds)
    return Object.fromEntries(
      Object.entries(results).map(([name, { dims, data }]) => [
        name,
        { shape: dims, data: data instanceof BigInt64Array ? Int32Array.from(data, Number) : (data as Float32Array) },
      ]),
    )
  } finally {
    await session.release()
  }
}

/** Largest difference of two lists of the same length; NaN where one has one. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} values and ${b.length}`)
  let most = 0
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]))
  return most
}

/** Position of the largest value of each row. */
export const answers = ({ shape: [rows, width], data }: OnnxOutput): number[] =>
  Array.from({ length: rows }, (_, row) => {
    const values = data.subarray(row * width, (row + 1) * width)
    return values.indexOf(Math.max(...values))
  })
