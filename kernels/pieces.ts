// Large commands are cut into more pieces than there are threads. A thread first takes those of its own share, in order,
// so that it finds in its cache what it wrote there, then what is left of the others' shares: a thread on a slower core,
// or on one that another program uses as well, does less, and nobody waits long for it. The pieces depend on nobody, so
// who computes them changes no bit. How many: `src/engine/backends/wasm/pieces.ts`.
import { execute } from './generated/switch'
import { TICKET_BYTES, TICKETS } from './memory'

/** Runs pieces of the record until none is left; `each` of them are one thread's share. */
export function executePieces(record: usize, each: i32, tid: i32, threads: i32): void {
  const parts = each * threads
  let owner = tid
  for (let i = 0; i < threads; i++) {
    const ticket = TICKETS + TICKET_BYTES * (owner as usize)
    for (;;) {
      const piece = atomic.add<i32>(ticket, 1)
      if (piece >= each) break
      execute(record, owner * each + piece, parts)
    }
    if (++owner == threads) owner = 0
  }
}

/** Makes all pieces of the next command free; nobody may be taking any. */
export function resetTickets(threads: i32): void {
  for (let i = 0; i < threads; i++) atomic.store<i32>(TICKETS + TICKET_BYTES * (i as usize), 0)
}
