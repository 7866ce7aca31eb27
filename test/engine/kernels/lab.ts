/**
 * Runs lists of commands on every kind of runtime (128- and 256-bit kernels; calling thread, two workers, two workers
 * that take pieces), checks that all give the same bits and write nothing beyond their outputs, and returns the result.
 * Single commands for any number of threads: `harness.ts`.
 */
import { expect } from 'vitest'
import {
  type CommandArguments,
  type CommandName,
  inPieces,
  NO_BARRIER,
  RECORD_BYTES,
  writeCommand,
} from '../../../src/engine/backends/wasm/commands.ts'
import { createRuntime, type Runtime } from '../../../src/engine/backends/wasm/runtime.ts'
import { createRandom, type Random } from '../../../src/random.ts'

type Values = Float32Array | Int32Array | Uint8Array
export type Step = { [C in CommandName]: [name: C, values: CommandArguments<C>, flags?: number] }[CommandName]

export interface Experiment {
  /** Buffers with their contents. Those that a command writes are results too, when named in `results`. */
  buffers: Record<string, Values | number>
  /** Names of the buffers to return. A number above gives that many floats, initially NaN. */
  results: string[]
  /** Names of buffers that may change, but hold no results: what they hold may depend on the threads. */
  scratch?: string[]
  commands(at: (name: string) => number): Step[]
}

interface Setting {
  runtime: Runtime
  /** Into so many pieces is each thread's share cut. */
  pieces: number
}

export interface Lab {
  readonly settings: Setting[]
  /** Results by name, as 32-bit floats (integers and bytes by their own view: see `words`). */
  run(experiment: Experiment): Promise<Record<string, Float32Array>>
  close(): Promise<void>
}

/** What lies where nothing was written. */
export const GUARD = 0x7fc0dead | 0
const GUARD_BYTES = 128

export async function createLab(): Promise<Lab> {
  const settings: Setting[] = []
  for (const simd of ['narrow', 'wide'] as const) {
    for (const threads of [0, 2]) {
      const runtime = await createRuntime({ simd, threads })
      for (const pieces of threads > 1 ? [1, 3] : [1]) settings.push({ runtime, pieces })
    }
  }
  return {
    settings,
    async run(experiment) {
      const all: Record<string, Float32Array>[] = []
      for (const setting of settings) all.push(await runOn(setting, experiment))
      for (const name of experiment.results) {
        const words = all.map(results => new Int32Array(results[name].buffer))
        words.forEach((other, i) => {
          const at = other.findIndex((word, k) => word !== words[0][k])
          if (at >= 0)
            expect.fail(`${name}[${at}]: ${all[0][name][at]} but ${all[i][name][at]} on ${described(settings[i])}`)
        })
      }
      return all[0]
    },
    async close() {
      await Promise.all([...new Set(settings.map(s => s.runtime))].map(runtime => runtime.close()))
    },
  }
}

const described = ({ runtime, pieces }: Setting) => `${runtime.variant}, ${runtime.threads} threads, ${pieces} pieces`

async function runOn(setting: Setting, { buffers, results, scratch = [], commands }: Experiment) {
  const { runtime, pieces } = setting
  const lengths = Object.entries(buffers).map(
    ([name, v]) => [name, typeof v === 'number' ? v * 4 : v.byteLength] as const,
  )
  const list = runtime.dataStart
  let end = list + 64 * RECORD_BYTES
  const addresses = new Map<string, number>()
  for (const [name, bytes] of lengths) {
    end = Math.ceil((end + GUARD_BYTES) / 64) * 64
    addresses.set(name, end)
    end += bytes
  }
  end = Math.ceil((end + GUARD_BYTES) / 64) * 64
  runtime.reserve(end)
  new Int32Array(runtime.buffer, list, (end - list) / 4).fill(GUARD)
  for (const [name, values] of Object.entries(buffers)) {
    if (typeof values === 'number') continue
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    new Uint8Array(runtime.buffer, addresses.get(name)!, bytes.length).set(bytes)
  }
  const before = new Uint8Array(runtime.buffer, list, end - list).slice()
  const steps = commands(name => {
    const address = addresses.get(name)
    if (address === undefined) throw new Error(`no buffer "${name}"`)
    return address
  })
  if (steps.length > 64) throw new Error('the lab has room for 64 commands')
  steps.forEach(([name, values, flags = 0], i) => {
    const how = flags & NO_BARRIER ? flags : flags | inPieces(pieces)
    writeCommand(runtime.buffer, list + i * RECORD_BYTES, name, values as never, how)
  })
  before.set(new Uint8Array(runtime.buffer, list, steps.length * RECORD_BYTES))
  await runtime.run({ list, count: steps.length, slot: list })
  const after = new Uint8Array(runtime.buffer, list, end - list).slice()
  const given: Record<string, Float32Array> = {}
  for (const [name, bytes] of lengths) {
    const start = addresses.get(name)! - list
    if (results.includes(name)) {
      const copy = new Uint8Array(Math.ceil(bytes / 4) * 4)
      copy.set(after.subarray(start, start + bytes))
      given[name] = new Float32Array(copy.buffer)
    } else if (!scratch.includes(name)) continue
    // What may change is taken out of the comparison.
    before.set(after.subarray(start, start + bytes), start)
  }
  const touched = after.findIndex((byte, i) => byte !== before[i])
  if (touched >= 0) {
    const near = [...addresses].filter(([, address]) => address - list <= touched).at(-1)
    const where = near ? `${touched + list - near[1]} bytes after the start of "${near[0]}"` : 'the command list'
    expect.fail(`wrote outside its outputs: ${where} (${described(setting)})`)
  }
  return given
}

/** `count` standard normal values. */
export function normals(random: Random, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal())
}

/** Checks against float64 values, relative to their root mean square. */
export function expectClose(actual: Float32Array, expected: Float64Array, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length)
  let sum = 0
  for (const v of expected) sum += v * v
  const scale = Math.sqrt(sum / Math.max(1, expected.length)) || 1
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i])
    if (!(error <= tolerance * scale)) expect.fail(`[${i}]: got ${actual[i]}, expected ${expected[i]} (scale ${scale})`)
  }
}

export { createRandom }
