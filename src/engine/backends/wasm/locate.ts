/**
 * Where the compiled kernels and the worker script are, and how to load and start them, in Node and in browsers: the
 * one place of the engine that knows about files and hosts.
 */
import { InklingError } from '../../../errors.ts'

export type KernelModule = 'wide' | 'narrow' | 'narrow-single'

/** Addresses that replace the built-in ones, for bundlers that move files (see {@link setLocations}). */
export interface Locations {
  kernels?: Partial<Record<KernelModule, string | URL>>
  worker?: string | URL
}

let overrides: Locations = {}

/** Says where kernels and worker are, when the built-in `new URL(..., import.meta.url)` addresses don't hold. */
export function setLocations(locations: Locations): void {
  overrides = locations
}

// In the checkout this file is .ts and the kernels lie in build/; in the package it is .js and they lie beside it.
const inCheckout = /\.ts(\?|$)/.test(import.meta.url)

/** The literal `new URL(...)` forms are what bundlers look for. */
export function kernelLocation(name: KernelModule): URL {
  const override = overrides.kernels?.[name]
  if (override) return new URL(override, import.meta.url)
  switch (name) {
    case 'wide':
      return inCheckout
        ? new URL('../../../../build/kernels/wide.wasm', import.meta.url)
        : new URL('./kernels/wide.wasm', import.meta.url)
    case 'narrow':
      return inCheckout
        ? new URL('../../../../build/kernels/narrow.wasm', import.meta.url)
        : new URL('./kernels/narrow.wasm', import.meta.url)
    case 'narrow-single':
      return inCheckout
        ? new URL('../../../../build/kernels/narrow-single.wasm', import.meta.url)
        : new URL('./kernels/narrow-single.wasm', import.meta.url)
  }
}

/** A Node built-in without an import statement, which bundlers for browsers would stumble over. */
export function builtin<T>(name: string): T | undefined {
  return (globalThis as { process?: { getBuiltinModule?(name: string): T } }).process?.getBuiltinModule?.(name)
}

/**
 * Reads and compiles a kernel module.
 * @throws InklingError when the file is not there or is no WebAssembly this host can run
 */
export async function compileKernels(name: KernelModule): Promise<WebAssembly.Module> {
  const url = kernelLocation(name)
  let bytes: ArrayBuffer | Uint8Array<ArrayBuffer>
  try {
    const fs = url.protocol === 'file:' ? builtin<typeof import('node:fs')>('node:fs') : undefined
    if (fs) bytes = new Uint8Array(await fs.promises.readFile(url))
    else {
      const response = await fetch(url)
      if (!response.ok) throw new Error(`HTTP status ${response.status}`)
      bytes = await response.arrayBuffer()
    }
  } catch (cause) {
    throw new InklingError(`the compiled kernels are missing: ${url.href}`, {
      cause,
      hint: inCheckout ? 'build them with: node scripts/build-kernels.mjs' : 'see setLocations',
    })
  }
  try {
    return await WebAssembly.compile(bytes)
  } catch (cause) {
    throw new InklingError(`this host cannot run the kernels "${name}": ${(cause as Error).message}`, {
      cause,
      hint: 'WebAssembly with SIMD, relaxed SIMD and threads is needed: Node 22 or later, or a browser of 2024 or later',
    })
  }
}

/** A worker, the same for Node and browsers. */
export interface WorkerHandle {
  post(message: unknown): void
  /** Whether the worker keeps the process alive (nothing in browsers). */
  hold(on: boolean): void
  terminate(): Promise<void>
}

export interface WorkerEvents {
  message(data: unknown): void
  /** The worker died: an uncaught error, or an exit nobody asked for. */
  failed(reason: string): void
}

/** Whether this host can start workers that share memory. */
export function canShare(): boolean {
  const scope = globalThis as { SharedArrayBuffer?: unknown; crossOriginIsolated?: boolean; Worker?: unknown }
  if (typeof scope.SharedArrayBuffer !== 'function') return false
  if (builtin('node:worker_threads')) return true
  return scope.crossOriginIsolated !== false && typeof scope.Worker === 'function'
}

/** Processors this host offers. */
export function processorCount(): number {
  const os = builtin<typeof import('node:os')>('node:os')
  if (os) return os.availableParallelism()
  return (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1
}

/** Starts the engine's worker script. */
export function startWorker(events: WorkerEvents): WorkerHandle {
  const threads = builtin<typeof import('node:worker_threads')>('node:worker_threads')
  if (threads) {
    // Flags like --input-type or --import are meant for the caller's script.
    const worker = new threads.Worker(workerLocation(), { execArgv: [] })
    worker.on('message', events.message)
    worker.on('error', error => events.failed(String((error as Error)?.message ?? error)))
    worker.on('exit', code => events.failed(`it exited with code ${code}`))
    return {
      post: message => worker.postMessage(message),
      hold: on => (on ? worker.ref() : worker.unref()),
      terminate: async () => void (await worker.terminate()),
    }
  }
  const worker = overrides.worker
    ? new Worker(overrides.worker, { type: 'module' })
    : inCheckout
      ? new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
      : new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  worker.onmessage = event => events.message(event.data)
  worker.onerror = event => events.failed(event.message || 'its script could not be loaded')
  return {
    post: message => worker.postMessage(message),
    hold: () => {},
    terminate: async () => worker.terminate(),
  }
}

function workerLocation(): URL {
  if (overrides.worker) return new URL(overrides.worker, import.meta.url)
  return inCheckout ? new URL('./worker.ts', import.meta.url) : new URL('./worker.js', import.meta.url)
}
