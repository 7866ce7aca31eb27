import { availableParallelism, cpus } from 'node:os'
import type { Peaks } from './systems/inkling.ts'

/** What the figures were measured on; nothing that tells whose machine it is. */
export interface Machine {
  cpu: string
  cores: number
  node: string
  /** GFLOP/s of multiply-adds in registers on two threads, by vector width. */
  fmaPeak: { narrow: number | null; wide: number | null }
  /** The same on one thread. */
  fmaPeakOneThread: { narrow: number | null; wide: number | null }
}

export function describeMachine(peaks: Peaks): Machine {
  const giga = (flops: number | null) => flops && round(flops / 1e9, 1)
  const of = (threads: 1 | 2) => ({ narrow: giga(peaks.narrow[threads]), wide: giga(peaks.wide[threads]) })
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    fmaPeak: of(2),
    fmaPeakOneThread: of(1),
  }
}

/** To so many decimals. */
export const round = (value: number, decimals: number): number => Number(value.toFixed(decimals))
