import type { Op } from '../../../graph.ts'
import type { Step } from '../fuse.ts'
import type { Program } from '../program.ts'

/** Turns a step into commands. */
export type Lowering = (step: Step, program: Program) => void

/** Which ops have kernels: op -> its lowering. An op that is missing runs its reference on the host. */
export type LoweringTable = ReadonlyMap<Op, Lowering>
