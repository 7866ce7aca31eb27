import { encodeRecord, type PlainAnnotation } from '../../../../src/data/formats/wfdb/index.ts'

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

/** A record in the manner of MIT-BIH: header, one .dat of all leads in format 212 with right checksums, annotations. */
export function makeRecord(
  record: string,
  leads: Record<string, readonly number[]>,
  beats: readonly PlainAnnotation[],
): Record<string, string | Uint8Array> {
  const signals = Object.entries(leads).map(([description, digital]) => ({ description, digital }))
  const files = encodeRecord({
    ...{ name: record, frequency: 360, signals, gain: 200, zero: 1024 },
    ...{ annotations: beats, comments: ['made for a test'] },
  })
  return { ...files, [`${record}.hea`]: new TextDecoder().decode(files[`${record}.hea`]) }
}
