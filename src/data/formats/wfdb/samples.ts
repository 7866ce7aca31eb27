import { InklingError } from '../../../errors.ts'

/** How samples lie in a .dat file (https://physionet.org/physiotools/wag/signal-5.htm). */
interface SampleFormat {
  /** Samples that share `bytes` bytes. */
  group: number
  bytes: number
  /** The value that stands for "no sample", where there is one. */
  invalid?: number
  decode(bytes: Uint8Array, out: Int32Array): void
}

/** Formats of one sample in `bytes` bytes. */
function single(bytes: number, invalid: number | undefined, read: (view: DataView, at: number) => number) {
  const decode = (from: Uint8Array, out: Int32Array) => {
    const view = new DataView(from.buffer, from.byteOffset, from.byteLength)
    for (let i = 0; i < out.length; i++) out[i] = read(view, i * bytes)
  }
  return { group: 1, bytes, invalid, decode }
}

const formats: Readonly<Record<number, SampleFormat>> = {
  // Differences: the running sum starts at the header's initial value, which the caller adds.
  8: single(1, undefined, (view, at) => view.getInt8(at)),
  16: single(2, -32768, (view, at) => view.getInt16(at, true)),
  24: single(3, -8388608, (view, at) => view.getUint16(at, true) | (view.getInt8(at + 2) << 16)),
  32: single(4, -2147483648, (view, at) => view.getInt32(at, true)),
  61: single(2, -32768, (view, at) => view.getInt16(at, false)),
  80: single(1, -128, (view, at) => view.getUint8(at) - 128),
  160: single(2, -32768, (view, at) => view.getUint16(at, true) - 32768),
  212: { group: 2, bytes: 3, invalid: -2048, decode: decode212 },
  310: { group: 3, bytes: 4, invalid: -512, decode: decode310 },
  311: { group: 3, bytes: 4, invalid: -512, decode: decode311 },
}

/** Two samples of 12 bits: low byte, both high halves in one byte, low byte. */
function decode212(bytes: Uint8Array, out: Int32Array): void {
  for (let i = 0, p = 0; i < out.length; i += 2, p += 3) {
    const middle = bytes[p + 1]
    out[i] = ((bytes[p] | (middle << 8)) << 20) >> 20
    if (i + 1 < out.length) out[i + 1] = ((bytes[p + 2] | ((middle & 0xf0) << 4)) << 20) >> 20
  }
}

/** Three samples of 10 bits in two 16-bit words: ten bits above bit 0 of each, then the two upper fives. */
function decode310(bytes: Uint8Array, out: Int32Array): void {
  for (let i = 0, p = 0; i < out.length; i += 3, p += 4) {
    const first = bytes[p] | (bytes[p + 1] << 8)
    const second = bytes[p + 2] | (bytes[p + 3] << 8)
    out[i] = (first << 21) >> 22
    if (i + 1 < out.length) out[i + 1] = (second << 21) >> 22
    if (i + 2 < out.length) out[i + 2] = (((first >> 11) | ((second >> 11) << 5)) << 22) >> 22
  }
}

/** Three samples of 10 bits in one 32-bit word, the first lowest. */
function decode311(bytes: Uint8Array, out: Int32Array): void {
  for (let i = 0, p = 0; i < out.length; i += 3, p += 4) {
    const word = bytes[p] | (bytes[p + 1] << 8) | (bytes[p + 2] << 16) | (bytes[p + 3] << 24)
    for (let k = 0; k < 3 && i + k < out.length; k++) out[i + k] = (word << (22 - 10 * k)) >> 22
  }
}

/** The value that stands for "no sample" in a format, or undefined. */
export function invalidSample(format: number): number | undefined {
  return formats[format]?.invalid
}

/** How many samples `bytes` bytes of a format hold. */
export function sampleCount(format: number, bytes: number, source: string): number {
  const { group, bytes: size } = formatOf(format, source)
  const whole = Math.floor(bytes / size) * group
  const rest = bytes % size
  // The last group may end with the samples that are there: the first takes two bytes, the second of 311 one more.
  return whole + (group === 1 || rest < 2 ? 0 : format === 311 ? rest - 1 : 1)
}

/** Decodes the first `count` samples of a file, all its signals interleaved as they lie. */
export function decodeSamples(bytes: Uint8Array, format: number, count: number, source: string): Int32Array {
  const { decode } = formatOf(format, source)
  const out = new Int32Array(count)
  decode(bytes, out)
  return out
}

function formatOf(format: number, source: string): SampleFormat {
  const found = formats[format]
  if (found) return found
  throw new InklingError(`${source} is in WFDB format ${format}, which cannot be read`, {
    hint: `Known: ${Object.keys(formats).join(', ')}. WFDB's xform converts records: xform -f ... -o 16.`,
  })
}
