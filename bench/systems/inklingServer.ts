/** Inkling as a system of the benchmark: `node bench/systems/inklingServer.ts wide|narrow THREADS`. */
import { readFileSync } from 'node:fs'
import { createDataset } from '../../src/data/dataset.ts'
import type { Executable, Feeds } from '../../src/engine/backend.ts'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import { createRuntime } from '../../src/engine/backends/wasm/runtime.ts'
import { adam, evaluationStep, initialState, initialWeights, trainingStep } from '../../src/nn/index.ts'
import { fitModel } from '../../src/training/fit.ts'
import { measureFmaPeak } from '../peak.ts'
import { labels, numbers, serve, sizeOf } from '../peers/serve.mjs'
import { modelOf } from '../workloads/build.ts'
import type { Workload } from '../workloads/index.ts'
import { BATCHES, type EpochData, type Hello, type Requests } from './protocol.ts'

type Request<N extends keyof Requests> = Requests[N]['request']

/** A pass that is ready: runs for about so long and gives the milliseconds of each run. */
interface Pass {
  run(milliseconds: number, least: number): Promise<number[]>
  close(): Promise<void>
}

const WARM_MS = 300

const [simd, threads] = [process.argv[2] === 'wide' ? 'wide' : 'narrow', Number(process.argv[3])] as const
const backend = await createWasmBackend({ simd, threads })
const { runtime } = backend
const handles = new Map<number, Pass>()
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
    const ready = pass === 'epoch' ? epochPass(workload, data) : await stepPass(workload, pass === 'train')
    if (pass !== 'epoch') await ready.run(WARM_MS, 3)
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

async function stepPass(workload: Workload, train: boolean): Promise<Pass> {
  const model = modelOf(workload)
  const { batch } = workload
  const input = { dtype: 'f32' } as const
  const optimizer = adam(1e-3)
  const session = backend.createSession()
  const weights = initialWeights(model, 1)
  let once: (step: number) => Promise<unknown>
  const xs = Array.from({ length: BATCHES }, (_, i) => numbers(batch * sizeOf(model.inputShape), i + 1))
  if (train) {
    const { graph, outputs } = trainingStep(model, { batch, input, optimizer })
    const executable: Executable = await session.compile(graph, outputs)
    const ys = Array.from({ length: BATCHES }, (_, i) => labels(batch, workload.network.classes, i + 100))
    for (const [name, values] of [...weights, ...initialState(model, optimizer, weights)]) session.write(name, values)
    const asked = new Set(graph.inputs.keys())
    once = step => {
      const feeds: Feeds = { x: xs[step % BATCHES], y: ys[step % BATCHES], hyper: optimizer.hyper(step + 1) }
      if (asked.has('seed')) feeds.seed = Int32Array.of(1, step)
      return executable.run(feeds)
    }
  } else {
    const { graph, outputs } = evaluationStep(model, { batch, input })
    const executable = await session.compile(graph, { probabilities: outputs.probabilities })
    for (const [name, values] of weights) if (session.has(name)) session.write(name, values)
    once = step => executable.run({ x: xs[step % BATCHES] })
  }
  let step = 0
  return {
    run: (milliseconds, least) => timed(() => once(step++), workload.latency ? 1 : 2, milliseconds, least),
    close: () => session.close(),
  }
}

/**
 * Milliseconds of each run, `flights` of which are under way at a time: with two, as in training, the next batch is
 * handed over while the last one is computed, and a run's time is that between two ends.
 */
async function timed(
  once: () => Promise<unknown>,
  flights: number,
  milliseconds: number,
  least: number,
): Promise<number[]> {
  const times: number[] = []
  const under: Promise<unknown>[] = []
  const until = performance.now() + milliseconds
  for (let i = 1; i < flights; i++) under.push(once())
  // The first of several that overlap has no end before it to count from.
  if (flights > 1) {
    under.push(once())
    await under.shift()
  }
  let last = performance.now()
  do {
    under.push(once())
    await under.shift()
    const now = performance.now()
    times.push(now - last)
    last = now
  } while (times.length < least || last < until)
  await Promise.all(under)
  return times
}

/** The library's own fit loop over all examples, from compiling the plans to the last update. */
function epochPass(workload: Workload, data: EpochData | undefined): Pass {
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
