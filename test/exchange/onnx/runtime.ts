import { InferenceSession, Tensor } from 'onnxruntime-web'

/** What onnxruntime-web makes of a file: the judge that is not ours. */
export async function runtime(bytes: Uint8Array) {
  const session = await InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 3 })
  return {
    async run(inputs: Record<string, { shape: readonly number[]; data: Float32Array }>) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { shape, data }]) => [name, new Tensor('float32', data, shape)]),
      )
      const results = await session.run(feeds)
      return Object.fromEntries(
        Object.entries(results).map(([name, { dims, data }]) => [name, { shape: dims, data: data as Float32Array }]),
      )
    },
    close: () => session.release(),
  }
}
