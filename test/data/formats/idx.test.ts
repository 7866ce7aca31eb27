import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeIdx, idxDataset, parseIdx } from '../../../src/data/formats/idx.ts'

const DIGITS = Array.from('0123456789')
const bytes = (...values: number[]) => Uint8Array.from(values)

describe('IDX', () => {
  test('reads the layout of the format’s own page', () => {
    // Magic 0x00000803, two pictures of 1 x 3: http://yann.lecun.com/exdb/mnist/
    const file = bytes(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6)
    expect(parseIdx(file)).toEqual({ type: 'u8', shape: [2, 1, 3], data: bytes(1, 2, 3, 4, 5, 6) })
  })

  test('reads every type, big-endian', () => {
    expect(Array.from(parseIdx(bytes(0, 0, 9, 1, 0, 0, 0, 2, 255, 127)).data)).toEqual([-1, 127])
    expect(Array.from(parseIdx(bytes(0, 0, 11, 1, 0, 0, 0, 1, 0xff, 0xfe)).data)).toEqual([-2])
    expect(Array.from(parseIdx(bytes(0, 0, 12, 1, 0, 0, 0, 1, 0, 1, 0, 0)).data)).toEqual([65536])
    expect(Array.from(parseIdx(bytes(0, 0, 13, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0)).data)).toEqual([1.5])
    expect(Array.from(parseIdx(bytes(0, 0, 14, 1, 0, 0, 0, 1, 0xbf, 0xe0, 0, 0, 0, 0, 0, 0)).data)).toEqual([-0.5])
  })

  test('what was written is read again, also from the middle of a buffer', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), fc.nat(9), (shape, gap) => {
        const data = Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i * 7)
        const file = encodeIdx(data, shape)
        const buffer = new Uint8Array(file.length + gap)
        buffer.set(file, gap)
        expect(parseIdx(buffer.subarray(gap))).toEqual({ type: 'u8', shape, data })
      }),
    )
  })

  test('says what is wrong with a file', () => {
    const good = encodeIdx(new Uint8Array(12), [3, 2, 2])
    expect(() => parseIdx(bytes(), 'a.idx')).toThrow('a.idx is empty (0 bytes)')
    expect(() => parseIdx(bytes(0), 'a.idx')).toThrow(/not an IDX file: it begins with 00/)
    expect(() => parseIdx(bytes(0, 0, 7, 1, 0, 0, 0, 0), 'a.idx')).toThrow(/it begins with 00 00 07 01/)
    expect(() => parseIdx(bytes(1, 2, 8, 1), 'a.idx')).toThrow(/it begins with 01 02 08 01/)
    expect(() => parseIdx(good.subarray(0, 10), 'a.idx')).toThrow(
      'a.idx is cut off: 10 bytes, its header alone takes 16',
    )
    expect(() => parseIdx(good.subarray(0, 20), 'a.idx')).toThrow(
      'a.idx is cut off: its header promises 3 x 2 x 2 values (28 bytes), it has 20 bytes',
    )
    expect(() => parseIdx(Uint8Array.of(...good, 0), 'a.idx')).toThrow(/a\.idx is too long/)
  })

  test('guesses what a wrong file is', () => {
    const hint = (text: string) => expect.objectContaining({ hint: expect.stringContaining(text) })
    expect(() => parseIdx(bytes(0x1f, 0x8b, 8, 0))).toThrow(hint('.gz'))
    expect(() => parseIdx(bytes(0x3c, 0x21, 0x44, 0x4f))).toThrow(hint('web page'))
    expect(() => parseIdx(bytes(0x89, 0x50, 0x4e, 0x47))).toThrow(hint('predict'))
  })

  test('a header that promises more than memory is refused at once', () => {
    expect(() => parseIdx(bytes(0, 0, 14, 2, 255, 255, 255, 255, 255, 255, 255, 255))).toThrow(/is cut off/)
  })
})

describe('pictures and labels in IDX', () => {
  const images = {
    bytes: encodeIdx(
      Uint8Array.from({ length: 12 }, (_, i) => i),
      [3, 2, 2],
    ),
    source: 'images',
  }
  const labels = (...ids: number[]) => ({ bytes: encodeIdx(Uint8Array.from(ids), [ids.length]), source: 'labels' })

  test('become a dataset', () => {
    const ds = idxDataset('set', images, labels(9, 0, 3), DIGITS)
    expect(ds).toMatchObject({ name: 'set', shape: [2, 2, 1], length: 3 })
    expect(Array.from(ds.labels ?? [])).toEqual([9, 0, 3])
    expect(idxDataset('set', images, undefined, DIGITS).labels).toBeUndefined()
  })

  test('that differ in number are refused', () => {
    expect(() => idxDataset('set', images, labels(1, 2), DIGITS)).toThrow(
      'images has 3 pictures but labels has 2 labels',
    )
  })

  test('a label outside the classes is named with its place', () => {
    expect(() => idxDataset('set', images, labels(1, 2, 10), DIGITS)).toThrow(
      'labels: label 10 at position 3 is outside the 10 classes (0..9)',
    )
  })

  test('swapped files are recognised', () => {
    expect(() => idxDataset('set', labels(1, 2, 3), images, DIGITS)).toThrow(/labels holds u8 \[3\]/)
    expect(() => idxDataset('set', images, images, DIGITS)).toThrow(/labels are u8 \[count\]/)
  })

  test('no pictures at all are refused', () => {
    const none = { bytes: encodeIdx(new Uint8Array(0), [0, 28, 28]), source: 'images' }
    expect(() => idxDataset('set', none, undefined, DIGITS)).toThrow('images holds no pictures')
  })
})
