// Entry points of the module. `run` walks a command list; `serve` is a worker's loop over the job ring.
import { barrier } from './barrier'
import { execute, FINGERPRINT } from './generated/switch'
import { DATA_START, RING, RING_DONE, RING_HEAD, RING_SLEEPERS, RING_SLOTS, RING_STOP, setThread, SPINS } from './memory'
import { executePieces } from './pieces'
import { setStagingSlot } from './staging'

const RECORD_BYTES: usize = 128
const FLAGS: usize = 124
const NO_BARRIER: i32 = 1
/** Above this bit of the flags: into how many pieces each thread's share is cut. */
const PIECES: i32 = 8

// Jobs this worker has done.
let next: u32 = 0

/** Runs `count` records from `list` as thread `tid` of `threads`; all threads must call it with the same list. */
export function run(list: usize, count: i32, slot: usize, tid: i32, threads: i32): void {
  setStagingSlot(slot)
  setThread(tid)
  for (let i = 0; i < count; i++) {
    const flags = load<i32>(list, FLAGS)
    const each = SHARED && threads > 1 ? flags >> PIECES : 0
    if (each > 1) executePieces(list, each, tid, threads)
    else execute(list, tid, threads)
    if (!(flags & NO_BARRIER)) barrier(threads, each > 1)
    list += RECORD_BYTES
  }
}

/**
 * Waits for the next job of the ring and runs it.
 * @returns 1 after a job, 0 when the workers shall leave
 */
export function serve(tid: i32, threads: i32): i32 {
  if (SHARED) {
    let spins = load<i32>(SPINS)
    while (atomic.load<u32>(RING_HEAD) == next) {
      if (atomic.load<i32>(RING_STOP)) return 0
      if (--spins > 0) continue
      atomic.add<i32>(RING_SLEEPERS, 1)
      if (!atomic.load<i32>(RING_STOP)) atomic.wait<i32>(RING_HEAD, next as i32, -1)
      atomic.sub<i32>(RING_SLEEPERS, 1)
    }
    const entry = RING + 16 * ((next % RING_SLOTS) as usize)
    run(load<u32>(entry), load<i32>(entry, 4), load<u32>(entry, 8), tid, threads)
    // A flagged last record must not let a job start before the one ahead of it is complete.
    barrier(threads, false)
    next++
    if (tid == 0) atomic.store<u32>(RING_DONE, next)
    return 1
  }
  return 0
}

/** Fingerprint of the command table this module was built from. */
export function fingerprint(): i32 {
  return FINGERPRINT
}

/** First address the arena may use. */
export function dataStart(): usize {
  return DATA_START
}

/** End of the module's static data: must not reach the scratch area. */
export function staticEnd(): usize {
  return __heap_base
}
