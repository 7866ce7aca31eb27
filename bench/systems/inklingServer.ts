/** Inkling as a system of the benchmark: `node bench/systems/inklingServer.ts wide|narrow THREADS`. */
import { readFileSync } from 'node:fs'
import { createDataset } from '../../src/data/dataset.ts'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import { createRuntime } from '../../src/engine/backends/wasm/runtime.ts'
import { adam } from '../../src/nn/index.ts'
import { fitModel } from '../../src/training/fit.ts'
import { measureFmaPeak } from '../peak.ts'
import { serve, sizeOf } from '../peers/serve.mjs'
import { modelOf } from '../workloads/build.ts'
import type { Workload } from '../workloads/index.ts'
import { type ReadyStep, readyStep, timed } from './inklingStep.ts'
import type { EpochData, Hello, Requests } from './protocol.ts'

type Request<N extends keyof Requests> = Requests[N]['request']

const [simd, threads] = [process.argv[2] === 'wide' ? 'wide' : 'narrow', Number(process.argv[3])] as const
const backend = await createWasmBackend({ simd, threads })
const { runtime } = backend
const handles = new Map<number, ReadyStep>()
let next = 1

await serve({
  hello(): Hello {
    if (runtime.variant !== simd) throw new Error(`no ${simd} kernels here: ${runtime.variantReason}`)
    return { description: backend.description, variant: runtime.variant }
  },
  async peak() {
    // A runtime of its own, whose memory nobody else uses.
    const own = await createRuntime({ simd, threads })
    const flops = await measureFmaPeak(own, own.dataStart, 150)
    await own.close()
    return { flops }
  },
  async prepare({ workload, pass, data }: Request<'prepare'>) {
    const ready = pass === 'epoch' ? epochPass(workload, data) : await stepOf(workload, pass === 'train')
    handles.set(next, ready)
    return { handle: next++ }
  },
  async run({ handle, milliseconds, least }: Request<'run'>) {
    return { times: await handles.get(handle)!.run(milliseconds, least) }
  },
  async release({ handle }: Request<'release'>) {
    await handles.get(handle)?.close()
    handles.delete(handle)
  },
})
await backend.close()

function stepOf(workload: Workload, train: boolean): Promise<ReadyStep> {
  const { batch, latency } = workload
  return readyStep(backend, modelOf(workload), { batch, train, flights: latency ? 1 : 2 })
}

/** The library's own fit loop over all examples, from compiling the plans to the last update. */
function epochPass(workload: Workload, data: EpochData | undefined): ReadyStep {
  if (!data) throw new Error('an epoch needs data')
  const model = modelOf(workload)
  const stride = sizeOf(model.inputShape)
  const y = readFileSync(data.labels)
  const train = createDataset({
    name: 'epoch',
    shape: model.inputShape,
    classes: Array.from({ length: workload.network.classes }, (_, i) => String(i)),
    features: new Uint8Array(readFileSync(data.pictures).subarray(0, data.examples * stride)),
    labels: new Int32Array(y.buffer, y.byteOffset, data.examples),
  })
  const epoch = async () => {
    const { batch, augment } = workload
    await fitModel(model, train, { backend, epochs: 1, batchSize: batch, seed: 1, optimizer: adam(1e-3), augment })
  }
  return { run: (milliseconds, least) => timed(epoch, 1, milliseconds, least), close: async () => {} }
}
