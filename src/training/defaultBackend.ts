import type { Backend } from '../engine/backend.ts'
import { processorCount } from '../engine/backends/wasm/locate.ts'

/** More threads than this are for those who ask: a library leaves room for its host. */
const MOST_THREADS = 4

let shared: Promise<Backend> | undefined

/**
 * The backend that models use when none is given: WebAssembly on a few threads, started at its first use and kept.
 * Its idle workers don't keep a process alive.
 */
export function defaultBackend(): Promise<Backend> {
  shared ??= start()
  return shared
}

/** Makes `backend` the one that models use when none is given; undefined: start one at the next use. */
export function setDefaultBackend(backend: Backend | undefined): void {
  shared = backend && Promise.resolve(backend)
}

async function start(): Promise<Backend> {
  try {
    const { createWasmBackend } = await import('../engine/backends/wasm/backend.ts')
    return await createWasmBackend({ threads: Math.min(processorCount(), MOST_THREADS) })
  } catch (error) {
    shared = undefined // the next call may have more luck, say once the kernels are built
    throw error
  }
}
