/** Base address of the staging slot of the job that runs; `fetch`, `emit` and others that say so add it to their offsets. */
export let stagingSlot: usize = 0

export function setStagingSlot(slot: usize): void {
  stagingSlot = slot
}
