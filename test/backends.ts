import type { Backend } from '../src/engine/backend.ts'
import { createReferenceBackend } from '../src/engine/backends/reference.ts'
import { createWasmBackend } from '../src/engine/backends/wasm/backend.ts'

/** A backend for suites that run once per backend: `describe.each(backends)`. */
export interface TestBackend {
  name: string
  /** Share by which its results may differ from exact ones. */
  tolerance: number
  create(): Promise<Backend>
}

/** Every backend there is. */
export const backends: TestBackend[] = [
  { name: 'reference', tolerance: 2e-7, create: async () => createReferenceBackend() },
  { name: 'wasm, 2 threads', tolerance: 2e-5, create: () => createWasmBackend({ threads: 2 }) },
]
