/** Values of one beat's R-R intervals, see {@link beatIntervals}. */
export const INTERVALS = ['before', 'after', 'before / local', 'after / local'] as const

/** Beats over which the local rhythm is averaged. */
const LOCAL = 10

/**
 * The R-R intervals of every beat, [beats, 4]: seconds since the beat before, seconds to the beat after, and both
 * divided by the mean interval of the last ten beats. The first beat has no beat before and takes the interval after,
 * the last one the other way round.
 */
export function beatIntervals(samples: Int32Array, frequency: number): Float32Array {
  const n = samples.length
  const out = new Float32Array(n * INTERVALS.length)
  const since = (i: number) => (samples[i] - samples[i - 1]) / frequency
  for (let i = 0; i < n; i++) {
    const before = i > 0 ? since(i) : n > 1 ? since(1) : 0
    const after = i + 1 < n ? since(i + 1) : before
    const first = Math.max(0, i - LOCAL)
    const local = i > first ? (samples[i] - samples[first]) / frequency / (i - first) : before
    // Two annotations at one sample leave no interval to compare with.
    out.set([before, after, local > 0 ? before / local : 1, local > 0 ? after / local : 1], i * 4)
  }
  return out
}
