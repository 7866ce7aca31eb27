// Entry points of the module. `run` walks a command list; `serve` is a worker's loop over the job ring.
import { barrier } from './barrier'
import { execute, FINGERPRINT } from './generated/switch'
import { DATA_START, RING, RING_DONE, RING_HEAD, RING_SLEEPERS, RING_SLOTS, RING_STOP, SPINS } from './memory'
import { setStagingSlot } from './staging'

const RECORD_BYTES: usize = 128
const FLAGS: usize = 124
const NO_BARRIER: i32 = 1

// Jobs this worker has done.
let next: u32 = 0

/** Runs `count` records from `list` as thread `tid` of `threads`; all threads must call it with the same list. */
export function run(list: usize, count: i32, slot: usize, tid: i32, threads: i32): void {
  setStagingSlot(slot)
  for (let i = 0; i < count; i++) {
    execute(list, tid, threads)
    if (!(load<i32>(list, FLAGS) & NO_BARRIER)) barrier(threads)
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
    barrier(threads)
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
