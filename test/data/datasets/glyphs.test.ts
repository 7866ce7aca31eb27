import { expect, test } from 'vitest'
import { classCounts, exampleAt, labelAt } from '../../../src/data/dataset.ts'
import { encodeIdx } from '../../../src/data/formats/idx.ts'
import { findDataset, loadDataset } from '../../../src/data/load.ts'
import type { LoadOptions } from '../../../src/data/loaded.ts'
import { frameByMass } from '../../../src/data/pictures/framing.ts'
import { centreOfMass } from '../../../src/data/pictures/raster.ts'
import { temporaryFolder, writeFiles } from '../folder.ts'

/** A triangle, whose mass does not lie in the middle of its box; `at` shifts it. */
function triangle(at: number, grey: number): Uint8Array {
  const pixels = new Uint8Array(784)
  for (let y = 0; y < 20; y++) for (let x = 0; x <= y; x++) pixels[(y + at) * 28 + x + at] = grey
  return pixels
}

const ALPHABET = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')

/** Ten digits of 20 pictures each, and `rows` of each letter; digits sit at 5, letters at 4 (their box centred). */
function folderOfGlyphs(rows: number, file = 'az-sd19-train.csv'): string {
  const root = temporaryFolder()
  const digits = Array.from({ length: 200 }, (_, i) => triangle(5, 100 + (i % 10)))
  const csv = ALPHABET.flatMap((_, c) => Array(rows).fill(`${c},${triangle(4, 200 + c).join(',')}`)).join('\n')
  const images = encodeIdx(Buffer.concat(digits), [200, 28, 28])
  const labels = encodeIdx(
    Uint8Array.from({ length: 200 }, (_, i) => i % 10),
    [200],
  )
  writeFiles(root, {
    'mnist/train-images-idx3-ubyte': images,
    'mnist/train-labels-idx1-ubyte': labels,
    'mnist/t10k-images-idx3-ubyte': images,
    'mnist/t10k-labels-idx1-ubyte': labels,
    [`az/${file}`]: csv,
  })
  return root
}

const load = (dataDir: string, glyphs: LoadOptions['glyphs']) => loadDataset('glyphs', { dataDir, glyphs })

test('digits and letters become 36 classes, capped, split 62/28/10 by class', async () => {
  const dataDir = folderOfGlyphs(12)
  const { train, validation, test: held, notes, files, source } = await load(dataDir, { cap: 15 })
  expect(train.classes.join('')).toBe(`0123456789${ALPHABET.join('')}`)
  // 10 x 15 digits and 26 x 12 letters.
  expect([train.length, validation?.length, held?.length]).toEqual([287, 129, 46])
  const counts = classCounts(train)
  expect(Math.min(...counts.slice(0, 10))).toBeGreaterThanOrEqual(9)
  expect(Math.max(...counts.slice(10))).toBeLessThanOrEqual(8)
  expect(notes?.[1]).toMatch(/^at most 15 a class; there were 20 of 0, .* 12 of Z \(letters: sd19\)$/)
  expect(files).toHaveLength(5)
  expect(source).toMatch(/mnist .*, .*az/)
  expect(findDataset('glyphs', { dataDir })).toBeDefined()
  // The grey of each picture tells what it was drawn as.
  for (let i = 0; i < train.length; i++) {
    const label = labelAt(train, i)
    expect(Math.max(...exampleAt(train, i))).toBe(label < 10 ? 100 + label : 200 + label - 10)
  }
})

test('the framing tells digits from letters in the paper, and does not where all are framed alike', async () => {
  const dataDir = folderOfGlyphs(3)
  const places = async (framing: 'paper' | 'honest') => {
    const { train } = await load(dataDir, { framing })
    const found = { digits: new Set<string>(), letters: new Set<string>() }
    for (let i = 0; i < train.length; i++) {
      const { x, y } = centreOfMass({ width: 28, height: 28, data: Float32Array.from(exampleAt(train, i)) })
      found[labelAt(train, i) < 10 ? 'digits' : 'letters'].add(`${x.toFixed(2)} ${y.toFixed(2)}`)
    }
    return found
  }
  const paper = await places('paper')
  expect(paper.digits).not.toEqual(paper.letters)
  const honest = await places('honest')
  expect(honest.digits).toEqual(honest.letters)
})

test('the file of Kaggle is taken where it is there; both wishes can be named', async () => {
  const dataDir = folderOfGlyphs(2, 'A_Z Handwritten Data.csv')
  expect((await load(dataDir, {})).notes?.[1]).toContain('(letters: kaggle)')
  await expect(load(dataDir, { letters: 'sd19' })).rejects.toThrow('none of the files of the letters: sd19')
  await expect(load(dataDir, { framing: 'none' as 'paper' })).rejects.toMatchObject({ exitCode: 2 })
  await expect(load(dataDir, { cap: 0 })).rejects.toMatchObject({ exitCode: 2 })
})

test('framing by mass: an ink box of 20, its mass in the middle; framed twice is framed once', () => {
  const small = new Uint8Array(784)
  for (let y = 2; y < 12; y++) for (let x = 3; x < 8; x++) small[y * 28 + x] = 180
  const out = new Uint8Array(784)
  frameByMass(small, out)
  const ink = Array.from(out.entries()).filter(([, v]) => v > 0)
  const rows = ink.map(([i]) => Math.floor(i / 28))
  const columns = ink.map(([i]) => i % 28)
  expect([Math.max(...rows) - Math.min(...rows), Math.max(...columns) - Math.min(...columns)]).toEqual([19, 9])
  const { x, y } = centreOfMass({ width: 28, height: 28, data: Float32Array.from(out) })
  expect(Math.max(Math.abs(x - 14), Math.abs(y - 14))).toBeLessThanOrEqual(0.5)
  const twice = new Uint8Array(784)
  frameByMass(out, twice)
  expect(twice).toEqual(out)
  frameByMass(new Uint8Array(784), out)
  expect(Math.max(...out)).toBe(0)
})
