import { InklingError } from '../../../errors.ts'
import { AUX, codeOf, SKIP } from './codes.ts'

/** An annotation to write. */
export interface PlainAnnotation {
  sample: number
  symbol: string
  text?: string
}

/** One signal of a record to write, as the converter's values. */
export interface PlainSignal {
  /** E.g. the lead: `MLII`. */
  description: string
  /** -2048 to 2047, of which -2048 means that there is no sample. */
  digital: ArrayLike<number>
}

/** A record to write. */
export interface PlainRecord {
  name: string
  /** Samples a second. */
  frequency: number
  signals: readonly PlainSignal[]
  /** Steps of the converter in a millivolt. */
  gain: number
  /** The converter's value at 0 mV. */
  zero: number
  /** In order. */
  annotations: readonly PlainAnnotation[]
  comments?: readonly string[]
}

/** Bits of the converter that MIT-BIH was made with; stands in the header for people. */
const ADC_BITS = 11

/**
 * Writes a record as the files NAME.hea, NAME.dat (format 212, all signals in one file) and NAME.atr, with first values
 * and checksums, so that every reader of WFDB can verify them.
 */
export function encodeRecord(record: PlainRecord): Record<string, Uint8Array> {
  const { name, frequency, signals, gain, zero, annotations, comments = [] } = record
  const length = signals[0].digital.length
  const odd = signals.find(signal => signal.digital.length !== length)
  if (odd) throw new InklingError(`signals of ${length} and ${odd.digital.length} samples cannot be one record`)
  const lines = signals.map(({ description, digital }) => {
    let sum = 0
    for (let i = 0; i < length; i++) sum = (sum + digital[i]) & 0xffff
    return `${name}.dat 212 ${gain} ${ADC_BITS} ${zero} ${digital[0]} ${(sum << 16) >> 16} 0 ${description}`
  })
  const head = [`${name} ${signals.length} ${frequency} ${length}`, ...lines, ...comments.map(line => `# ${line}`)]
  const frames = new Int16Array(length * signals.length)
  signals.forEach(({ digital }, s) => {
    for (let i = 0; i < length; i++) frames[i * signals.length + s] = digital[i]
  })
  return {
    [`${name}.hea`]: new TextEncoder().encode(`${head.join('\n')}\n`),
    [`${name}.dat`]: encode212(frames),
    [`${name}.atr`]: encodeAnnotations(annotations),
  }
}

/** Samples in format 212, frame by frame: two of 12 bits in three bytes; a last one alone takes two. */
export function encode212(samples: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(Math.floor(samples.length / 2) * 3 + (samples.length % 2) * 2)
  for (let i = 0, p = 0; i < samples.length; i += 2, p += 3) {
    const [a, b] = [samples[i], samples[i + 1] ?? 0]
    if (!(Math.abs(a + 0.5) < 2048 && Math.abs(b + 0.5) < 2048))
      throw new InklingError(`${a}, ${b}: samples of 12 bits are -2048 to 2047`)
    out[p] = a & 255
    out[p + 1] = ((a >> 8) & 15) | (((b >> 8) & 15) << 4)
    if (p + 2 < out.length) out[p + 2] = b & 255
  }
  return out
}

/** The bytes of an annotation file in the MIT format: see {@link parseWfdbAnnotations}, which reads it. */
export function encodeAnnotations(list: readonly PlainAnnotation[]): Uint8Array {
  const words: number[] = []
  let before = 0
  for (const { sample, symbol, text } of list) {
    const code = codeOf(symbol)
    if (code === undefined) throw new InklingError(`"${symbol}" is no annotation of WFDB`)
    let gap = sample - before
    if (gap > 1023 || gap < 0) {
      words.push(SKIP << 10, (gap >> 16) & 0xffff, gap & 0xffff)
      gap = 0
    }
    words.push((code << 10) | gap)
    if (text) {
      if (text.length > 255) throw new InklingError(`an annotation holds 255 characters, got ${text.length}`)
      words.push((AUX << 10) | text.length)
      // A text ends on a whole word.
      for (let i = 0; i < text.length; i += 2) words.push(byteAt(text, i) | (byteAt(text, i + 1) << 8))
    }
    before = sample
  }
  words.push(0)
  return Uint8Array.from(words.flatMap(word => [word & 255, word >> 8]))
}

const byteAt = (text: string, i: number) => (i < text.length ? text.charCodeAt(i) & 255 : 0)
