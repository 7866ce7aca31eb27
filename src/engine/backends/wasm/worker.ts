/**
 * The engine's worker: walks command lists inside WebAssembly until told to leave. It imports nothing, so that it starts
 * fast and bundles alone. It blocks for good after the first message; its messages still go out at once.
 */

/** The first and only message to a worker. */
export interface WorkerStart {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  tid: number
  threads: number
}

/** What a worker says: ready; jobs are done (worker 0 only, how many is in shared memory); a kernel trapped. */
export type WorkerReport = 'ready' | 'done' | { error: string }

interface Port {
  postMessage(message: WorkerReport): void
  close(): void
}

// Reports are put off while more jobs wait, but not longer than this.
const REPORT_EVERY_MS = 1
// Addresses from memory.ts (ringHead, ringDone).
const RING_HEAD = 256
const RING_DONE = 320

function work(port: Port, { module, memory, tid, threads }: WorkerStart): void {
  try {
    const instance = new WebAssembly.Instance(module, { env: { memory } })
    const serve = instance.exports.serve as (tid: number, threads: number) => number
    const words = new Int32Array(memory.buffer, 0, 256)
    port.postMessage('ready')
    let reported = 0
    while (serve(tid, threads)) {
      if (tid !== 0) continue
      const now = performance.now()
      const idle = Atomics.load(words, RING_HEAD / 4) === Atomics.load(words, RING_DONE / 4)
      if (!idle && now - reported < REPORT_EVERY_MS) continue
      reported = now
      port.postMessage('done')
    }
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? error.message : String(error) })
  }
  port.close()
}

type Threads = typeof import('node:worker_threads')
const node = (globalThis as { process?: { getBuiltinModule?(name: string): Threads } }).process?.getBuiltinModule?.(
  'node:worker_threads',
)
if (node?.parentPort) {
  const port = node.parentPort
  port.once('message', (start: WorkerStart) => work(port, start))
} else if (typeof self !== 'undefined') {
  const port = self as unknown as Port
  self.addEventListener('message', event => work(port, event.data as WorkerStart), { once: true })
}
