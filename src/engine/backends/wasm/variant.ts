/** Chooses between the 128-bit and the 256-bit kernels. */
import { type CommandArguments, writeCommand } from './commands.ts'
import { builtin, compileKernels } from './locate.ts'
import { layout } from './memory.ts'

/** 'wide': written for V8's revectoriser (pairs of 128-bit operations become 256-bit ones); 'narrow': plain 128-bit. */
export type Variant = 'wide' | 'narrow'

export interface ChosenVariant {
  variant: Variant
  /** Why, in words. */
  reason: string
  module: WebAssembly.Module
}

// Measured: with the revectoriser the wide tiles are 1.5 to 1.7 times as fast as the narrow ones, without it 0.7 times.
const WORTH_IT = 1.1
const FLAG = 'experimental-wasm-revectorize'

interface Kernels {
  run(list: number, count: number, slot: number, tid: number, threads: number): void
}

/**
 * Compiles the kernels asked for. 'auto' and 'wide' switch V8's revectoriser on for the whole process, then compare both
 * modules: the bits must be equal, and for 'auto' the wide one must be faster; else the flag is withdrawn and it is
 * 'narrow'. The environment variable INKLING_SIMD (narrow, wide, auto) overrules. Takes about 30 ms.
 *
 * @param memory the engine's (shared); what lies from the arena's start on is used for the comparison and zeroed
 */
export async function chooseVariant(asked: Variant | 'auto', memory: WebAssembly.Memory): Promise<ChosenVariant> {
  const forced = environment('INKLING_SIMD')
  const wish = forced === 'narrow' || forced === 'wide' || forced === 'auto' ? forced : asked
  const origin = wish === forced ? 'INKLING_SIMD' : 'the caller'
  // Compiled before the flag is set: the reference.
  const narrow = await compileKernels('narrow')
  const fallback = (reason: string): ChosenVariant => ({ variant: 'narrow', reason, module: narrow })
  if (wish === 'narrow') return fallback(`${origin} asks for 128-bit kernels`)
  const v8 = builtin<typeof import('node:v8')>('node:v8')
  if (!v8) return fallback('only Node lets a program switch the revectoriser on')
  v8.setFlagsFromString(`--${FLAG}`)
  try {
    const wide = await compileKernels('wide')
    const bench = new Comparison(memory, narrow, wide)
    try {
      const difference = bench.firstDifference()
      if (difference) throw new Error(`the revectorised kernels give other bits (${difference})`)
      const ratio = bench.speedRatio(wish === 'auto' ? 6 : 2)
      const words = `256-bit tiles run ${ratio.toFixed(2)} times as fast as 128-bit ones`
      if (wish === 'auto' && ratio < WORTH_IT) throw new Error(words)
      return { variant: 'wide', reason: words, module: wide }
    } finally {
      bench.clean()
    }
  } catch (error) {
    v8.setFlagsFromString(`--no-${FLAG}`)
    return fallback((error as Error).message)
  }
}

function environment(name: string): string | undefined {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name]
}

// Test products, the last of which is for timing: rows, columns, depth, depth of a block, mode, transposed A, raw B.
const products = [
  [7, 23, 19, 8, 2, 0, 1],
  [13, 16, 33, 0, 1, 1, 1],
  [5, 9, 7, 0, 6, 0, 0],
  [96, 16, 256, 0, 0, 0, 0],
] as const

/** Both modules on the same data. */
class Comparison {
  readonly #memory: WebAssembly.Memory
  readonly #kernels: Record<'narrow' | 'wide', Kernels>
  readonly #list = layout.dataStart
  readonly #a = layout.dataStart + 4096
  readonly #b = this.#a + 4 * 96 * 256
  readonly #c = this.#b + 4 * 256 * 64
  readonly #end = this.#c + 4 * 96 * 64

  constructor(memory: WebAssembly.Memory, narrow: WebAssembly.Module, wide: WebAssembly.Module) {
    this.#memory = memory
    const missing = Math.ceil((this.#end - memory.buffer.byteLength) / 65536)
    if (missing > 0) memory.grow(missing)
    const instance = (module: WebAssembly.Module) =>
      new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
    this.#kernels = { narrow: instance(narrow), wide: instance(wide) }
    const values = new Float32Array(memory.buffer, this.#a, (this.#c - this.#a) / 4)
    for (let i = 0; i < values.length; i++) values[i] = Math.sin(i * i) * 2 ** ((i % 9) - 4)
  }

  /** Runs every test product on both; names the first whose bits differ. */
  firstDifference(): string | undefined {
    for (const product of products) {
      const bits = (['narrow', 'wide'] as const).map(name => {
        new Float32Array(this.#memory.buffer, this.#c, 96 * 64).fill(0.75)
        this.#write(product)
        this.#kernels[name].run(this.#list, 1, 0, 0, 1)
        return new Int32Array(this.#memory.buffer, this.#c, 96 * 64).slice()
      })
      if (bits[0].some((word, i) => word !== bits[1][i])) return `product ${product.join(' ')}`
    }
  }

  /** How many times as fast the wide module is, from the best of interleaved runs of `milliseconds` in all each. */
  speedRatio(milliseconds: number): number {
    this.#write(products[products.length - 1])
    const best = { narrow: Number.POSITIVE_INFINITY, wide: Number.POSITIVE_INFINITY }
    const end = performance.now() + 2 * milliseconds
    // At least a few rounds, for V8 to have both compiled for good.
    for (let round = 0; round < 8 || performance.now() < end; round++) {
      for (const name of ['narrow', 'wide'] as const) {
        const start = performance.now()
        for (let i = 0; i < 20; i++) this.#kernels[name].run(this.#list, 1, 0, 0, 1)
        best[name] = Math.min(best[name], performance.now() - start)
      }
    }
    return best.narrow / best.wide
  }

  clean(): void {
    new Uint8Array(this.#memory.buffer, this.#list, this.#end - this.#list).fill(0)
  }

  #write([M, N, K, Kc, mode, aMode, bMode]: readonly number[]): void {
    const values: CommandArguments<'gemm'> = {
      ...{ a: this.#a, aStride: 4 * (aMode ? M : K), aMode, b: this.#b, bMode, bStride: 4 * N },
      ...{ c: this.#c, cStride: 4 * N, M, N, K, Kc, mode, bias: this.#b, batch: 1, aBatch: 0, bBatch: 0, cBatch: 0 },
    }
    writeCommand(this.#memory.buffer, this.#list, 'gemm', values)
  }
}
