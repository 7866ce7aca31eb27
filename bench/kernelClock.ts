/** Times command lists of the kernels on one runtime; for `kernels.ts`, `winograd.ts` and `convolutions.ts`. */
import {
  type CommandArguments,
  type CommandName,
  RECORD_BYTES,
  writeCommand,
} from '../src/engine/backends/wasm/commands.ts'
import { measurePeak } from '../src/engine/backends/wasm/peak.ts'
import type { Buffer, Place, Program } from '../src/engine/backends/wasm/program.ts'
import { createRuntime } from '../src/engine/backends/wasm/runtime.ts'

export type Step = { [C in CommandName]: [name: C, values: CommandArguments<C>, flags?: number] }[CommandName]
/** What is timed: its name, its floating-point operations (0: not said) and its commands. */
export type Cell = [name: string, flop: number, steps: Step[]]

export interface KernelClock {
  readonly threads: number
  /** Forgets the memory given out. */
  clear(): void
  /** Address of `bytes` fresh bytes of small numbers. */
  room(bytes: number): number
  /** Each cell's GFLOP/s, share of the peak and milliseconds, the best of many short runs, the cells in turn. */
  report(cells: Cell[]): Promise<string>
  close(): Promise<void>
}

const LIST = 1 << 20
/** Time for each cell. */
const MILLISECONDS = 300

/** Opens a runtime and says on stdout what it is. */
export async function createKernelClock(threads: number, narrow: boolean): Promise<KernelClock> {
  const runtime = await createRuntime({ threads, simd: narrow ? 'narrow' : 'auto' })
  const peak = await measurePeak(runtime, runtime.dataStart)
  console.log(`${runtime.variant} (${runtime.variantReason}), ${threads} threads, peak ${(peak / 1e9).toFixed(0)} GF/s`)
  let end = runtime.dataStart + LIST

  /** Milliseconds of `steps`, repeated until they take a while. */
  const once = async (steps: Step[]): Promise<number> => {
    for (let repeats = 1; ; repeats *= 2) {
      const count = repeats * steps.length
      for (let i = 0; i < count; i++) {
        const [name, values, flags] = steps[i % steps.length]
        writeCommand(runtime.buffer, runtime.dataStart + i * RECORD_BYTES, name, values as never, flags)
      }
      const start = performance.now()
      await runtime.run({ list: runtime.dataStart, count, slot: 0 })
      const time = performance.now() - start
      if (time > 1 || 2 * count * RECORD_BYTES > LIST) return time / repeats
    }
  }

  return {
    threads,
    clear() {
      end = runtime.dataStart + LIST
    },
    room(bytes) {
      const start = end
      end += Math.ceil(bytes / 64) * 64
      runtime.reserve(end + 64)
      const values = new Float32Array(runtime.buffer, start, (end - start) / 4)
      for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 1000) / 1000 - 0.5
      return start
    },
    async report(cells) {
      const best = cells.map(() => Number.POSITIVE_INFINITY)
      const until = performance.now() + MILLISECONDS * cells.length
      while (performance.now() < until)
        for (const [i, [, , steps]] of cells.entries())
          best[i] = Math.min(best[i], await once(steps), await once(steps))
      const speed = (flop: number, ms: number) =>
        flop
          ? `${(flop / ms / 1e6).toFixed(0).padStart(4)} ${((100 * flop) / (ms * 1e-3 * peak)).toFixed(0).padStart(3)} %`
          : ''
      return cells.map(([name, flop], i) => `${name} ${speed(flop, best[i])} (${best[i].toFixed(3)})`).join('  ')
    },
    close: () => runtime.close(),
  }
}

/** Memory of its own that no plan gives out. */
export const fixed = (clock: KernelClock, bytes: number): Buffer => ({
  ...{ id: -1, bytes, label: '', address: clock.room(bytes), fixed: true },
})

/** The commands of a program, each buffer in memory of its own. */
export function placed(program: Program, clock: KernelClock): Step[] {
  for (const buffer of program.buffers) buffer.address = clock.room(buffer.bytes)
  const resolve = (value: number | Place) => (typeof value === 'number' ? value : value.buffer.address + value.offset)
  return program.commands.map(({ name, args, flags }) => {
    const values = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, resolve(value)]))
    return [name, values, flags] as never
  })
}
