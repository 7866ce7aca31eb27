/** Types of serve.mjs. A request is whatever the protocol says for its name. */
export function serve(handlers: Record<string, (request: never) => unknown>): Promise<void>
export function passes(build: (request: never) => unknown): Record<string, (request: never) => unknown>
export function numbers(count: number, seed?: number): Float32Array
export function labels(count: number, classes: number, seed?: number): Int32Array
export function sizeOf(shape: readonly number[]): number
