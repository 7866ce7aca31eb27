/**
 * Runs command lists: on worker threads that share the memory, or on the calling thread where there are none.
 */
import { InklingError } from '../../../errors.ts'
import { tableFingerprint } from './commands.ts'
import { canShare, compileKernels, processorCount, startWorker, type WorkerHandle } from './locate.ts'
import { createMemory, layout } from './memory.ts'
import { chooseVariant, type Variant } from './variant.ts'
import type { WorkerReport } from './worker.ts'

export interface RuntimeOptions {
  /** Worker threads; 0: everything on the calling thread. Default: the processors of the host, at most 16. */
  threads?: number
  /**
   * 'narrow' (default): 128-bit vectors. 'auto': the 256-bit modules where V8's revectoriser is there, makes them
   * faster and gives the same bits; it sets a V8 flag for the whole process, so it is for own processes (command line,
   * server). 'wide': the same without asking whether it is faster. The environment variable INKLING_SIMD overrules.
   */
  simd?: 'wide' | 'narrow' | 'auto'
  /** Most bytes the engine may use. Default 4 GiB, the most WebAssembly can address. */
  memoryLimit?: number
}

/** A command list in the engine's memory. */
export interface Job {
  /** Address of the first 128-byte record. */
  list: number
  /** Number of records. */
  count: number
  /** Address of the staging slot for `fetch` and `emit` (0 when the list has none). */
  slot: number
}

export interface Runtime {
  /** Threads that compute: at least 1. */
  readonly threads: number
  /** Whether they are workers; if not, `run` computes on the calling thread. */
  readonly workers: boolean
  readonly variant: Variant
  /** Why this variant, in words (for `inkling doctor`). */
  readonly variantReason: string
  readonly memory: WebAssembly.Memory
  /** The memory's present buffer; ask again after `reserve`. */
  readonly buffer: ArrayBufferLike
  /** First address free for the arena. */
  readonly dataStart: number
  /** Makes all addresses below `bytes` valid; throws an InklingError above the limit. */
  reserve(bytes: number): void
  /** Runs a job after those given before; resolves when it is done, rejects when a kernel failed. */
  run(job: Job): Promise<void>
  /** Waits for the jobs given, then lets the workers go. */
  close(): Promise<void>
}

interface KernelExports {
  run(list: number, count: number, slot: number, tid: number, threads: number): void
  fingerprint(): number
}

/**
 * Loads the kernels and starts the workers.
 * @throws InklingError when the kernels are missing, stale, or cannot run on this host
 */
export async function createRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const threads = options.threads ?? Math.min(processorCount(), 16)
  if (!Number.isInteger(threads) || threads < 0 || threads > layout.maxThreads) {
    throw new InklingError(`threads must be a whole number from 0 to ${layout.maxThreads}, got ${threads}`, {
      exitCode: 2,
    })
  }
  const shared = canShare()
  const engine = createMemory(shared, options.memoryLimit)
  const chosen = shared
    ? await chooseVariant(options.simd ?? 'narrow', engine.memory)
    : {
        variant: 'narrow' as const,
        reason: 'this page has no shared memory',
        module: await compileKernels('narrow-single'),
      }
  const instance = await WebAssembly.instantiate(chosen.module, { env: { memory: engine.memory } })
  const kernels = instance.exports as unknown as KernelExports
  if (kernels.fingerprint() !== tableFingerprint()) {
    throw new InklingError('the compiled kernels do not fit the command table: they are stale', {
      hint: 'build them again with: node scripts/build-kernels.mjs',
    })
  }
  const lanes =
    shared && threads > 0 ? await workerLanes(chosen.module, engine.memory, threads) : callingThreadLane(kernels)
  return {
    threads: Math.max(1, lanes.workers ? threads : 1),
    workers: lanes.workers,
    variant: chosen.variant,
    variantReason: chosen.reason,
    memory: engine.memory,
    get buffer() {
      return engine.buffer
    },
    dataStart: layout.dataStart,
    reserve: bytes => engine.reserve(bytes),
    run: job => lanes.run(job),
    close: () => lanes.close(),
  }
}

interface Lanes {
  workers: boolean
  run(job: Job): Promise<void>
  close(): Promise<void>
}

/** Jobs on the calling thread, with a pause after each so that pages and servers stay alive. */
function callingThreadLane(kernels: KernelExports): Lanes {
  let last: Promise<void> = Promise.resolve()
  let closed = false
  return {
    workers: false,
    run({ list, count, slot }) {
      if (closed) return Promise.reject(closedError())
      const job = last.then(async () => {
        try {
          kernels.run(list, count, slot, 0, 1)
        } catch (error) {
          throw kernelError(String((error as Error).message), error)
        }
        await pause()
      })
      last = job.catch(() => {})
      return job
    },
    async close() {
      closed = true
      await last
    },
  }
}

function pause(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise(resolve => setImmediate(resolve))
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(0)
  })
}

interface Pending {
  job: Job
  resolve(): void
  reject(error: Error): void
}

// Polls before a waiting thread sleeps, 1.2 ns each. Waking one takes 100 µs, and the calling thread may hold a processor
// for 50 µs to feed the next step: a worker that sleeps then loses more than it spares (measured: 1.10 instead of 0.85 ms
// a step). On a machine that others disturb waits are longer: with 0.2 ms W2 of the benchmark took 1.5 ms, with 0.5 ms 1.1.
// Where threads share processors, whoever polls keeps the one from running that it waits for.
const SPINS = 400_000
const SPINS_CROWDED = 1_000

/** Jobs on workers: a ring in shared memory holds the next few, a queue here the rest. */
async function workerLanes(module: WebAssembly.Module, memory: WebAssembly.Memory, threads: number): Promise<Lanes> {
  // The control page never moves, so this view stays good when the memory grows.
  const words = new Int32Array(memory.buffer, 0, layout.scratch / 4)
  words[layout.spins / 4] = threads <= processorCount() ? SPINS : SPINS_CROWDED
  const given: Pending[] = [] // in the ring, oldest first
  const queued: Pending[] = []
  const workers: WorkerHandle[] = []
  let submitted = 0
  let finished = 0
  let failure: Error | undefined
  let closed = false
  let started = false
  let idle: (() => void) | undefined

  function submit(): void {
    while (queued.length && given.length < layout.ringSlots) {
      const pending = queued.shift()!
      const entry = (layout.ring + 16 * (submitted % layout.ringSlots)) / 4
      words[entry] = pending.job.list
      words[entry + 1] = pending.job.count
      words[entry + 2] = pending.job.slot
      given.push(pending)
      submitted++
      Atomics.store(words, layout.ringHead / 4, submitted | 0)
    }
    if (Atomics.load(words, layout.ringSleepers / 4)) Atomics.notify(words, layout.ringHead / 4)
  }

  function collect(): void {
    const done = Atomics.load(words, layout.ringDone / 4)
    while ((finished | 0) !== done) {
      finished++
      given.shift()!.resolve()
    }
    submit()
    settle()
  }

  function settle(): void {
    if (given.length || queued.length) return
    // A report may come late, when the worker is being stopped: Node would then end before `close` is through.
    if (!closed) workers[0]?.hold(false)
    idle?.()
  }

  function fail(reason: string): void {
    if (failure || closed) return
    failure = started ? kernelError(reason) : new InklingError(`a worker thread could not start: ${reason}`)
    for (const worker of workers) void worker.terminate()
    for (const pending of [...given.splice(0), ...queued.splice(0)]) pending.reject(failure)
    settle()
  }

  await new Promise<void>((resolve, reject) => {
    let ready = 0
    for (let tid = 0; tid < threads; tid++) {
      const worker = startWorker({
        message(data) {
          const report = data as WorkerReport
          if (report === 'done') collect()
          else if (report === 'ready') {
            worker.hold(false)
            if (++ready === threads) resolve()
          } else {
            fail(report.error)
            reject(failure)
          }
        },
        failed(reason) {
          fail(reason)
          reject(failure)
        },
      })
      workers.push(worker)
      worker.post({ module, memory, tid, threads })
    }
  })
  started = true

  return {
    workers: true,
    run(job) {
      if (failure) return Promise.reject(failure)
      if (closed) return Promise.reject(closedError())
      return new Promise((resolve, reject) => {
        if (!given.length && !queued.length) workers[0].hold(true)
        queued.push({ job, resolve, reject })
        submit()
      })
    },
    async close() {
      if (given.length || queued.length) await new Promise<void>(resolve => (idle = resolve))
      closed = true
      Atomics.store(words, layout.ringStop / 4, 1)
      // A sleeping worker looks at the stop flag when the head moves.
      Atomics.notify(words, layout.ringHead / 4)
      await Promise.all(workers.map(worker => worker.terminate()))
    },
  }
}

function kernelError(reason: string, cause?: unknown): InklingError {
  return new InklingError(`the engine stopped: a kernel failed (${reason})`, {
    cause,
    hint: 'this is a fault of the engine or of the memory it got; the jobs in flight are lost',
  })
}

function closedError(): InklingError {
  return new InklingError('the engine is closed', { exitCode: 2 })
}
