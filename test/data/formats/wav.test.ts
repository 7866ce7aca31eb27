import { describe, expect, test } from 'vitest'
import { readWav, writeWav } from '../../../src/data/formats/wav.ts'

/** A chunk: name, length, bytes, and the padding byte that odd lengths have. */
function chunk(name: string, data: Uint8Array, stated = data.length): Uint8Array {
  const bytes = new Uint8Array(8 + data.length + (data.length % 2))
  bytes.set(new TextEncoder().encode(name))
  new DataView(bytes.buffer).setUint32(4, stated, true)
  bytes.set(data, 8)
  return bytes
}

function riff(...chunks: Uint8Array[]): Uint8Array {
  const body = Buffer.concat(chunks)
  const head = chunk('RIFF', new Uint8Array(0), 4 + body.length)
  return Buffer.concat([head, Buffer.from('WAVE'), body])
}

/** The fmt chunk by the letter of Microsoft's WAVEFORMATEX; with `sub` that of WAVEFORMATEXTENSIBLE. */
function format(code: number, channels: number, bits: number, sub?: number): Uint8Array {
  const bytes = new Uint8Array(sub === undefined ? 16 : 40)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, code, true)
  view.setUint16(2, channels, true)
  view.setUint32(4, 8000, true)
  view.setUint32(8, (8000 * channels * bits) / 8, true)
  view.setUint16(12, (channels * bits) / 8, true)
  view.setUint16(14, bits, true)
  if (sub !== undefined) {
    view.setUint16(16, 22, true)
    view.setUint16(18, bits, true)
    // KSDATAFORMAT_SUBTYPE_PCM is 00000001-0000-0010-8000-00aa00389b71.
    bytes.set([sub, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71], 24)
  }
  return chunk('fmt ', bytes)
}

const data = (view: ArrayBufferView) => chunk('data', new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
const read = (bytes: Uint8Array) => Array.from(readWav(bytes, 'a.wav').values)

describe('every kind of plain sample', () => {
  test.each([
    ['8 bits, unsigned', format(1, 1, 8), Uint8Array.of(128, 255, 0, 64), [0, 127 / 128, -1, -0.5]],
    ['16 bits', format(1, 1, 16), Int16Array.of(0, 32767, -32768, 16384), [0, 32767 / 32768, -1, 0.5]],
    ['24 bits', format(1, 1, 24), Uint8Array.of(0, 0, 0x40, 0xff, 0xff, 0xff, 0, 0, 0x80), [0.5, -1 / 2 ** 23, -1]],
    ['32 bits', format(1, 1, 32), Int32Array.of(2 ** 30, -(2 ** 31)), [0.5, -1]],
    ['32-bit floats', format(3, 1, 32), Float32Array.of(0.25, -2), [0.25, -2]],
    ['64-bit floats', format(3, 1, 64), Float64Array.of(0.25, -2), [0.25, -2]],
    ['extensible, 16 bits', format(0xfffe, 1, 16, 1), Int16Array.of(16384), [0.5]],
    ['extensible, floats', format(0xfffe, 1, 32, 3), Float32Array.of(0.125), [0.125]],
  ])('%s', (_, fmt, samples, expected) => {
    expect(read(riff(fmt, data(samples as ArrayBufferView)))).toEqual(expected)
  })

  test('stereo is interleaved', () => {
    const wav = readWav(riff(format(1, 2, 16), data(Int16Array.of(16384, -16384, 0, 8192))), 'a.wav')
    expect(wav).toMatchObject({ rate: 8000, channels: 2 })
    expect(Array.from(wav.values)).toEqual([0.5, -0.5, 0, 0.25])
  })
})

describe('chunks', () => {
  const one = data(Int16Array.of(16384))

  test('in any order, with others before and behind, odd ones padded', () => {
    const odd = chunk('LIST', Uint8Array.of(1, 2, 3))
    expect(read(riff(odd, one, format(1, 1, 16), odd))).toEqual([0.5])
    expect(read(riff(format(1, 1, 8), chunk('data', Uint8Array.of(128, 192, 128)), odd))).toEqual([0, 0.5, 0])
  })

  test('a length that a pipe left open reaches to the end', () => {
    for (const stated of [0, 0xffffffff]) {
      const open = chunk('data', new Uint8Array(Int16Array.of(16384, 0).buffer), stated)
      expect(read(riff(format(1, 1, 16), open))).toEqual([0.5, 0])
    }
  })

  test('an empty data chunk before others is no open one', () => {
    const empty = chunk('data', new Uint8Array(0))
    expect(() => read(riff(format(1, 1, 16), empty, chunk('LIST', Uint8Array.of(1, 2))))).toThrow(/holds no samples/)
  })

  test('written and read again, a signal is the same up to 16 bits', () => {
    const values = Float32Array.from({ length: 999 }, (_, i) => 0.9 * Math.sin(i / 7))
    const wav = readWav(writeWav({ rate: 44_100, channels: 3, values }), 'a.wav')
    expect(wav).toMatchObject({ rate: 44_100, channels: 3 })
    expect(Math.max(...wav.values.map((value, i) => Math.abs(value - values[i])))).toBeLessThan(1 / 65_535)
  })
})

describe('what is wrong is said', () => {
  const pcm = format(1, 1, 16)
  const whole = riff(pcm, data(Int16Array.of(1, 2, 3, 4)))
  test.each([
    ['no WAV', new TextEncoder().encode('time,x\n1,2\n'), /a\.wav is no WAV file/],
    ['MP3', Uint8Array.of(0xff, 0xfb, 0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0), /no WAV file/],
    ['truncated', whole.subarray(0, whole.length - 3), /cut off: its data chunk should have 8 bytes, 5 are there/],
    ['zero channels', riff(format(1, 0, 16), data(Int16Array.of(1))), /zero channels/],
    ['ADPCM', riff(format(2, 1, 16), data(Int16Array.of(1))), /compressed \(Microsoft ADPCM\)/],
    ['MP3 in WAV', riff(format(0x55, 1, 16), data(Int16Array.of(1))), /compressed \(MP3\)/],
    ['extensible of another kind', riff(format(0xfffe, 1, 16, 2), data(Int16Array.of(1))), /Microsoft ADPCM/],
    ['16-bit floats', riff(format(3, 1, 16), data(Int16Array.of(1))), /32 or 64 bits are read/],
    ['40 bits', riff(format(1, 1, 40), data(new Uint8Array(5))), /8, 16, 24 or 32 bits are read/],
    ['no format', riff(data(Int16Array.of(1))), /no fmt chunk/],
    ['no data', riff(pcm), /no data chunk/],
    ['no samples', riff(pcm, data(new Uint8Array(0))), /no samples/],
    ['a short format', riff(chunk('fmt ', new Uint8Array(8)), data(Int16Array.of(1))), /fmt chunk has 8 bytes/],
  ])('%s', (_, bytes, says) => {
    expect(() => readWav(bytes, 'a.wav')).toThrow(says)
  })

  test('no cut of a file does anything else than read or say so', () => {
    for (let n = 0; n < whole.length; n++) {
      try {
        expect(readWav(whole.subarray(0, n), 'a.wav').values.length).toBeGreaterThan(0)
      } catch (error) {
        expect(error).toMatchObject({ name: 'InklingError' })
      }
    }
  })
})
