import { BARRIER_COUNT, BARRIER_GENERATION, BARRIER_SLEEPERS, SPINS } from './memory'
import { resetTickets } from './pieces'

/**
 * Waits until all threads have arrived. Counter and generation lie on separate cache lines; the last to arrive changes
 * the generation and wakes sleepers only if there are any. After a command in pieces it also puts the tickets back.
 */
export function barrier(threads: i32, pieces: bool): void {
  if (threads == 1) return
  if (SHARED) {
    const generation = atomic.load<i32>(BARRIER_GENERATION)
    if (atomic.add<i32>(BARRIER_COUNT, 1) == threads - 1) {
      atomic.store<i32>(BARRIER_COUNT, 0)
      if (pieces) resetTickets(threads)
      atomic.store<i32>(BARRIER_GENERATION, generation + 1)
      if (atomic.load<i32>(BARRIER_SLEEPERS)) atomic.notify(BARRIER_GENERATION, -1)
      return
    }
    for (let i = load<i32>(SPINS); i > 0; i--) {
      if (atomic.load<i32>(BARRIER_GENERATION) != generation) return
    }
    atomic.add<i32>(BARRIER_SLEEPERS, 1)
    while (atomic.load<i32>(BARRIER_GENERATION) == generation) {
      atomic.wait<i32>(BARRIER_GENERATION, generation, -1)
    }
    atomic.sub<i32>(BARRIER_SLEEPERS, 1)
  }
}
