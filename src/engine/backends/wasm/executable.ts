import { InklingError } from '../../../errors.ts'
import type { Executable, Feeds, Fetched } from '../../backend.ts'
import { checkedFeed } from '../../feeds.ts'
import { type ReferenceArray, sizeOf, type Tensor } from '../../graph.ts'
import { type CommandName, inPieces, NO_BARRIER, RECORD_BYTES, writeCommand } from './commands.ts'
import { addressOf, type Compiled, type Port } from './compile.ts'
import { assignAddresses, GUARD } from './layout.ts'
import { piecesOf } from './pieces.ts'
import type { HostCall, Place } from './program.ts'
import type { Shared } from './shared.ts'

/** Runs that may be staged at once: one running, one waiting, one being filled. */
const SLOTS = 3
const GUARD_WORD = 0x5ca1ab1e

/** A stretch of commands, then perhaps an op on the host. */
interface Segment {
  readonly first: number
  readonly count: number
  readonly host: HostCall | undefined
}

interface Slot {
  readonly address: number
  /** Settles when the run that used this slot is over. */
  busy: Promise<unknown>
}

/** A compiled graph in the engine's memory: its command list, staging slots and place in the shared scratch. */
export class WasmExecutable<K extends string> implements Executable<K> {
  readonly memory: { readonly arena: number; readonly tensors: number }
  readonly #shared: Shared
  readonly #compiled: Compiled
  readonly #constants: readonly number[]
  readonly #list: number
  readonly #segments: readonly Segment[]
  readonly #slots: readonly Slot[]
  readonly #offsets: Map<number, number>
  readonly #forget: () => void
  #turn = 0
  #last: Promise<unknown> = Promise.resolve()
  #disposed = false

  constructor(shared: Shared, compiled: Compiled, constants: readonly number[], forget: () => void) {
    this.#shared = shared
    this.#compiled = compiled
    this.#constants = constants
    this.#forget = forget
    const { arena, guarded } = shared
    const { offsets, bytes } = assignAddresses(compiled.program, guarded)
    this.#offsets = offsets
    this.memory = { arena: bytes, tensors: compiled.tensorBytes }
    try {
      this.#list = arena.allocate(Math.max(1, compiled.program.commands.length) * RECORD_BYTES)
      this.#slots = Array.from({ length: SLOTS }, () => ({
        address: arena.allocate(compiled.slotBytes),
        busy: Promise.resolve(),
      }))
      this.#segments = segmentsOf(compiled)
      shared.executables.add(this)
      if (bytes > shared.scratch.bytes) {
        if (shared.scratch.bytes) arena.free(shared.scratch.address)
        shared.scratch = { address: arena.allocate(bytes), bytes }
        // All plans live in one scratch: when it moves, their lists are written again.
        for (const executable of shared.executables) executable.place()
      } else this.place()
    } catch (error) {
      if (!(error instanceof InklingError)) throw error
      throw new InklingError(`this graph needs ${megabytes(bytes)} of working memory: ${error.message}`, {
        hint: 'Smaller batches, gradient accumulation (accumulate: 8) or plain SGD (no optimizer state) need less.',
        cause: error,
      })
    }
  }

  /** Writes the command list for the present place of the scratch. */
  place(): void {
    const { runtime, scratch } = this.#shared
    const { program } = this.#compiled
    for (const buffer of program.buffers) {
      const offset = this.#offsets.get(buffer.id)
      if (offset !== undefined) buffer.address = scratch.address + offset
    }
    const breaks = new Set(this.#segments.map(s => s.first + s.count - 1))
    program.commands.forEach((command, i) => {
      const args: Record<string, number> = {}
      for (const [key, value] of Object.entries(command.args)) args[key] = addressOf(value)
      const flags = breaks.has(i) ? command.flags & ~NO_BARRIER : command.flags
      // Between two barriers only the last command may be in pieces: they are counted anew at a barrier.
      const pieces = flags & NO_BARRIER ? 1 : piecesOf(command.name, args as never, runtime.threads)
      const at = this.#list + i * RECORD_BYTES
      writeCommand(runtime.buffer, at, command.name as CommandName, args as never, flags | inPieces(pieces))
    })
  }

  run(feeds: Feeds): Promise<Fetched<K>> {
    this.#check()
    const slot = this.#slots[this.#turn++ % SLOTS]
    const values = this.#compiled.inputs.map(port => checkedFeed(port.tensor.graph, feeds, port.name))
    // Feeds are taken now when the slot is free, else copied and taken when it is.
    const waiting = this.#inFlight >= SLOTS
    const staged = waiting ? values.map(v => (ArrayBuffer.isView(v) ? (v as Uint8Array).slice() : v)) : values
    if (!waiting) this.#stage(slot, staged)
    this.#inFlight++
    const previous = this.#last
    const run = (async () => {
      if (waiting) {
        await slot.busy
        this.#stage(slot, staged)
      }
      await this.#execute(slot, previous)
      return this.#fetch(slot)
    })()
    const settled = run.then(
      () => {},
      () => {},
    )
    slot.busy = settled
    this.#last = settled
    return run.finally(() => {
      this.#inFlight--
    })
  }
  #inFlight = 0

  async findNonFinite(feeds: Feeds): Promise<{ scope: string; op: string } | undefined> {
    this.#check()
    await this.idle()
    const slot = this.#slots[0]
    const values = this.#compiled.inputs.map(port => checkedFeed(port.tensor.graph, feeds, port.name))
    const fed = this.#compiled.inputs.find((_, i) => !Array.prototype.every.call(values[i], Number.isFinite))
    if (fed) return { scope: fed.tensor.node.scope, op: fed.tensor.node.op.name }
    this.#stage(slot, values)
    const { runtime } = this.#shared
    const { program } = this.#compiled
    for (const segment of this.#segments) {
      for (let i = segment.first; i < segment.first + segment.count; i++) {
        await runtime.run({ list: this.#list + i * RECORD_BYTES, count: 1, slot: slot.address })
        const { node, results } = program.commands[i]
        if (!node || program.commands[i + 1]?.node === node) continue
        if (results.some(t => this.#holdsNonFinite(t))) return { scope: node.scope, op: node.op.name }
      }
      if (!segment.host) continue
      this.#runHost(segment.host)
      const { node } = segment.host
      if (node.outputs.some(t => this.#holdsNonFinite(t))) return { scope: node.scope, op: node.op.name }
    }
    return undefined
  }

  /**
   * Time of each command by itself, the least of `rounds` (parameters are updated as many times): where a step's
   * time goes. A hand-over to the workers is counted with every command, about 10 to 20 microseconds.
   */
  async profile(feeds: Feeds, rounds = 10): Promise<{ command: string; op: string; scope: string; ms: number }[]> {
    this.#check()
    await this.idle()
    const slot = this.#slots[0]
    const { commands } = this.#compiled.program
    const least = commands.map(() => Number.POSITIVE_INFINITY)
    for (let round = 0; round < rounds; round++) {
      this.#stage(
        slot,
        this.#compiled.inputs.map(port => checkedFeed(port.tensor.graph, feeds, port.name)),
      )
      for (let i = 0; i < commands.length; i++) {
        const start = performance.now()
        await this.#shared.runtime.run({ list: this.#list + i * RECORD_BYTES, count: 1, slot: slot.address })
        least[i] = Math.min(least[i], performance.now() - start)
      }
    }
    return commands.map(({ name, node }, i) => ({
      command: name,
      op: node?.op.name ?? '',
      scope: node?.scope ?? '',
      ms: least[i],
    }))
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    const { arena, executables } = this.#shared
    executables.delete(this)
    this.#forget()
    for (const address of [...this.#constants, this.#list, ...this.#slots.map(s => s.address)]) arena.free(address)
  }

  /** Resolves when all runs so far are over. */
  async idle(): Promise<void> {
    await this.#last
  }

  #check(): void {
    if (this.#disposed) throw new InklingError('this executable was disposed of')
  }

  #stage(slot: Slot, values: readonly ArrayLike<number>[]): void {
    this.#compiled.inputs.forEach((port, i) => {
      this.#slotView(slot, port).set(values[i])
    })
    if (this.#shared.guarded) this.#writeGuards()
  }

  #slotView(slot: Slot, { tensor, offset }: Port): Float32Array | Int32Array | Uint8Array {
    const { buffer } = this.#shared.runtime
    const count = sizeOf(tensor.shape)
    const at = slot.address + offset
    if (tensor.dtype === 'u8') return new Uint8Array(buffer, at, count)
    return tensor.dtype === 'i32' ? new Int32Array(buffer, at, count) : new Float32Array(buffer, at, count)
  }

  async #execute(slot: Slot, previous: Promise<unknown>): Promise<void> {
    const { runtime } = this.#shared
    // Without host ops a run is one job, queued at once behind those before it.
    if (this.#segments.length === 1 && !this.#segments[0].host) {
      const [{ first, count }] = this.#segments
      while (this.#shared.gate) await this.#shared.gate
      await runtime.run({ list: this.#list + first * RECORD_BYTES, count, slot: slot.address })
    } else {
      await previous
      while (this.#shared.gate) await this.#shared.gate
      const run = this.#runSegments(slot)
      const gate = run.then(
        () => {},
        () => {},
      )
      this.#shared.gate = gate
      try {
        await run
      } finally {
        if (this.#shared.gate === gate) this.#shared.gate = undefined
      }
    }
    if (this.#shared.guarded) this.#checkGuards()
  }

  async #runSegments(slot: Slot): Promise<void> {
    for (const { first, count, host } of this.#segments) {
      const list = this.#list + first * RECORD_BYTES
      if (count) await this.#shared.runtime.run({ list, count, slot: slot.address })
      if (host) this.#runHost(host)
    }
  }

  #fetch(slot: Slot): Fetched<K> {
    const fetched = {} as Fetched<K>
    for (const port of this.#compiled.outputs)
      fetched[port.name as K] = this.#slotView(slot, port).slice() as Float32Array | Int32Array
    return fetched
  }

  #runHost({ node, inputs, outputs }: HostCall): void {
    const held = inputs.map((place, i) => toReference(this.#view(node.inputs[i], place)))
    const produced = node.outputs.map((t, i) => toReference(this.#view(t, outputs[i])).fill(0))
    node.op.reference({
      attrs: node.attrs,
      inputs: held,
      outputs: produced as ReferenceArray[],
      inputSpecs: node.inputs,
      outputSpecs: node.outputs,
    })
    produced.forEach((values, i) => {
      this.#view(node.outputs[i], outputs[i]).set(values)
    })
    for (const i of node.op.updates?.(node) ?? []) this.#view(node.inputs[i], inputs[i]).set(held[i])
  }

  #view({ shape, dtype }: Tensor, place: Place): Float32Array | Int32Array | Uint8Array {
    const { buffer } = this.#shared.runtime
    const size = sizeOf(shape)
    const at = addressOf(place)
    if (dtype === 'u8') return new Uint8Array(buffer, at, size)
    return dtype === 'i32' ? new Int32Array(buffer, at, size) : new Float32Array(buffer, at, size)
  }

  #holdsNonFinite(tensor: Tensor): boolean {
    const place = this.#compiled.program.places.get(tensor.id)
    if (!place || tensor.dtype !== 'f32') return false
    return !this.#view(tensor, place).every(Number.isFinite)
  }

  /** Ranges between the buffers of a guarded plan. */
  #guardRanges(): { start: number; end: number; label: string }[] {
    const { scratch } = this.#shared
    const used = this.#compiled.program.buffers.filter(b => this.#offsets.has(b.id))
    used.sort((a, b) => a.address - b.address)
    let end = scratch.address
    let label = 'the start'
    const ranges = []
    for (const buffer of used) {
      ranges.push({ start: end, end: buffer.address, label: `${label} / ${buffer.label}` })
      end = buffer.address + Math.ceil(buffer.bytes / 4) * 4
      label = buffer.label
    }
    ranges.push({ start: end, end: end + GUARD, label })
    return ranges
  }

  #writeGuards(): void {
    for (const { start, end } of this.#guardRanges())
      new Int32Array(this.#shared.runtime.buffer, start, (end - start) / 4).fill(GUARD_WORD)
  }

  #checkGuards(): void {
    for (const { start, end, label } of this.#guardRanges())
      if (!new Int32Array(this.#shared.runtime.buffer, start, (end - start) / 4).every(w => w === GUARD_WORD))
        throw new Error(`a kernel wrote outside its buffer, next to ${label}`)
  }
}

/** Cuts the command list at the host calls. */
function segmentsOf({ program }: Compiled): Segment[] {
  const segments: Segment[] = []
  let first = 0
  for (const host of program.hostCalls) {
    let end = first
    while (end < program.commands.length && program.commands[end].phase < host.phase) end++
    segments.push({ first, count: end - first, host })
    first = end
  }
  segments.push({ first, count: program.commands.length - first, host: undefined })
  return segments
}

function toReference(values: Float32Array | Int32Array | Uint8Array): ReferenceArray {
  return values instanceof Float32Array ? Float64Array.from(values) : values.slice()
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`
