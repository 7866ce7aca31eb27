/**
 * Runs single commands for the kernel tests: on every module, for several numbers of threads (one after the other on
 * one instance, since kernels hold no barriers), and checks that all give the same bits and write nothing else.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { expect } from 'vitest'
import {
  type CommandArguments,
  type CommandName,
  NO_BARRIER,
  RECORD_BYTES,
  writeCommand,
} from '../../../src/engine/backends/wasm/commands.ts'
import { createRandom, type Random } from '../../../src/random.ts'

const root = new URL('../../../', import.meta.url)
execFileSync(process.execPath, [new URL('scripts/build-kernels.mjs', root).pathname, '--if-stale', '--quiet'])

const PAGES = 64
const THREADS = [2, 3, 7]
/** Fills what no test has set: a NaN, so that a kernel that computes with it shows. */
const CANARY = 0x7fbadbad | 0

interface Module {
  name: string
  words: Int32Array
  exports: {
    run(list: number, count: number, slot: number, tid: number, threads: number): void
    dataStart(): number
  }
  threads: number[]
}

function load(name: string, shared: boolean): Module {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: 65536, shared })
  // An empty custom section named after the module: V8 would share the code of equal modules.
  const mark = [0, name.length + 1, name.length, ...Buffer.from(name)]
  const code = Buffer.concat([readFileSync(new URL(`build/kernels/${name}.wasm`, root)), Buffer.from(mark)])
  const module = new WebAssembly.Module(code)
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const words = new Int32Array(memory.buffer)
  return { name, words, exports: exports as unknown as Module['exports'], threads: shared ? [1, ...THREADS] : [1] }
}

// The narrow modules stay with V8's baseline compiler; the wide one goes to the optimizing compiler, with the
// revectoriser, at its first calls.
const modules = [load('narrow-single', false), load('narrow', true)]
for (const flag of ['--experimental-wasm-revectorize', '--wasm-sync-tier-up', '--wasm-tiering-budget=1']) {
  setFlagsFromString(flag)
}
modules.push(load('wide', true))

const start = modules[0].exports.dataStart()
const limit = (PAGES * 65536) / 4

export interface Region {
  readonly address: number
  readonly bytes: number
}

const image = new Int32Array(limit).fill(CANARY)
let imageEnd = start + 128

/**
 * Memory of one test: regions laid out one behind the other, 64-byte aligned, with canaries between. All share one
 * buffer: a new one overwrites what was read from the last.
 */
export class Kernels {
  readonly #words = image
  #end = start + 128

  constructor() {
    image.fill(CANARY, 0, imageEnd / 4)
    imageEnd = this.#end
  }

  #region(bytes: number): Region {
    const region = { address: this.#end, bytes }
    this.#end = Math.ceil((this.#end + bytes + 64) / 64) * 64
    if (this.#end > limit * 4) throw new Error('test memory is too small')
    imageEnd = this.#end
    return region
  }
  f32(values: ArrayLike<number>): Region {
    const region = this.#region(values.length * 4)
    new Float32Array(this.#words.buffer, region.address, values.length).set(values)
    return region
  }
  i32(values: ArrayLike<number>): Region {
    const region = this.#region(values.length * 4)
    this.#words.set(values, region.address / 4)
    return region
  }
  u8(values: ArrayLike<number>): Region {
    const region = this.#region(values.length)
    new Uint8Array(this.#words.buffer, region.address, values.length).set(values)
    return region
  }
  /** Room for `count` words, filled with NaN. */
  space(count: number): Region {
    return this.#region(count * 4)
  }
  readF32({ address, bytes }: Region): Float32Array {
    return new Float32Array(this.#words.buffer, address, bytes / 4)
  }
  readI32({ address, bytes }: Region): Int32Array {
    return new Int32Array(this.#words.buffer, address, bytes / 4)
  }

  /** Runs a command everywhere; fails unless all agree in every bit and only `outputs` have changed. */
  run<C extends CommandName>(name: C, values: CommandArguments<C>, ...outputs: Region[]): void {
    const used = Math.ceil(this.#end / 64) * 16
    const before = this.#words.slice(start / 4, used)
    let first: Int32Array | undefined
    for (const module of modules) {
      for (const threads of module.threads) {
        module.words.set(before, start / 4)
        writeCommand(module.words.buffer, start, name, values, NO_BARRIER)
        for (let tid = 0; tid < threads; tid++) module.exports.run(start, 1, 0, tid, threads)
        module.words.set(before.subarray(0, RECORD_BYTES / 4), start / 4)
        if (!first) {
          first = module.words.slice(start / 4, used)
          this.#checkWrites(name, before, first, outputs)
        } else {
          const at = difference(first, module.words.subarray(start / 4, used))
          if (at >= 0) expect.fail(`${name}: ${module.name} with ${threads} threads differs at ${where(at, outputs)}`)
        }
      }
    }
    this.#words.set(first!, start / 4)
  }

  #checkWrites(name: string, before: Int32Array, after: Int32Array, outputs: Region[]) {
    const a = new Uint8Array(before.buffer, before.byteOffset, before.byteLength)
    const b = new Uint8Array(after.buffer, after.byteOffset, after.byteLength).slice()
    for (const { address, bytes } of outputs) {
      b.set(a.subarray(address - start, address - start + bytes), address - start)
    }
    const at = difference(before, new Int32Array(b.buffer))
    if (at >= 0) expect.fail(`${name} wrote outside its outputs, at ${where(at, outputs)}`)
  }
}

function difference(a: Int32Array, b: Int32Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return i
  return -1
}

function where(word: number, outputs: Region[]): string {
  const address = start + word * 4
  const offsets = outputs.map((o, i) => `output ${i} + ${(address - o.address) / 4} of ${o.bytes / 4}`)
  return `address ${address} (${offsets.join(', ')})`
}

/** `count` normal values. */
export function normals(random: Random, count: number, scale = 1): Float32Array {
  return Float32Array.from({ length: count }, () => scale * random.normal())
}

/** Fails unless |actual - expected| <= absolute + relative * |expected| everywhere; NaN and infinities must be equal. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute = 1e-6, relative = 1e-6, what = 'value' } = {},
): void {
  expect(actual.length, what).toBe(expected.length)
  for (let i = 0; i < actual.length; i++) {
    const [a, e] = [actual[i], expected[i]]
    const near = Number.isFinite(e)
      ? Math.abs(a - e) <= absolute + relative * Math.abs(e)
      : Object.is(a, Math.fround(e))
    if (!near) expect.fail(`${what} ${i} of ${actual.length}: got ${a}, expected ${e}`)
  }
}

/** Calls `body` for seeds 0..n-1 with a random stream and an integer drawer. */
export function repeat(
  n: number,
  body: (random: Random, between: (low: number, high: number) => number) => void,
): void {
  for (let seed = 0; seed < n; seed++) {
    const random = createRandom(seed)
    body(random, (low, high) => low + random.int(high - low + 1))
  }
}

/** The binary kinds in float64. */
export const binaryFunctions = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  atLeast: (a: number, b: number) => (a >= b ? 1 : 0),
}
