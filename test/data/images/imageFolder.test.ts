import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exampleAt, gather, labelAt, rowOf } from '../../../src/data/dataset.ts'
import { describeImages, imageFolder } from '../../../src/data/images/imageFolder.ts'
import { loadDataset } from '../../../src/data/load.ts'
import { temporaryFolder, writeFiles } from '../folder.ts'
import { flatPng, manySpots, spots, spotsPng } from './makeImages.ts'

/** Two classes of 24 pictures each, with whatever else is given. */
function pets(more: Record<string, Uint8Array | string> = {}): string {
  const root = temporaryFolder()
  writeFiles(root, { ...manySpots('cat', 24, 100), ...manySpots('dog', 24, 200), ...more })
  return root
}

const sharp = await import('sharp').then(
  module => module.default,
  () => undefined,
)

test('a folder per class becomes training and test, with the classes’ shares', async () => {
  const set = await loadDataset(pets())
  const { train, test: held, images, notes } = set
  expect(train.shape).toEqual([32, 32, 3])
  expect(train.classes).toEqual(['cat', 'dog'])
  expect([train.length, held?.length]).toEqual([36, 12])
  expect(notes).toHaveLength(5)
  expect(images).toMatchObject({ layout: 'classes', unreadable: [], duplicates: [] })
  for (let i = 0; i < train.length; i++) {
    const name = images?.names[rowOf(train, i)] as string
    expect(name.split('/')[0]).toBe(train.classes[labelAt(train, i)])
  }
  // Pictures of the final size are taken as they are.
  const row = Array.from({ length: 36 }, (_, i) => i).find(i => images?.names[rowOf(train, i)] === 'cat/3.png')
  if (row !== undefined) expect(exampleAt(train, row)).toEqual(spots(102))
  expect((await loadDataset(set.source)).train.indices).toEqual(train.indices)
})

test('unreadable pictures are named, skipped and counted; small classes are warned of', async () => {
  const root = pets({
    'dog/broken.png': spotsPng(1).subarray(0, 300),
    'dog/text.jpg': 'no picture',
    'emu/1.png': spotsPng(300),
  })
  const {
    train,
    test: held,
    images,
    notes,
  } = await imageFolder(root, { size: [16, 20], channels: 1, fit: 'letterbox' })
  expect(train.shape).toEqual([16, 20, 1])
  expect(train.length + (held?.length ?? 0)).toBe(49)
  expect(images.unreadable.map(({ file }) => file)).toEqual(['dog/broken.png', 'dog/text.jpg'])
  const text = notes?.join('\n')
  expect(text).toContain('warning: 1 of 3 classes have under 20 pictures: emu (1)')
  expect(text).toMatch(
    /warning: 2 pictures cannot be read and are left out: dog\/broken\.png \(.+\); dog\/text\.jpg \(is no picture/,
  )
})

test('a class without a picture to learn from is refused', async () => {
  await expect(imageFolder(pets({ 'emu/1.png': 'no picture' }))).rejects.toThrow(
    'has classes without a readable picture to train on: emu',
  )
  const listed = (part: (i: number) => string) => {
    const rows = Array.from(
      { length: 24 },
      (_, i) => `cat/${i + 1}.png,cat,${part(i)}\ndog/${i + 1}.png,dog,${part(i)}\n`,
    )
    return pets({ 'list.csv': `file,label,split\n${rows.join('')}emu.png,emu,test\n`, 'emu.png': spotsPng(300) })
  }
  await expect(imageFolder(listed(i => (i < 18 ? 'train' : 'test')))).rejects.toThrow('to train on: emu')
  await expect(imageFolder(listed(() => 'test'))).rejects.toThrow(/^no picture of .* is in the training part$/)
})

test('copies of one picture stay on one side of our split, and on one side of the validation', async () => {
  const copies = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`cat/copy${i + 1}.png`, i % 2 ? spotsPng(100 + i) : spotsPng(100 + i, 50)]),
  )
  const { train, test: held, images, notes } = await imageFolder(pets(copies), { size: 32, seed: 5 })
  expect(images.duplicates).toHaveLength(12)
  expect(images.duplicates.filter(({ kind }) => kind === 'exact')).toHaveLength(6)
  const side = new Map<string, string>()
  for (const [name, part] of [['train', train] as const, ['test', held as typeof train] as const]) {
    for (let i = 0; i < part.length; i++) side.set(images.names[rowOf(part, i)], name)
  }
  for (const { first, second } of images.duplicates) expect(side.get(first)).toBe(side.get(second))
  expect(train.groups).toMatchObject({ kind: 'picture', together: true })
  expect(notes?.join('\n')).toContain('12 pictures occur twice (exactly or nearly); copies stay on one side')
})

test('copies across the folder’s own split are warned of, and so are two labels for one picture', async () => {
  const root = temporaryFolder()
  writeFiles(root, {
    ...manySpots('train/cat', 4, 1),
    ...manySpots('train/dog', 4, 50),
    ...manySpots('val/dog', 3, 80),
    'test/cat/a.png': spotsPng(2),
    'test/dog/b.png': spotsPng(1, 40),
    'test/dog/c.png': spotsPng(99),
  })
  const { train, validation, test: held, images, notes } = await imageFolder(root)
  expect([train.length, validation?.length, held?.length]).toEqual([8, 3, 3])
  expect(images.duplicates).toEqual([
    { first: 'train/cat/2.png', second: 'test/cat/a.png', kind: 'exact', parts: ['train', 'test'], sameLabel: true },
    { first: 'train/cat/1.png', second: 'test/dog/b.png', kind: 'near', parts: ['train', 'test'], sameLabel: false },
  ])
  expect(notes?.join('\n')).toMatch(/warning: 2 pictures are in two parts of the split/)
  expect(notes?.join('\n')).toMatch(
    /warning: 1 pictures occur under two labels: train\/cat\/1\.png = test\/dog\/b\.png/,
  )
})

test('train and val alone: val is what is tested with', async () => {
  const root = temporaryFolder()
  writeFiles(root, { ...manySpots('train/a', 3, 1), ...manySpots('train/b', 3, 9), ...manySpots('val/a', 2, 20) })
  const { validation, test: held } = await imageFolder(root)
  expect([validation, held?.length]).toEqual([undefined, 2])
})

describe('pictures that do not fit into memory', () => {
  test('are decoded once into a file and read from it row by row', async () => {
    const root = pets({ 'dog/broken.png': 'x' })
    const cacheDir = temporaryFolder()
    const here = await imageFolder(root)
    let decoded = 0
    const options = { memoryLimit: 1000, cacheDir, onProgress: (done: number) => (decoded = done) }
    const there = await imageFolder(root, options)
    expect(decoded).toBe(49)
    expect([there.train.features.length, there.train.rows?.count]).toEqual([0, 49])
    expect(
      readdirSync(cacheDir)
        .map(name => name.split('.').pop())
        .sort(),
    ).toEqual(['json', 'prints', 'u8'])
    const [a, b] = [new Float32Array(10 * 3072), new Float32Array(10 * 3072)]
    gather(here.train, [...Array(10).keys()], a)
    gather(there.train, [...Array(10).keys()], b)
    expect(b).toEqual(a)
    expect(there.images.unreadable).toEqual(here.images.unreadable)

    decoded = 0
    const again = await imageFolder(root, options)
    expect(decoded).toBe(0)
    expect(again.images.unreadable).toEqual(here.images.unreadable)
    expect(exampleAt(again.train, 0)).toEqual(exampleAt(here.train, 0))

    // A picture that was replaced makes the file useless.
    writeFileSync(join(root, 'cat/1.png'), spotsPng(999))
    utimesSync(join(root, 'cat/1.png'), 1, 1)
    await imageFolder(root, options)
    expect(decoded).toBe(49)
  })

  test('leave nothing half-written when it is stopped', async () => {
    const cacheDir = temporaryFolder()
    const stop = new AbortController()
    stop.abort(new Error('stopped'))
    const options = { memoryLimit: 1000, cacheDir, signal: stop.signal }
    await expect(imageFolder(pets(), options)).rejects.toThrow('stopped')
    expect(readdirSync(cacheDir)).toEqual([])
  })
})

test.skipIf(!sharp)('a photo is turned as its EXIF note says', async () => {
  // Left half dark, right half light; orientation 6 means: turn it a quarter clockwise, so the dark half is on top.
  const raw = Buffer.from(Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => ((i / 3) % 64 < 32 ? 20 : 220)))
  const photo = await sharp!(raw, { raw: { width: 64, height: 64, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 95 })
    .toBuffer()
  const root = temporaryFolder()
  writeFiles(root, { 'train/a/1.jpg': photo, 'train/b/2.png': flatPng(50), 'train/a/3.png': spotsPng(1) })
  const { train, images } = await imageFolder(root, { size: 8, channels: 1 })
  const row = images.names.indexOf('train/a/1.jpg')
  const values = exampleAt(train, row)
  expect(Math.max(...values.subarray(0, 24))).toBeLessThan(60)
  expect(Math.min(...values.subarray(40))).toBeGreaterThan(180)
})

test('a look at the pictures tells grey from colour, drawings from photos', async () => {
  const root = temporaryFolder()
  const stroke = (seed: number) => {
    const data = new Uint8Array(40 * 60).fill(250)
    for (let k = 0; k < 300; k++) data[(10 + (k % 40)) * 40 + 12 + ((k * seed) % 9)] = 30
    return data
  }
  const { encode } = await import('fast-png')
  const png = (seed: number) => encode({ width: 40, height: 60, channels: 1, depth: 8, data: stroke(seed) })
  writeFiles(root, { 'x/1.png': png(1), 'x/2.png': png(2), 'y/1.png': png(3), 'y/2.png': png(4) })
  const { look, form, augment, reasons } = await describeImages(root)
  expect(look).toMatchObject({
    count: 4,
    grey: true,
    plain: true,
    shorter: 40,
    width: { middle: 40 },
    height: { middle: 60 },
  })
  expect(form).toEqual({ height: 32, width: 32, channels: 1, fit: 'letterbox' })
  expect(augment.flip).toBeUndefined()
  expect(reasons).toHaveLength(5)
})

test('impossible settings, and folders of nothing but broken pictures', async () => {
  await expect(imageFolder(pets(), { size: 2 })).rejects.toMatchObject({ exitCode: 2 })
  await expect(imageFolder(pets(), { testShare: 1 })).rejects.toMatchObject({ exitCode: 2 })
  const root = temporaryFolder()
  writeFiles(root, { 'a/1.png': 'x', 'b/2.png': 'y' })
  await expect(imageFolder(root)).rejects.toThrow('none of 2 pictures of')
  expect(existsSync(root)).toBe(true)
})
