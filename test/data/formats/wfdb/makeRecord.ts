import { ANNOTATION_CODES } from '../../../../src/data/formats/wfdb/codes.ts'

/** Samples (frame by frame) in one of the formats, written down from the format's description bit by bit. */
export function encodeSamples(format: number, samples: readonly number[]): Uint8Array {
  if (format === 16) return new Uint8Array(Int16Array.from(samples).buffer)
  if (format === 61) return Uint8Array.from(samples.flatMap(v => [(v >> 8) & 255, v & 255]))
  if (format === 160) return Uint8Array.from(samples.flatMap(v => [(v + 32768) & 255, ((v + 32768) >> 8) & 255]))
  if (format === 24) return Uint8Array.from(samples.flatMap(v => [v & 255, (v >> 8) & 255, (v >> 16) & 255]))
  if (format === 32) return new Uint8Array(Int32Array.from(samples).buffer)
  if (format === 80) return Uint8Array.from(samples, v => v + 128)
  if (format === 8) return Uint8Array.from(samples, (v, i) => (v - (i > 0 ? samples[i - 1] : v)) & 255)
  const bytes: number[] = []
  if (format === 212) {
    for (let i = 0; i < samples.length; i += 2) {
      const [a, b] = [samples[i] & 0xfff, (samples[i + 1] ?? 0) & 0xfff]
      bytes.push(a & 255, (a >> 8) | ((b >> 8) << 4), b & 255)
    }
    return Uint8Array.from(bytes)
  }
  for (let i = 0; i < samples.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map(k => (samples[i + k] ?? 0) & 0x3ff)
    const words =
      format === 310
        ? [((c & 31) << 11) | (a << 1), ((c >> 5) << 11) | (b << 1)]
        : [a | ((b & 63) << 10), (b >> 6) | (c << 4)]
    bytes.push(...words.flatMap(w => [w & 255, w >> 8]))
  }
  return Uint8Array.from(bytes)
}

/** An annotation file from (sample, symbol) pairs; long gaps become SKIP words, texts AUX words. */
export function encodeAnnotations(list: readonly { sample: number; symbol: string; text?: string }[]): Uint8Array {
  const words: number[] = []
  let before = 0
  for (const { sample, symbol, text } of list) {
    const code = Number(Object.entries(ANNOTATION_CODES).find(([, [s]]) => s === symbol)?.[0])
    let gap = sample - before
    if (gap > 1023 || gap < 0) {
      words.push(59 << 10, (gap >> 16) & 0xffff, gap & 0xffff)
      gap = 0
    }
    words.push((code << 10) | gap)
    if (text) {
      words.push((63 << 10) | text.length)
      const padded = text.length % 2 ? `${text}\0` : text
      for (let i = 0; i < padded.length; i += 2) words.push(padded.charCodeAt(i) | (padded.charCodeAt(i + 1) << 8))
    }
    before = sample
  }
  words.push(0)
  return new Uint8Array(Uint16Array.from(words).buffer)
}

/** A record in the manner of MIT-BIH: header, one .dat of all leads in format 212 with right checksums, annotations. */
export function makeRecord(
  record: string,
  leads: Record<string, readonly number[]>,
  beats: readonly { sample: number; symbol: string; text?: string }[],
): Record<string, string | Uint8Array> {
  const names = Object.keys(leads)
  const signals = Object.values(leads)
  const length = signals[0].length
  const lines = signals.map((values, i) => {
    const sum = (values.reduce((a, b) => a + b, 0) << 16) >> 16
    return `${record}.dat 212 200 11 1024 ${values[0]} ${sum} 0 ${names[i]}`
  })
  const frames = signals[0].flatMap((_, t) => signals.map(values => values[t]))
  return {
    [`${record}.hea`]: `${record} ${names.length} 360 ${length}\n${lines.join('\n')}\n# made for a test\n`,
    [`${record}.dat`]: encodeSamples(212, frames),
    [`${record}.atr`]: encodeAnnotations(beats),
  }
}
