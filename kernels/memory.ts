// The fixed addresses below the arena. `src/engine/backends/wasm/memory.ts` holds the same numbers; a test compares them.
//
//      0 ..  4095  control: barrier and job ring, each hot word on a cache line of its own
//   4096 ..  8191  tickets: how many pieces of each thread's share are taken, a cache line a thread
//   8192 .. 65535  static data of the modules (asc --memoryBase 8192)
//  65536 ..        scratch, SCRATCH_BYTES per thread
//  DATA_START ..   arena

/** Barrier: how many threads have arrived. */
export const BARRIER_COUNT: usize = 64
/** Barrier: generation, changed by the last to arrive. */
export const BARRIER_GENERATION: usize = 128
/** Barrier: how many threads sleep in it. */
export const BARRIER_SLEEPERS: usize = 192
/** Jobs put into the ring so far. */
export const RING_HEAD: usize = 256
/** Jobs finished so far. */
export const RING_DONE: usize = 320
/** How many workers sleep waiting for a job. */
export const RING_SLEEPERS: usize = 384
/** Set to 1: workers leave. */
export const RING_STOP: usize = 448
/** Polls before a waiting thread sleeps, at a barrier or for a job: written by the host (`runtime.ts`). */
export const SPINS: usize = 512
/** RING_SLOTS entries of 16 bytes: list, count, slot, 0. */
export const RING: usize = 1024
export const RING_SLOTS: u32 = 8
/** Pieces taken of the share of thread 0; the others follow, TICKET_BYTES apart. */
export const TICKETS: usize = 4096
export const TICKET_BYTES: usize = 64

export const SCRATCH: usize = 65536
export const SCRATCH_BYTES: usize = 20480
export const MAX_THREADS: usize = 64
export const DATA_START: usize = SCRATCH + SCRATCH_BYTES * MAX_THREADS

/** The thread that runs this instance of the module: which part of a command it computes is another matter. */
export let thread: i32 = 0
let scratch: usize = SCRATCH

export function setThread(tid: i32): void {
  thread = tid
  scratch = SCRATCH + SCRATCH_BYTES * (tid as usize)
}

/** Private scratch of this thread, SCRATCH_BYTES long. */
// @ts-ignore: decorator
@inline
export function ownScratch(): usize {
  return scratch
}
