import type { Node, Tensor } from '../../graph.ts'
import { bytesPerElement, sizeOf } from '../../graph.ts'
import { type CommandArguments, type CommandName, NO_BARRIER } from './commands.ts'

/** A stretch of memory whose address is settled later. */
export interface Buffer {
  readonly id: number
  readonly bytes: number
  /** For messages and the guard test: which op wrote it. */
  readonly label: string
  /** Set from the start for what outlives a run (parameters, constants); by the layout for the rest. */
  address: number
  readonly fixed: boolean
}

/** An address to be: `offset` bytes into a buffer. */
export interface Place {
  readonly buffer: Buffer
  readonly offset: number
}

export type SymbolicArguments<C extends CommandName> = { [K in keyof CommandArguments<C>]: number | Place }

/** A command whose addresses are still places. */
export interface SymbolicCommand {
  readonly name: CommandName
  readonly args: Record<string, number | Place>
  flags: number
  readonly node: Node | undefined
  /** What the node's step gives in the end: of a fused step, not the node's own outputs, which are never stored. */
  readonly results: readonly Tensor[]
  /** Commands of one phase run without a barrier between them. */
  phase: number
}

/** An op without a kernel: its float64 reference runs on the host between two stretches of commands. */
export interface HostCall {
  readonly node: Node
  readonly phase: number
  readonly inputs: readonly Place[]
  readonly outputs: readonly Place[]
}

export interface ProgramOptions {
  /** Threads that will run the commands: some need memory for each (results don't depend on it). */
  readonly threads: number
  /** No algorithms that trade digits for speed: convolutions without Winograd's transforms. */
  readonly exact: boolean
}

/** Fixed memory for values known when compiling. */
export interface ConstantStore {
  constant(values: ArrayLike<number>, dtype: 'f32' | 'i32'): Place
}

/**
 * Collects the commands of a plan while the ops are lowered. Addresses are places in buffers; `assignAddresses`
 * gives each scratch buffer its address from the phases in which it is used.
 */
export class Program {
  readonly commands: SymbolicCommand[] = []
  readonly hostCalls: HostCall[] = []
  readonly buffers: Buffer[] = []
  readonly places = new Map<number, Place>()
  readonly options: ProgramOptions
  readonly #constants: ConstantStore
  #phase = 0
  #node: Node | undefined
  #results: readonly Tensor[] = []
  /** Last step that reads the storage of a tensor, by tensor id (views share their root's storage). */
  readonly #lastUse: (tensor: Tensor) => number
  #step = 0

  constructor(constants: ConstantStore, lastUse: (tensor: Tensor) => number, options: ProgramOptions) {
    this.options = options
    this.#constants = constants
    this.#lastUse = lastUse
  }

  /** Starts the lowering of step number `step`, charged to `node`, which in the end gives `results`. */
  begin(node: Node | undefined, step: number, results: readonly Tensor[] = node?.outputs ?? []): void {
    this.#node = node
    this.#results = results
    this.#step = step
  }

  get phase(): number {
    return this.#phase
  }

  /** Appends a command and a barrier after it. */
  emit<C extends CommandName>(name: C, args: SymbolicArguments<C>): void {
    this.#append(name, args, 0)
    this.#phase++
  }

  /** Appends commands that do not depend on each other: one barrier after the last. */
  together(build: (emit: <C extends CommandName>(name: C, args: SymbolicArguments<C>) => void) => void): void {
    const from = this.commands.length
    build((name, args) => this.#append(name, args, NO_BARRIER))
    const last = this.commands[this.commands.length - 1]
    if (this.commands.length === from) return
    last.flags &= ~NO_BARRIER
    this.#phase++
  }

  #append<C extends CommandName>(name: C, args: SymbolicArguments<C>, flags: number): void {
    this.commands.push({
      ...{ name, args: args as never, flags, phase: this.#phase },
      ...{ node: this.#node, results: this.#results },
    })
  }

  /** Appends a call of the node's reference on the host. */
  host(node: Node): void {
    const inputs = node.inputs.map(t => this.at(t))
    const outputs = node.outputs.map(t => this.output(t))
    this.hostCalls.push({ node, phase: this.#phase, inputs, outputs })
    this.#phase++
  }

  /** Where a tensor that was computed before lies. */
  at(tensor: Tensor): Place {
    const place = this.places.get(tensor.id)
    if (!place) throw new Error(`${tensor.node.op.name} in ${tensor.node.scope || 'the graph'} was not computed yet`)
    return place
  }

  /** New memory for an output; in the place of `reuse` when this step is the last to read that. */
  output(tensor: Tensor, reuse?: Tensor): Place {
    if (reuse && this.dies(reuse)) {
      const place = this.at(reuse)
      this.places.set(tensor.id, place)
      return place
    }
    const bytes = sizeOf(tensor.shape) * bytesPerElement[tensor.dtype]
    const place = { buffer: this.#buffer(bytes, tensor.node.op.name), offset: 0 }
    this.places.set(tensor.id, place)
    return place
  }

  /** Whether nothing after the present step reads `tensor`, so that its memory may be overwritten. */
  dies(tensor: Tensor): boolean {
    return !this.at(tensor).buffer.fixed && this.#lastUse(tensor) === this.#step
  }

  /** Whether anything reads `tensor`: an output that nobody wants need not be computed. */
  isRead(tensor: Tensor): boolean {
    return this.#lastUse(tensor) >= 0
  }

  /** Memory for intermediate results of the present step. */
  scratch(bytes: number): Place {
    return { buffer: this.#buffer(bytes, `${this.#node?.op.name ?? 'program'} scratch`), offset: 0 }
  }

  /** Makes `tensor` another view of the memory at `place`. */
  alias(tensor: Tensor, place: Place): void {
    this.places.set(tensor.id, place)
  }

  constant(values: ArrayLike<number>, dtype: 'f32' | 'i32' = 'f32'): Place {
    return this.#constants.constant(values, dtype)
  }

  #buffer(bytes: number, label: string): Buffer {
    const buffer = { id: this.buffers.length, bytes: Math.max(bytes, 4), label, address: -1, fixed: false }
    this.buffers.push(buffer)
    return buffer
  }
}

/** A place `bytes` further on. */
export const plus = (place: Place, bytes: number): Place => ({ buffer: place.buffer, offset: place.offset + bytes })

export const isPlace = (value: number | Place): value is Place => typeof value !== 'number'
