import { InklingError } from '../../errors.ts'

/** A WAV file's samples as numbers. */
export interface Wav {
  /** Samples a second. */
  rate: number
  channels: number
  /** Interleaved, [samples, channels]; whole numbers of any width become -1 to just below 1. */
  values: Float32Array
}

/** How a file keeps a sample. */
interface SampleForm {
  kind: 'integer' | 'float'
  /** Bytes it takes, and bits of them that mean something. */
  bytes: number
}

const PCM = 1
const FLOAT = 3
const EXTENSIBLE = 0xfffe
/** Codes of what is not plain samples, for the error. */
const COMPRESSED: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'mu-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG',
  85: 'MP3',
  255: 'AAC',
}
/** The rest of the GUID in which WAVE_FORMAT_EXTENSIBLE names a format; its first two bytes are the code. */
const GUID_TAIL = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]

/**
 * Reads a WAV file: plain samples of 8, 16, 24 or 32 bits or 32- or 64-bit floating point, any number of channels, chunks
 * in any order (odd ones are padded), WAVE_FORMAT_EXTENSIBLE. A data chunk of length 0 or 0xffffffff, as programs leave it
 * that write into a pipe, reaches to the end of the file.
 *
 * @param where the file's name, for errors
 * @throws InklingError for a compressed, cut or damaged file
 */
export function readWav(bytes: Uint8Array, where: string): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || text(bytes, 0) !== 'RIFF' || text(bytes, 8) !== 'WAVE')
    throw new InklingError(`${where} is no WAV file`, { hint: notWavHint(bytes) })
  const { format, data } = findChunks(view, bytes, where)
  const { form, channels, rate } = readFormat(view, format, where)
  const frame = form.bytes * channels
  const samples = Math.floor(data.length / frame)
  if (samples === 0) throw new InklingError(`${where} holds no samples`)
  return { rate, channels, values: decode(view, data.at, samples * channels, form) }
}

interface Chunk {
  at: number
  length: number
}

function findChunks(view: DataView, bytes: Uint8Array, where: string): { format: Chunk; data: Chunk } {
  let format: Chunk | undefined
  let data: Chunk | undefined
  // Chunks of odd length are followed by a byte of padding that their length does not count.
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = text(bytes, at)
    const stated = view.getUint32(at + 4, true)
    const left = bytes.length - at - 8
    const open = id === 'data' && (stated === 0xffffffff || (stated === 0 && left > 0 && !chunkFollows(bytes, at + 8)))
    const length = open ? left : stated
    if (length > left) {
      if (id !== 'data' && id !== 'fmt ') break // junk behind the data
      throw new InklingError(
        `${where} is cut off: its ${id.trim()} chunk should have ${stated} bytes, ${left} are there`,
      )
    }
    if (id === 'fmt ') format ??= { at: at + 8, length }
    if (id === 'data') data ??= { at: at + 8, length }
    at += 8 + length + (length % 2)
  }
  if (!format) throw new InklingError(`${where} is no whole WAV file: it has no fmt chunk`)
  if (!data) throw new InklingError(`${where} is no whole WAV file: it has no data chunk`)
  return { format, data }
}

/** Whether a chunk's name stands here: an empty data chunk may really be empty. */
const chunkFollows = (bytes: Uint8Array, at: number) =>
  at + 8 <= bytes.length && /^[\x20-\x7e]{4}$/.test(text(bytes, at))

function readFormat(view: DataView, { at, length }: Chunk, where: string) {
  if (length < 16) throw new InklingError(`${where}: its fmt chunk has ${length} bytes, at least 16 were expected`)
  const [stated, channels, rate] = [
    view.getUint16(at, true),
    view.getUint16(at + 2, true),
    view.getUint32(at + 4, true),
  ]
  const [frame, bits] = [view.getUint16(at + 12, true), view.getUint16(at + 14, true)]
  const code = stated === EXTENSIBLE ? extendedCode(view, at, length, where) : stated
  if (code !== PCM && code !== FLOAT) {
    const name = COMPRESSED[code] ?? `format ${code}`
    throw new InklingError(`${where} is compressed (${name}); plain samples (PCM) are read`, {
      hint: 'Convert it: ffmpeg -i IN.wav -c:a pcm_s16le OUT.wav',
    })
  }
  if (channels === 0) throw new InklingError(`${where} has zero channels`)
  if (rate === 0) throw new InklingError(`${where} has a rate of 0 samples a second`)
  const bytes = frame / channels
  const kind = code === FLOAT ? 'float' : 'integer'
  const known = kind === 'float' ? [4, 8] : [1, 2, 3, 4]
  if (!known.includes(bytes) || bits === 0 || bits > 8 * bytes)
    throw new InklingError(
      `${where} has samples of ${bits} bits in ${bytes} bytes (${kind}); ${kind === 'float' ? '32 or 64' : '8, 16, 24 or 32'} bits are read`,
    )
  return { form: { kind, bytes } satisfies SampleForm as SampleForm, channels, rate }
}

/** The code in the GUID of WAVE_FORMAT_EXTENSIBLE. */
function extendedCode(view: DataView, at: number, length: number, where: string): number {
  if (length < 40) throw new InklingError(`${where}: its extended fmt chunk has ${length} bytes, 40 were expected`)
  const tail = GUID_TAIL.every((byte, i) => view.getUint8(at + 26 + i) === byte)
  return tail ? view.getUint16(at + 24, true) : EXTENSIBLE
}

function decode(view: DataView, from: number, count: number, { kind, bytes }: SampleForm): Float32Array {
  const out = new Float32Array(count)
  const read = kind === 'float' ? floats[bytes] : integers[bytes]
  for (let i = 0, at = from; i < count; i++, at += bytes) out[i] = read(view, at)
  return out
}

/** 8 bits are unsigned with 128 in the middle, all others signed; fewer bits than bytes stand at the top. */
const integers: Readonly<Record<number, (view: DataView, at: number) => number>> = {
  1: (view, at) => (view.getUint8(at) - 128) / 128,
  2: (view, at) => view.getInt16(at, true) / 2 ** 15,
  3: (view, at) => (view.getUint8(at) | (view.getInt16(at + 1, true) << 8)) / 2 ** 23,
  4: (view, at) => view.getInt32(at, true) / 2 ** 31,
}

const floats: Readonly<Record<number, (view: DataView, at: number) => number>> = {
  4: (view, at) => view.getFloat32(at, true),
  8: (view, at) => view.getFloat64(at, true),
}

function notWavHint(bytes: Uint8Array): string | undefined {
  if (bytes.length >= 12 && ['RF64', 'RIFX'].includes(text(bytes, 0))) return `${text(bytes, 0)} files are not read.`
  if (text(bytes, 0).startsWith('ID3') || (bytes[0] === 0xff && (bytes[1] & 0xe0) === 0xe0))
    return 'It looks like an MP3 file. Convert it: ffmpeg -i IN -c:a pcm_s16le OUT.wav'
  return undefined
}

const text = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4))

/** Writes samples [samples, channels] from -1 to 1 as a WAV file of 16 bits; what lies outside is cut. */
export function writeWav({ rate, channels, values }: Wav): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * values.length)
  const view = new DataView(bytes.buffer)
  const put = (at: number, name: string) => {
    for (let i = 0; i < 4; i++) bytes[at + i] = name.charCodeAt(i)
  }
  put(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  put(8, 'WAVE')
  put(12, 'fmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, PCM, true)
  view.setUint16(22, channels, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate * channels * 2, true)
  view.setUint16(32, channels * 2, true)
  view.setUint16(34, 16, true)
  put(36, 'data')
  view.setUint32(40, 2 * values.length, true)
  values.forEach((value, i) => {
    view.setInt16(44 + 2 * i, Math.max(-32768, Math.min(32767, Math.round(value * 32768))), true)
  })
  return bytes
}
