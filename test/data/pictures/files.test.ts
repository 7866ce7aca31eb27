import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { decodeGrey, sniff } from '../../../src/data/pictures/decode.ts'
import { expandPictures, listPictures, readGrey, readPicture } from '../../../src/data/pictures/files.ts'
import { toGrey, toRgb } from '../../../src/data/pictures/picture.ts'
import { temporaryFolder, writeFiles } from '../folder.ts'
import { greyPng } from './makePng.ts'

const sharp = await import('sharp').then(
  module => module.default,
  () => undefined,
)

describe('a folder of pictures', () => {
  test('is listed in natural order, without what is no picture', () => {
    const folder = temporaryFolder()
    const names = ['digit10.png', 'digit2.PNG', 'digit1.jpeg', 'b.webp', '.hidden.png', 'notes.txt', 'B.webp']
    writeFiles(folder, Object.fromEntries(names.map(name => [name, 'x'])))
    mkdirSync(join(folder, 'folder.png'))
    const found = listPictures(folder).map(path => path.slice(folder.length + 1))
    expect(found).toEqual(['B.webp', 'b.webp', 'digit1.jpeg', 'digit2.PNG', 'digit10.png'])
  })

  test('files stay where they were given, folders are unfolded', () => {
    const folder = temporaryFolder()
    writeFiles(folder, { 'z.png': 'x', 'in/2.png': 'x', 'in/11.png': 'x' })
    const paths = [join(folder, 'z.png'), join(folder, 'in'), join(folder, 'z.png')]
    expect(expandPictures(paths)).toEqual([
      paths[0],
      join(folder, 'in', '2.png'),
      join(folder, 'in', '11.png'),
      paths[0],
    ])
  })

  test('empty or missing is an error', () => {
    const folder = temporaryFolder()
    expect(() => listPictures(folder)).toThrow(/holds no pictures/)
    expect(() => listPictures(join(folder, 'none'))).toThrow(/none does not exist/)
    expect(() => expandPictures([join(folder, 'none.png')])).toThrow(/none\.png does not exist/)
  })
})

describe('a picture file', () => {
  test('is read whatever its name says', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, { 'a.jpg': greyPng(2, 1, [3, 250]) })
    expect(await readGrey(join(folder, 'a.jpg'))).toEqual({ width: 2, height: 1, data: Uint8Array.of(3, 250) })
  })

  test('that is empty, missing, a folder or no picture is an error that names it', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, { 'empty.png': '', 'text.png': 'hello, this is no picture' })
    await expect(readPicture(join(folder, 'empty.png'))).rejects.toThrow(/empty\.png is empty \(0 bytes\)/)
    await expect(readPicture(join(folder, 'text.png'))).rejects.toThrow(/text\.png is no picture/)
    await expect(readPicture(join(folder, 'none.png'))).rejects.toThrow(/none\.png does not exist/)
    await expect(readPicture(folder)).rejects.toThrow(/is a folder/)
  })

  test('of another kind needs a decoder', async () => {
    await expect(decodeGrey(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), { source: 'a.jpg' })).rejects.toThrow(
      'a.jpg is JPEG; only PNG can be read here',
    )
  })

  test('kinds by their first bytes', () => {
    const kind = (text: string) => sniff(Uint8Array.from(text, c => c.charCodeAt(0)))
    expect(kind('\xff\xd8\xff\xdb')).toBe('JPEG')
    expect(kind('RIFF1234WEBPVP8 ')).toBe('WebP')
    expect(kind('GIF89a')).toBe('GIF')
    expect(kind('II*\0')).toBe('TIFF')
    expect(kind('\0\0\0 ftypavif')).toBe('AVIF')
    expect(kind('<svg')).toBeUndefined()
  })

  test('without sharp the error says what to install', async () => {
    vi.doMock('sharp', () => {
      throw new Error('not installed')
    })
    vi.resetModules()
    const { decodeWithSharp } = await import('../../../src/data/pictures/sharp.ts')
    await expect(decodeWithSharp(Uint8Array.of(0xff, 0xd8, 0xff), 'a.jpg', 1e6)).rejects.toMatchObject({
      name: 'InklingError',
      message: expect.stringContaining('a.jpg is not PNG'),
      hint: expect.stringContaining('npm install sharp'),
    })
    vi.doUnmock('sharp')
    vi.resetModules()
  })
})

describe.skipIf(!sharp)('through sharp', () => {
  /** 60 x 40, left half black, right half white. */
  const halves = () =>
    (sharp as NonNullable<typeof sharp>)(
      Buffer.from(Array.from({ length: 60 * 40 * 3 }, (_, i) => (Math.floor(i / 3) % 60 < 30 ? 0 : 255))),
      { raw: { width: 60, height: 40, channels: 3 } },
    )

  test.each(['jpeg', 'webp', 'tiff', 'gif'] as const)('%s', async format => {
    const folder = temporaryFolder()
    const path = join(folder, `a.${format}`)
    writeFiles(folder, { [`a.${format}`]: await halves().toFormat(format).toBuffer() })
    const { width, height, data } = await readGrey(path)
    expect([width, height]).toEqual([60, 40])
    expect(data[20 * 60 + 5]).toBeLessThan(10)
    expect(data[20 * 60 + 55]).toBeGreaterThan(245)
  })

  test('a photo is turned as its camera noted', async () => {
    const folder = temporaryFolder()
    // Orientation 6: turn by 90 degrees clockwise to look at; what was left is then on top.
    writeFiles(folder, { 'a.jpg': await halves().withMetadata({ orientation: 6 }).jpeg().toBuffer() })
    const { width, height, data } = await readGrey(join(folder, 'a.jpg'))
    expect([width, height]).toEqual([40, 60])
    expect(data[5 * 40 + 20]).toBeLessThan(10)
    expect(data[55 * 40 + 20]).toBeGreaterThan(245)
  })

  test('too many pixels, and broken data', async () => {
    const folder = temporaryFolder()
    const jpeg = await halves().jpeg().toBuffer()
    writeFiles(folder, {
      'a.jpg': jpeg,
      'b.jpg': jpeg.subarray(0, 200),
      'c.jpg': Buffer.of(0xff, 0xd8, 0xff, 0xe0, 0, 0),
    })
    await expect(readPicture(join(folder, 'a.jpg'), { maxPixels: 1000 })).rejects.toThrow(
      /a\.jpg is too large: 60 x 40/,
    )
    await expect(readPicture(join(folder, 'b.jpg'))).rejects.toThrow(/b\.jpg is a broken picture/)
    await expect(readPicture(join(folder, 'c.jpg'))).rejects.toThrow(/c\.jpg is a broken picture/)
  })
})

describe('shades of grey', () => {
  const size = { width: 2, height: 2 }

  test('grey stays exactly grey', () => {
    const data = Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3))
    const grey = toGrey({ width: 256, height: 1, channels: 3, data })
    expect(Array.from(grey.data)).toEqual(Array.from({ length: 256 }, (_, i) => i))
  })

  test('a dark drawing on nothing lies on white, a light one on black', () => {
    const dark = Uint8Array.of(0, 255, 0, 0, 0, 0, 0, 0)
    expect(Array.from(toGrey({ ...size, channels: 2, data: dark }).data)).toEqual([0, 255, 255, 255])
    const light = Uint8Array.of(250, 255, 0, 0, 0, 0, 0, 0)
    expect(Array.from(toGrey({ ...size, channels: 2, data: light }).data)).toEqual([250, 0, 0, 0])
    const nothing = new Uint8Array(8)
    expect(Array.from(toGrey({ ...size, channels: 2, data: nothing }).data)).toEqual([255, 255, 255, 255])
  })

  test('rounded corners take the brightness of the sheet', () => {
    const data = new Uint8Array(100 * 4).fill(240)
    for (let i = 0; i < 100; i++) data[4 * i + 3] = i === 0 ? 0 : 255
    expect(toGrey({ width: 10, height: 10, channels: 4, data }).data[0]).toBe(240)
  })

  test('half see-through ink is half as strong', () => {
    const data = Uint8Array.of(0, 128, 0, 0, 0, 0, 0, 0)
    expect(toGrey({ ...size, channels: 2, data }).data[0]).toBe(127)
  })

  test('colours over the same background', () => {
    const data = Uint8Array.of(200, 0, 0, 255, 9, 9, 9, 0, 9, 9, 9, 0, 9, 9, 9, 0)
    const rgb = toRgb({ ...size, channels: 4, data })
    expect(Array.from(rgb.data.subarray(0, 6))).toEqual([200, 0, 0, 255, 255, 255])
    expect(Array.from(toRgb({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) }).data)).toEqual([7, 7, 7])
  })
})
