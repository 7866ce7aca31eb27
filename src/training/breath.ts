/** How long a loop may keep timers and signals waiting. */
const BREATHE_MS = 50

/** Lets timers and signals have their turn, where a loop that only awaits finished work would not: to be called in each round. */
export function createBreath(): () => Promise<void> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < BREATHE_MS) return
    await new Promise<void>(resolve => {
      if (typeof setImmediate === 'function') setImmediate(resolve)
      else setTimeout(resolve)
    })
    last = performance.now()
  }
}
