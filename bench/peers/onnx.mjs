// ONNX Runtime Web (wasm) as a system of the benchmark: prediction only, on models that the benchmark builds.
import * as ort from 'onnxruntime-web'
import { onnxModel } from '../onnx/model.ts'
import { numbers, passes, serve, sizeOf } from './serve.mjs'

const THREADS = 2
ort.env.wasm.numThreads = THREADS
ort.env.logLevel = 'error'

await serve({
  hello: () => ({ description: `ONNX Runtime Web ${ort.env.versions.web}, wasm, ${THREADS} threads` }),
  ...passes(async ({ workload: { network, batch }, pass }) => {
    if (pass !== 'forward') throw new Error('its npm packages have no training')
    const { bytes, inputShape } = onnxModel(network, batch)
    const options = { executionProviders: ['wasm'], graphOptimizationLevel: 'all' }
    const session = await ort.InferenceSession.create(bytes, options)
    const x = new ort.Tensor('float32', numbers(batch * sizeOf(network.input)), inputShape)
    return async () => {
      const { y } = await session.run({ x })
      y.dispose()
    }
  }),
})
