import type { Arena } from './arena.ts'
import type { LoweringTable } from './lower/table.ts'
import type { Runtime } from './runtime.ts'

/** What the sessions of a backend share: jobs run one after another, so one scratch serves all plans. */
export interface Shared {
  readonly runtime: Runtime
  readonly arena: Arena
  scratch: { address: number; bytes: number }
  /** All plans; each is placed again where the scratch moves. */
  readonly executables: Set<{ place(): void }>
  readonly guarded: boolean
  readonly lowerings: LoweringTable
  readonly warned: Set<string>
  readonly onHostOp: ((op: string) => void) | undefined
  /** Set while a run with ops on the host is under way: it leaves values in the scratch between its jobs. */
  gate: Promise<unknown> | undefined
}
