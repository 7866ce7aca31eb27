import { InklingError } from '../../../errors.ts'

/** Fixed addresses below the arena: the same numbers as in `kernels/memory.ts` (a test compares what it can see). */
export const layout = {
  ringHead: 256,
  ringDone: 320,
  ringSleepers: 384,
  ringStop: 448,
  spins: 512,
  ring: 1024,
  ringSlots: 8,
  scratch: 65536,
  scratchBytes: 20480,
  maxThreads: 64,
  dataStart: 65536 + 20480 * 64,
} as const

const PAGE = 65536
const MOST_PAGES = 65536
// 256 MiB: below that little can be trained.
const LEAST_DEFAULT_PAGES = 4096

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
 * @param limit most bytes it may ever hold. A shared memory's address space is reserved at once and phones refuse the
 *   4 GiB of wasm32, so without a limit smaller ones are tried too.
 * @throws InklingError when the address space cannot be had
 */
export function createMemory(shared: boolean, limit?: number): EngineMemory {
  const initial = Math.ceil(layout.dataStart / PAGE) + 1
  let maximum = Math.min(MOST_PAGES, Math.max(initial, Math.floor((limit ?? MOST_PAGES * PAGE) / PAGE)))
  let memory: WebAssembly.Memory
  for (;;) {
    try {
      memory = new WebAssembly.Memory({ initial, maximum, shared })
      break
    } catch (cause) {
      if (limit === undefined && maximum > LEAST_DEFAULT_PAGES) {
        maximum /= 2
        continue
      }
      throw new InklingError(`the engine could not reserve ${megabytes(maximum * PAGE)} of address space`, {
        cause,
        hint: 'ask for less with memoryLimit',
      })
    }
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
