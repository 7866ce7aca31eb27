import { InklingError } from '../../../errors.ts'
import type { Backend, Executable, Session } from '../../backend.ts'
import { type Graph, sizeOf, type Tensor } from '../../graph.ts'
import { Arena } from './arena.ts'
import { compileGraph } from './compile.ts'
import { WasmExecutable } from './executable.ts'
import type { LoweringTable } from './lower/table.ts'
import type { Buffer, ConstantStore } from './program.ts'
import { createRuntime, type Runtime, type RuntimeOptions } from './runtime.ts'
import type { Shared } from './shared.ts'

/** Settings of {@link createWasmBackend}. */
export interface WasmBackendOptions extends RuntimeOptions {
  /** Keeps untouched memory around every buffer and checks it after every run (slow; for tests). */
  guarded?: boolean
  /** What sessions are unless they are asked for otherwise: see {@link SessionOptions}. Default false. */
  exact?: boolean
  /** Ops with kernels; by default all of them. */
  lowerings?: LoweringTable
  /** Called once for every op that runs on the host for want of a kernel. */
  onHostOp?: (op: string) => void
}

/** The fast backend: kernels in WebAssembly on worker threads over one shared memory. */
export async function createWasmBackend(options: WasmBackendOptions = {}): Promise<Backend & { runtime: Runtime }> {
  const { guarded = false, exact = false, onHostOp, ...rest } = options
  const lowerings = options.lowerings ?? (await import('./lower/index.ts')).allLowerings
  const runtime = await createRuntime(rest)
  const shared: Shared = {
    runtime,
    arena: new Arena(runtime.dataStart, bytes => runtime.reserve(bytes)),
    scratch: { address: 0, bytes: 0 },
    executables: new Set(),
    guarded,
    lowerings,
    warned: new Set(),
    onHostOp,
    gate: undefined,
  }
  return {
    runtime,
    description: `wasm ${runtime.variant}, ${runtime.threads} thread${runtime.threads === 1 ? '' : 's'}`,
    threads: runtime.threads,
    createSession: (options = {}) => new WasmSession(shared, options.exact ?? exact),
    close: () => runtime.close(),
  }
}

class WasmSession implements Session {
  readonly #shared: Shared
  readonly #exact: boolean
  readonly #parameters = new Map<string, Buffer>()
  readonly #executables = new Set<WasmExecutable<string>>()

  constructor(shared: Shared, exact: boolean) {
    this.#shared = shared
    this.#exact = exact
  }

  async compile<K extends string>(graph: Graph, outputs: Record<K, Tensor>): Promise<Executable<K>> {
    for (const { name, shape } of graph.parameters.values()) this.#declare(name, sizeOf(shape) * 4)
    const { arena, runtime, lowerings, warned, onHostOp } = this.#shared
    const addresses: number[] = []
    const constants: ConstantStore = {
      constant: (values, dtype) => {
        const address = arena.allocate(values.length * 4)
        addresses.push(address)
        const view = dtype === 'i32' ? Int32Array : Float32Array
        new view(runtime.buffer as ArrayBuffer, address, values.length).set(values)
        return { buffer: fixed(address, values.length * 4, 'constant'), offset: 0 }
      },
    }
    const options = { threads: runtime.threads, exact: this.#exact }
    const compiled = compileGraph(graph, outputs, lowerings, name => this.#held(name), constants, options)
    for (const op of compiled.hostOps)
      if (!warned.has(op)) {
        warned.add(op)
        onHostOp?.(op)
      }
    const executable = new WasmExecutable<K>(this.#shared, compiled, addresses, () => {
      this.#executables.delete(executable as never)
    })
    this.#executables.add(executable as never)
    return executable
  }

  read(name: string): Float32Array {
    const { address, bytes } = this.#held(name)
    return new Float32Array(this.#shared.runtime.buffer, address, bytes / 4).slice()
  }

  write(name: string, values: ArrayLike<number>): void {
    const { address, bytes } = this.#held(name)
    if (values.length * 4 !== bytes)
      throw new InklingError(`parameter "${name}" has ${bytes / 4} values; got ${values.length}`)
    new Float32Array(this.#shared.runtime.buffer, address, bytes / 4).set(values)
  }

  has(name: string): boolean {
    return this.#parameters.has(name)
  }

  names(): string[] {
    return [...this.#parameters.keys()]
  }

  async close(): Promise<void> {
    await Promise.all([...this.#executables].map(e => e.idle()))
    for (const executable of this.#executables) executable.dispose()
    for (const { address } of this.#parameters.values()) this.#shared.arena.free(address)
    this.#parameters.clear()
  }

  #declare(name: string, bytes: number): void {
    const known = this.#parameters.get(name)
    if (known && known.bytes !== bytes)
      throw new InklingError(`parameter "${name}" has ${known.bytes / 4} values in this session; now ${bytes / 4}`)
    if (known) return
    const address = this.#shared.arena.allocate(bytes)
    new Float32Array(this.#shared.runtime.buffer, address, bytes / 4).fill(0)
    this.#parameters.set(name, fixed(address, bytes, name))
  }

  #held(name: string): Buffer {
    const buffer = this.#parameters.get(name)
    if (!buffer) throw new InklingError(`no parameter "${name}"; known: ${[...this.#parameters.keys()].join(', ')}`)
    return buffer
  }
}

const fixed = (address: number, bytes: number, label: string): Buffer => ({
  id: -1,
  address,
  bytes,
  label,
  fixed: true,
})
