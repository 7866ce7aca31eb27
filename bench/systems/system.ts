import type { Pass, Workload } from '../workloads/index.ts'
import type { EpochData } from './protocol.ts'

/** One system in one form: a row of the table for every workload. */
export interface System {
  readonly system: string
  /** Kernels or settings; null where there is nothing to tell. */
  readonly variant: string | null
  readonly threads: number | null
  /** For the record. */
  readonly description: string
  /** @throws CannotError where the system can't do it */
  prepare(workload: Workload, pass: Pass, data?: EpochData): Promise<Ready>
  close(): Promise<void>
}

/** A pass that is built and warm. */
export interface Ready {
  /** What was chosen for this pass, where a system has a choice. */
  readonly choice?: { variant: string; threads: number }
  /** Milliseconds of each run. */
  run(milliseconds: number, least: number): Promise<number[]>
  release(): Promise<void>
}

/** A system that was asked for and isn't there, or a part of the work that one can't do. */
export interface Absence {
  system: string
  reason: string
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
