import { type Buffer, isPlace, type Program } from './program.ts'

const ALIGN = 64
/** Kernels may read this far past a buffer's end. */
const SLACK = 64
/** Guarded buffers keep this much untouched memory on both sides. */
export const GUARD = 256

const aligned = (bytes: number) => Math.ceil(bytes / ALIGN) * ALIGN

interface Interval {
  buffer: Buffer
  from: number
  to: number
}

/**
 * Gives every scratch buffer its offset: buffers whose phases do not overlap share memory (first fit, largest first).
 *
 * @param guarded no sharing, and guard zones around every buffer: for tests that look for stray writes
 * @returns offsets by buffer id and the bytes in all
 */
export function assignAddresses(program: Program, guarded: boolean): { offsets: Map<number, number>; bytes: number } {
  const intervals = lifetimes(program)
  const offsets = new Map<number, number>()
  if (guarded) {
    let at = GUARD
    for (const { buffer } of intervals) {
      offsets.set(buffer.id, at)
      at += aligned(buffer.bytes) + GUARD
    }
    return { offsets, bytes: at + SLACK }
  }
  intervals.sort((a, b) => b.buffer.bytes - a.buffer.bytes || a.from - b.from)
  const placed: (Interval & { start: number; end: number })[] = []
  let bytes = 0
  for (const interval of intervals) {
    const size = aligned(interval.buffer.bytes)
    // `placed` is kept sorted by start, so the first gap that fits is found in one walk.
    let start = 0
    for (const other of placed) {
      if (other.to < interval.from || other.from > interval.to) continue
      if (start + size <= other.start) break
      start = Math.max(start, other.end)
    }
    offsets.set(interval.buffer.id, start)
    const entry = { ...interval, start, end: start + size }
    let low = 0
    let high = placed.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (placed[middle].start <= start) low = middle + 1
      else high = middle
    }
    placed.splice(low, 0, entry)
    bytes = Math.max(bytes, entry.end)
  }
  return { offsets, bytes: bytes + SLACK }
}

/** First and last phase in which each scratch buffer is named. */
function lifetimes(program: Program): Interval[] {
  const found = new Map<number, Interval>()
  const use = (buffer: Buffer, phase: number) => {
    if (buffer.fixed) return
    const known = found.get(buffer.id)
    if (!known) found.set(buffer.id, { buffer, from: phase, to: phase })
    else {
      known.from = Math.min(known.from, phase)
      known.to = Math.max(known.to, phase)
    }
  }
  for (const { args, phase } of program.commands)
    for (const arg of Object.values(args)) if (isPlace(arg)) use(arg.buffer, phase)
  for (const { inputs, outputs, phase } of program.hostCalls)
    for (const { buffer } of [...inputs, ...outputs]) use(buffer, phase)
  return [...found.values()]
}
