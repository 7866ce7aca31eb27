import type { Graph, Tensor } from './graph.ts'

export type HostArray = Float32Array | Float64Array | Int32Array | Uint8Array
/** Values fed by input name. A scalar may be given as a number. */
export type Feeds = Record<string, ArrayLike<number> | number>
export type Fetched<K extends string = string> = Record<K, Float32Array | Int32Array>

/** A graph made ready to run over the parameters of its session. */
export interface Executable<K extends string = string> {
  /**
   * Runs once. Several calls may be under way: they run in order, and each sees the parameters as the
   * one before left them. Feeds are copied before the call returns.
   */
  run(feeds: Feeds): Promise<Fetched<K>>
  /** Runs command by command and names the first layer whose output is not finite, if any. No effect is undone. */
  findNonFinite(feeds: Feeds): Promise<{ scope: string; op: string } | undefined>
  /** What it takes: `arena` bytes of scratch against `tensors`, the sum of all its tensors. */
  readonly memory: { readonly arena: number; readonly tensors: number }
  /** Frees its commands and staging. */
  dispose(): void
}

/** Parameters by name and the executables compiled over them. */
export interface Session {
  /**
   * Makes `graph` ready. Parameters are matched to those of the session by name; new ones start at zero.
   * Nodes that update a parameter always run; others only as `outputs` need them.
   */
  compile<K extends string>(graph: Graph, outputs: Record<K, Tensor>): Promise<Executable<K>>
  /** A copy of a parameter's values. */
  read(name: string): Float32Array
  write(name: string, values: ArrayLike<number>): void
  has(name: string): boolean
  /** Removes parameters (say, the optimizer state of a finished run). */
  names(): string[]
  close(): Promise<void>
}

/** What holds for all that a session computes. */
export interface SessionOptions {
  /**
   * Only algorithms that sum products as they stand: no Winograd convolutions, which are two to three times as fast but
   * have up to twice the rounding errors. Default: as the backend was made.
   */
  exact?: boolean
}

/** What computes: makes sessions, each with parameters of its own. Whoever creates a backend closes it. */
export interface Backend {
  /** Such as `wasm wide, 2 threads, fma`: recorded with a run, since bits depend on it. */
  readonly description: string
  readonly threads: number
  createSession(options?: SessionOptions): Session
  close(): Promise<void>
}
