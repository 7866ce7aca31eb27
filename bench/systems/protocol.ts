import type { Pass, Workload } from '../workloads/index.ts'

/**
 * How the benchmark talks to a system, which runs in a process of its own: one JSON object a line, request and reply in
 * turn. A reply is `{ ok: ... }`, or `{ error: reason }` where the system can't do what is asked.
 */
export interface Requests {
  /** What is running there. */
  hello: { request: object; ok: Hello }
  /** Multiply-adds of one in registers: FLOP/s on all threads of the process. */
  peak: { request: object; ok: { flops: number } }
  /** Builds a workload's pass and warms it up. */
  prepare: { request: { workload: Workload; pass: Pass; options: Options; data?: EpochData }; ok: { handle: number } }
  /** Runs for about so long, at least `least` times; gives the milliseconds of each run. */
  run: { request: { handle: number; milliseconds: number; least: number }; ok: { times: number[] } }
  release: { request: { handle: number }; ok: object }
  /** Loss and gradients for given weights and a given batch, see `check.ts`. */
  check: { request: { workload: Workload; folder: string }; ok: { loss: number } }
}

export type RequestName = keyof Requests

export interface Hello {
  /** Name and version for people. */
  description: string
  /** Of Inkling: which kernels run. */
  variant?: string
  /** Whether matrix products run on a BLAS made for speed; undefined: the system brings its own. */
  blas?: { libraries: string[]; flops: number; reference: boolean }
}

/** Settings of a system for one pass: PyTorch's threads, layout and so on. */
export type Options = Record<string, string | number | boolean>

/** Pictures and labels of an epoch, as files of plain bytes (u8 pictures, i32 labels). */
export interface EpochData {
  pictures: string
  labels: string
  examples: number
}

/** Inputs of a pass: so many batches are made and used in turn, so that no step sees what it has just learned. */
export const BATCHES = 16
