import type { Backend } from '../engine/backend.ts'

/**
 * The engine for a command. The process is ours, so the 256-bit kernels may be switched on.
 * @param threads default: all processors
 */
export async function startBackend(threads?: number): Promise<Backend> {
  const { createWasmBackend } = await import('../engine/backends/wasm/backend.ts')
  return await createWasmBackend({ simd: 'auto', threads })
}
