import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { encode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import { decodePng, pngHeader } from '../../../src/data/pictures/png.ts'
import { chunk, greyPng, header, makePng, pngRows } from './makePng.ts'

const decode = (bytes: Uint8Array, maxPixels = 1e6) => decodePng(bytes, 'a.png', maxPixels)
const kinds = [
  [0, [1, 2, 4, 8, 16], 1],
  [2, [8, 16], 3],
  [4, [8, 16], 2],
  [6, [8, 16], 4],
] as const

describe('PNG', () => {
  for (const [colour, depths, channels] of kinds) {
    for (const depth of depths) {
      for (const interlaced of [false, true]) {
        test(`colour type ${colour}, ${depth} bits${interlaced ? ', interlaced' : ''}`, async () => {
          const top = 2 ** depth - 1
          // Sizes below 8 leave some interlace passes empty.
          for (const [width, height] of [
            [1, 1],
            [3, 2],
            [13, 11],
          ]) {
            const sample = (x: number, y: number, c: number) => (x * 7919 + y * 104729 + c * 31 + x * y) % (top + 1)
            const picture = await decode(makePng({ width, height, depth, colour, interlaced, sample }))
            expect(picture).toMatchObject({ width, height, channels })
            const expected = Array.from({ length: width * height * channels }, (_, i) => {
              const pixel = Math.floor(i / channels)
              return Math.round((sample(pixel % width, Math.floor(pixel / width), i % channels) * 255) / top)
            })
            expect(Array.from(picture.data)).toEqual(expected)
          }
        })
      }
    }
  }

  test('palettes of every depth, with and without see-through entries', async () => {
    for (const depth of [1, 2, 4, 8]) {
      const size = 2 ** depth
      const palette = Buffer.from(Array.from({ length: size * 3 }, (_, i) => (i * 53) % 256))
      const sample = (x: number, y: number) => (x * 3 + y * 5) % size
      const parts = { width: 9, height: 5, depth, colour: 3, interlaced: depth === 2, sample }
      const plain = await decode(makePng({ ...parts, extra: [chunk('PLTE', palette)] }))
      expect(plain.channels).toBe(3)
      const clear = await decode(makePng({ ...parts, extra: [chunk('PLTE', palette), chunk('tRNS', Buffer.of(7))] }))
      expect(clear.channels).toBe(4)
      for (let i = 0; i < 45; i++) {
        const entry = sample(i % 9, Math.floor(i / 9))
        const rgb = Array.from(palette.subarray(entry * 3, entry * 3 + 3))
        expect(Array.from(plain.data.subarray(i * 3, i * 3 + 3))).toEqual(rgb)
        expect(Array.from(clear.data.subarray(i * 4, i * 4 + 4))).toEqual([...rgb, entry === 0 ? 7 : 255])
      }
    }
  })

  test('a see-through colour of grey and of RGB', async () => {
    const grey = await decode(
      makePng({ width: 3, height: 1, depth: 4, colour: 0, sample: x => x, extra: [chunk('tRNS', Buffer.of(0, 1))] }),
    )
    expect(Array.from(grey.data)).toEqual([0, 255, 17, 0, 34, 255])
    const key = chunk('tRNS', Buffer.of(0, 5, 0, 6, 0, 7))
    const rgb = await decode(
      makePng({ width: 2, height: 1, depth: 8, colour: 2, sample: (x, _, c) => 5 + c + x, extra: [key] }),
    )
    expect(Array.from(rgb.data)).toEqual([5, 6, 7, 0, 6, 7, 8, 255])
  })

  test('what another encoder writes (fast-png)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(1, 2, 3, 4),
        fc.nat(),
        async (width, height, channels, seed) => {
          const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * i + seed) % 256)
          const picture = await decode(encode({ width, height, channels, depth: 8, data }))
          expect(picture).toEqual({ width, height, channels, data })
        },
      ),
      { numRuns: 30 },
    )
  })

  test('30,000 x 30,000 is refused by the header alone', async () => {
    const bytes = Buffer.concat([
      header({ width: 30_000, height: 30_000, depth: 8, colour: 6 }),
      chunk('IDAT', deflateSync(Buffer.alloc(1000))),
      chunk('IEND', Buffer.alloc(0)),
    ])
    await expect(decodePng(bytes, 'huge.png', 64e6)).rejects.toThrow(
      'huge.png is too large: 30000 x 30000 = 900 million pixels; at most 64 million are read',
    )
  })

  test('data that unpacks to more than the picture is not unpacked', async () => {
    const rows = pngRows({ width: 4, height: 4, depth: 8, colour: 0, sample: () => 9 })
    const bomb = deflateSync(Buffer.concat([rows, Buffer.alloc(50_000_000)]))
    const bytes = Buffer.concat([
      header({ width: 4, height: 4, depth: 8, colour: 0 }),
      chunk('IDAT', bomb),
      chunk('IEND', Buffer.alloc(0)),
    ])
    expect(Array.from((await decode(bytes)).data)).toEqual(new Array(16).fill(9))
  })

  describe('broken', () => {
    const good = greyPng(
      40,
      40,
      Uint8Array.from({ length: 1600 }, (_, i) => (i * i) % 251),
    )
    test.each<[string, Uint8Array, RegExp]>([
      ['cut off in the header', good.subarray(0, 20), /cut off within its header/],
      ['cut off in the data', good.subarray(0, good.length - 300), /a\.png is a broken PNG picture/],
      ['a flipped bit in the header', flipped(good, 18), /its header is damaged/],
      ['a flipped bit in the data', flipped(good, 60), /its IDAT part is damaged \(checksum\)/],
      ['no data', Buffer.concat([good.subarray(0, 33), chunk('IEND', Buffer.alloc(0))]), /holds no picture data/],
      [
        'too few rows',
        Buffer.concat([good.subarray(0, 33), chunk('IDAT', deflateSync(Buffer.alloc(41 * 3)))]),
        /only 3 of 40 rows/,
      ],
      [
        'not zlib',
        Buffer.concat([good.subarray(0, 33), chunk('IDAT', Buffer.alloc(99, 7))]),
        /compressed data is broken/,
      ],
      [
        'an unknown filter',
        Buffer.concat([good.subarray(0, 33), chunk('IDAT', deflateSync(Buffer.alloc(2000, 9)))]),
        /row 1 has the unknown filter 9/,
      ],
      ['no palette', makePng({ width: 1, height: 1, depth: 8, colour: 3, sample: () => 0 }), /its palette is missing/],
      ['an impossible depth', header({ width: 1, height: 1, depth: 3, colour: 0 }), /its header is impossible/],
      ['no size', header({ width: 0, height: 5, depth: 8, colour: 0 }), /impossible \(0 x 5/],
      ['another format', Buffer.from('GIF89a......................................'), /not a PNG/],
    ])('%s', async (_, bytes, message) => {
      await expect(decode(bytes)).rejects.toThrow(message)
      await expect(decode(bytes)).rejects.toMatchObject({ name: 'InklingError', exitCode: 1 })
    })

    test('whatever is cut or changed, it is an error with a message or a picture', async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(good.length), fc.nat(good.length - 1), fc.nat(255), async (end, at, value) => {
          const bytes = Uint8Array.from(good)
          bytes[at] = value
          await decode(bytes.subarray(0, end)).catch(error => expect(error).toMatchObject({ name: 'InklingError' }))
        }),
        { numRuns: 200 },
      )
    })
  })

  test('the header alone', () => {
    expect(pngHeader(header({ width: 5, height: 6, depth: 8, colour: 2, interlaced: true }), 'a.png')).toEqual({
      width: 5,
      height: 6,
      depth: 8,
      colour: 2,
      interlaced: true,
    })
  })
})

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] ^= 4
  return copy
}
