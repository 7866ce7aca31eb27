import { InklingError } from '../../../errors.ts'

/** Fixed addresses below the arena: the same numbers as in `kernels/memory.ts` (a test compares what it can see). */
export const layout = {
  ringHead: 256,
  ringDone: 320,
  ringSleepers: 384,
  ringStop: 448,
  ring: 1024,
  ringSlots: 8,
  scratch: 65536,
  scratchBytes: 4096,
  maxThreads: 64,
  dataStart: 65536 + 4096 * 64,
} as const

const PAGE = 65536
const MOST_PAGES = 65536

export interface EngineMemory {
  readonly memory: WebAssembly.Memory
  /** The memory's present buffer; ask again after `reserve`. */
  readonly buffer: ArrayBufferLike
  readonly limit: number
  /** Makes all addresses below `bytes` valid. */
  reserve(bytes: number): void
}

/**
 * Creates the engine's memory: small at first, growing with `reserve`.
 *
 * @param shared whether workers see it (needs SharedArrayBuffer)
 * @param limit most bytes it may ever hold; a shared memory's address space is reserved at once, so phones want less
 *   than the 4 GiB of wasm32
 * @throws InklingError when the address space cannot be had
 */
export function createMemory(shared: boolean, limit = MOST_PAGES * PAGE): EngineMemory {
  const maximum = Math.min(MOST_PAGES, Math.max(Math.ceil((layout.dataStart + PAGE) / PAGE), Math.floor(limit / PAGE)))
  const initial = Math.ceil(layout.dataStart / PAGE) + 1
  let memory: WebAssembly.Memory
  try {
    memory = new WebAssembly.Memory({ initial, maximum, shared })
  } catch (cause) {
    throw new InklingError(`the engine could not reserve ${megabytes(maximum * PAGE)} of address space`, {
      cause,
      hint: 'ask for less with memoryLimit',
    })
  }
  return {
    memory,
    limit: maximum * PAGE,
    get buffer() {
      return memory.buffer
    },
    reserve(bytes) {
      const missing = Math.ceil(bytes / PAGE) - memory.buffer.byteLength / PAGE
      if (missing <= 0) return
      if (bytes > maximum * PAGE) {
        throw new InklingError(`${megabytes(bytes)} of memory are needed, the limit is ${megabytes(maximum * PAGE)}`, {
          hint: 'a smaller batch needs less memory',
        })
      }
      try {
        memory.grow(missing)
      } catch (cause) {
        throw new InklingError(`the system gave no more memory: ${megabytes(bytes)} are needed`, {
          cause,
          hint: 'a smaller batch needs less memory',
        })
      }
    },
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`
}
