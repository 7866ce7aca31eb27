import { readSafetensors } from '../nn/safetensors.ts'
import { kernelsUrl, type ReaderFiles, readBytes, weightsUrl } from './files.ts'
import { probabilitiesOf } from './head.ts'
import { type ReaderInput, seeDigit } from './input.ts'
import { createKernelExtractor, type Extractor } from './kernels.ts'
import { type Head, type Network, networkOf, type ReaderModel } from './networks.ts'
import type { Lesson, Sample, TrainOptions, TrainResult } from './train.ts'

/** Settings of {@link loadReader}. */
export interface ReaderOptions {
  /** Default `reader`: 1.2 MB of weights. `pocket-reader`: 40 kB, a little less sure. */
  model?: ReaderModel
  /** Where its files are, when they don't lie beside the code. */
  files?: ReaderFiles
  /** Weights in memory, such as those that {@link Reader.save} gave; they say themselves which model they are of. */
  weights?: Uint8Array
}

/** What the reader makes of a picture. */
export interface Reading {
  /** The most probable class: '0' to '9', or a symbol of your own. */
  label: string
  /** Its probability, 0 to 1. */
  probability: number
  /** The three most probable classes, the first first. */
  top: { label: string; probability: number }[]
  /** Set when no ink was found: label and probability then mean nothing. */
  blank?: true
}

/** A reader of handwritten digits. */
export interface Reader {
  readonly model: ReaderModel
  /** What it can say. */
  readonly classes: readonly string[]
  /** What computes: the kernels, or plain JavaScript where the host cannot run them (about 20 times as slow). */
  readonly engine: 'wasm' | 'javascript'
  /** Reads one digit. @throws InklingError that says what came, when it is no picture */
  predict(input: ReaderInput): Promise<Reading>
  /** Learns from examples, here and now: another hand, or symbols it did not know. See {@link TrainOptions}. */
  train(samples: readonly Sample[], options?: TrainOptions): Promise<TrainResult>
  /** What it is now as a safetensors file, for `loadReader({ weights })`. */
  save(): Promise<Uint8Array>
}

/**
 * Loads a reader of handwritten digits.
 *
 * ```ts
 * import { loadReader } from 'inkling/reader'
 * const reader = await loadReader()
 * const { label, probability } = await reader.predict(canvas)
 * ```
 *
 * @throws InklingError when its files cannot be had
 */
export async function loadReader(options: ReaderOptions = {}): Promise<Reader> {
  const { model = 'reader', files = {} } = options
  const weightsAt = files.weights ?? (options.weights ? undefined : weightsUrl(model))
  const [bytes, module] = await Promise.all([
    options.weights ?? readBytes(weightsAt as URL),
    compile(files.kernels ?? kernelsUrl()),
  ])
  const network = networkOf(readSafetensors(bytes, 'the reader’s weights'), 'the reader’s weights')
  const extract = module
    ? await createKernelExtractor(network, module)
    : (await import('./plain.ts')).createPlainExtractor(network)
  return new LoadedReader(network, extract, module ? 'wasm' : 'javascript', bytes)
}

/** The kernels, or undefined where the host lacks what they use or its policy forbids WebAssembly. */
async function compile(address: string | URL): Promise<WebAssembly.Module | undefined> {
  if (typeof WebAssembly !== 'object') return undefined
  const bytes = await readBytes(address)
  try {
    return await WebAssembly.compile(bytes)
  } catch {
    return undefined
  }
}

class LoadedReader implements Reader {
  readonly model: ReaderModel
  readonly engine: Reader['engine']
  readonly #extract: Extractor
  readonly #bytes: Uint8Array
  #head: Head
  #lessons: readonly Lesson[] = []
  /** One training builds on the one before. */
  #lastTraining: Promise<unknown> = Promise.resolve()

  constructor(network: Network, extract: Extractor, engine: Reader['engine'], bytes: Uint8Array) {
    this.model = network.model
    this.engine = engine
    this.#extract = extract
    this.#bytes = bytes
    this.#head = network.head
  }

  get classes(): readonly string[] {
    return this.#head.classes
  }

  async predict(input: ReaderInput): Promise<Reading> {
    const { pixels, blank } = await seeDigit(input)
    const probabilities = probabilitiesOf(this.#head, this.#extract(pixels))
    const { classes } = this.#head
    const top = Array.from(classes, (label, k) => ({ label, probability: probabilities[k] }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, 3)
    return { ...top[0], top, ...(blank && { blank }) }
  }

  train(samples: readonly Sample[], options: TrainOptions = {}): Promise<TrainResult> {
    const turn = this.#lastTraining.then(async () => {
      const { trainHead } = await import('./train.ts')
      const pupil = { head: this.#head, extract: this.#extract, lessons: this.#lessons }
      const { head, lessons, result } = await trainHead(samples, options, pupil)
      this.#head = head
      this.#lessons = lessons
      return result
    })
    this.#lastTraining = turn.catch(() => {})
    return turn
  }

  async save(): Promise<Uint8Array> {
    const { saveReader } = await import('./save.ts')
    return saveReader(this.#bytes, this.#head)
  }
}
