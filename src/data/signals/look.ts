import type { Signal } from './types.ts'

/** What the signals of a set are like. */
export interface SignalLook {
  /** Lengths of the stretches in samples; of moments none. */
  stretches: { count: number; least: number; short: number; most: number }
  /** All of them, ascending. */
  lengths: readonly number[]
  /** Samples from one moment to the next, in the middle; undefined where there are none. */
  between?: number
  /** Samples of one swing of the slowest channel. */
  swing: number
}

/** A piece of a signal, in samples. */
export interface Piece {
  signal: Signal
  from: number
  to: number
}

/** So many pieces are looked into for their swings, so many samples of each. */
const LOOKED = 60
const SAMPLES = 8192
/** A swing counts once it leaves the mean by this share of the deviation: noise crosses the mean all the time. */
const CLEAR = 0.5

/** Looks at the lengths of labelled pieces and at how fast they swing. */
export function lookAtSignals(pieces: readonly Piece[], moments: readonly number[]): SignalLook {
  const lengths = pieces.map(({ from, to }) => to - from).sort((a, b) => a - b)
  const at = (share: number) => lengths[Math.min(lengths.length - 1, Math.floor(share * lengths.length))] ?? 0
  const gaps = moments.slice(1).map((moment, i) => moment - moments[i])
  const step = Math.max(1, Math.floor(pieces.length / LOOKED))
  const swings = pieces.filter((_, i) => i % step === 0).map(slowestSwing)
  return {
    stretches: { count: lengths.length, least: at(0), short: at(0.05), most: at(1) },
    lengths,
    between: gaps.length > 0 ? middle(gaps.filter(gap => gap > 0)) : undefined,
    swing: middle(swings.filter(swing => swing > 0)) ?? 0,
  }
}

function middle(values: number[]): number | undefined {
  return values.sort((a, b) => a - b)[values.length >> 1]
}

/** Samples of a swing (there and back) of the channel that swings slowest; 0 where none does. */
function slowestSwing({ signal: { values, names }, from, to }: Piece): number {
  const channels = names.length
  const end = Math.min(to, from + SAMPLES)
  let slowest = 0
  for (let c = 0; c < channels; c++) {
    let [sum, squares] = [0, 0]
    for (let t = from; t < end; t++) sum += values[t * channels + c]
    const mean = sum / (end - from)
    for (let t = from; t < end; t++) squares += (values[t * channels + c] - mean) ** 2
    const clear = CLEAR * Math.sqrt(squares / (end - from))
    let [side, turns, first, last] = [0, 0, 0, 0]
    for (let t = from; t < end; t++) {
      const off = values[t * channels + c] - mean
      if (Math.abs(off) <= clear || Math.sign(off) === side) continue
      if (side !== 0) {
        if (turns++ === 0) first = t
        last = t
      }
      side = Math.sign(off)
    }
    if (turns > 2) slowest = Math.max(slowest, (2 * (last - first)) / (turns - 1))
  }
  return slowest
}
