/** Holds the 256-bit kernels against the 128-bit ones: bits and speed. */
import { type CommandArguments, type CommandName, RECORD_BYTES, writeCommand } from './commands.ts'
import type { ConvShape } from './convolution.ts'
import { layout } from './memory.ts'
import { winogradForward, winogradWeights } from './winograd.ts'

interface Kernels {
  run(list: number, count: number, slot: number, tid: number, threads: number): void
}
type Step = { [C in CommandName]: [name: C, values: CommandArguments<C>] }[CommandName]

// Inputs, then what is written; a product of 96 x 256 by 256 x 64 has room, so has the Winograd tile.
const list = layout.dataStart
const zeros = list + 2048
const a = list + 4096
const b = a + 4 * 96 * 256
const out = b + 4 * 256 * 64
const end = out + 4 * 96 * 512
/** Words from `out` on that an experiment may read. */
const IN_PLACE = 1024

/** [M] x [K] by [K] x [N]: rows, columns, depth, depth of a block, mode, transposed A, raw B. */
function product([M, N, K, Kc, mode, aMode, bMode]: readonly number[]): Step[] {
  const values: CommandArguments<'gemm'> = {
    ...{ a, aStride: 4 * (aMode ? M : K), aMode, b, bMode, bStride: 4 * N },
    ...{ c: out, cStride: 4 * N, M, N, K, Kc, mode, bias: b, batch: 1, aBatch: 0, bBatch: 0, cBatch: 0 },
  }
  return [['gemm', values]]
}

/** A picture of 5 x 5, 10 channels to 20: incomplete tiles on all sides. */
function winogradTiles(points: 2 | 4): Step[] {
  const s: ConvShape = {
    ...{ images: 1, H: 5, W: 5, Ci: 10, KH: 3, KW: 3, Co: 20, strideY: 1, strideX: 1 },
    ...{ top: 1, left: 1, outH: 5, outW: 5 },
  }
  const { bytes, ...weights } = winogradWeights(s, points)
  const y = out + bytes
  const scratch = y + 4096
  return [
    ['winogradWeights', { ...weights, src: b, dst: out }],
    ['winograd', { ...winogradForward(s, points), src: a, weights: out, out: y, mode: 2, bias: b, scratch }],
  ]
}

/** Two steps of an LSTM of 10 cells on 7 rows: products, exponentials, the gates' tails. */
function recurrentSteps(): Step[] {
  const [B, T, I, H] = [7, 2, 9, 10]
  const extra = out + 4 * B * T * 4 * H
  const input = { x: a, packedW: b + 4096 * 4, bias: a }
  const cell = { cell: 2, gates: out, h: extra + 4 * B * T * H, extra, packedU: b, packedCandidate: 0 }
  const rest = { recurrentBias: 0, lengths: 0, zeros, reverse: 0, keeps: 1, block: 1 }
  return [
    ['recurrentForward', { ...cell, ...input, ...rest, B, T, I, H }],
    ['softmax', { src: a, dst: extra + 8 * B * T * H, rows: 5, cols: 37 }],
  ]
}

/** Between them they use every kind of tile, the transforms and the exponentials. */
export const experiments: readonly { name: string; steps: readonly Step[] }[] = [
  { name: 'a product with bias and ReLU in blocks', steps: product([7, 23, 19, 8, 2, 0, 1]) },
  { name: 'a product of a transposed matrix', steps: product([13, 16, 33, 0, 1, 1, 1]) },
  { name: 'a narrow product', steps: product([5, 9, 7, 0, 6, 0, 0]) },
  { name: 'Winograd F(4x4)', steps: winogradTiles(4) },
  { name: 'Winograd F(2x2)', steps: winogradTiles(2) },
  { name: 'steps of an LSTM and softmax', steps: recurrentSteps() },
]
const timed = product([96, 16, 256, 0, 0, 0, 0])

/** Both modules on the same data, at the arena's start. */
export class SelfTest {
  readonly #memory: WebAssembly.Memory
  readonly #narrow: Kernels
  readonly #expected: readonly Int32Array[]
  #wide: Kernels

  /** Takes the right bits from `narrow` at once: V8 must not have been told to join operations yet. */
  constructor(memory: WebAssembly.Memory, narrow: WebAssembly.Module) {
    this.#memory = memory
    const missing = Math.ceil((end - memory.buffer.byteLength) / 65536)
    if (missing > 0) memory.grow(missing)
    const values = new Float32Array(memory.buffer, a, (out - a) / 4)
    for (let i = 0; i < values.length; i++) values[i] = Math.sin(i * i) * 2 ** ((i % 9) - 4)
    this.#narrow = this.#instance(narrow)
    this.#wide = this.#narrow
    this.#expected = experiments.map(({ steps }) => this.#bits(this.#narrow, steps))
  }

  /** Names the module to be held against the narrow one. */
  take(wide: WebAssembly.Module): void {
    this.#wide = this.#instance(wide)
  }

  /** Runs the wide module's experiments for a while: V8's first, quick compilation joins nothing. */
  warm(milliseconds: number): void {
    const until = performance.now() + milliseconds
    do {
      for (const { steps } of experiments) {
        this.#write(steps)
        for (let i = 0; i < 20; i++) this.#wide.run(list, steps.length, 0, 0, 1)
      }
    } while (performance.now() < until)
  }

  /** Names of the experiments whose bits differ. */
  differences(): string[] {
    const wrong = experiments.filter(({ steps }, i) => {
      const bits = this.#bits(this.#wide, steps)
      return this.#expected[i].some((word, at) => word !== bits[at])
    })
    return wrong.map(({ name }) => name)
  }

  /** How many times as fast the wide module is, from the best of interleaved runs of `milliseconds` in all each. */
  speedRatio(milliseconds: number): number {
    this.#write(timed)
    const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    const until = performance.now() + 2 * milliseconds
    // At least a few rounds, for V8 to have both compiled for good.
    for (let round = 0; round < 8 || performance.now() < until; round++) {
      for (const [which, kernels] of [this.#narrow, this.#wide].entries()) {
        const start = performance.now()
        for (let i = 0; i < 20; i++) kernels.run(list, 1, 0, 0, 1)
        best[which] = Math.min(best[which], performance.now() - start)
      }
    }
    return best[0] / best[1]
  }

  /** Leaves zeros behind, as it found them. */
  clean(): void {
    new Uint8Array(this.#memory.buffer, list, end - list).fill(0)
  }

  #instance(module: WebAssembly.Module): Kernels {
    return new WebAssembly.Instance(module, { env: { memory: this.#memory } }).exports as unknown as Kernels
  }

  #bits(kernels: Kernels, steps: readonly Step[]): Int32Array {
    const { buffer } = this.#memory
    // Some steps work in place: all start from the same.
    const words = new Int32Array(buffer, out, (end - out) / 4)
    words.fill(0)
    words.set(new Int32Array(buffer, a, IN_PLACE))
    this.#write(steps)
    kernels.run(list, steps.length, 0, 0, 1)
    return words.slice()
  }

  #write(steps: readonly Step[]): void {
    for (const [i, [name, values]] of steps.entries())
      writeCommand(this.#memory.buffer, list + i * RECORD_BYTES, name, values as never)
  }
}
