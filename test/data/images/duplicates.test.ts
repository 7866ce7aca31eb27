import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { clustersOf, findDuplicates } from '../../../src/data/images/duplicates.ts'
import { PRINT_BYTES, printOf } from '../../../src/data/images/prints.ts'
import type { Picture } from '../../../src/data/pictures/picture.ts'
import { spots } from './makeImages.ts'

function printsOf(pictures: readonly Picture[]): Uint8Array {
  const prints = new Uint8Array(pictures.length * PRINT_BYTES)
  pictures.forEach((picture, i) => {
    prints.set(printOf(createHash('sha256').update(picture.data).digest(), picture), i * PRINT_BYTES)
  })
  return prints
}

const picture = (seed: number, side = 32, brightness = 1): Picture => ({
  ...{ width: side, height: side, channels: 3 },
  data: spots(seed, side, side, brightness),
})

test('the same file, another size and another brightness are found among many', () => {
  const pictures = Array.from({ length: 300 }, (_, i) => picture(i))
  pictures.push(picture(7), picture(20, 75), picture(30, 32, 0.8))
  expect(findDuplicates(printsOf(pictures))).toEqual([
    { first: 7, second: 300, kind: 'exact' },
    { first: 20, second: 301, kind: 'near' },
    { first: 30, second: 302, kind: 'near' },
  ])
  const use = pictures.map((_, i) => i !== 7 && i !== 301)
  expect(findDuplicates(printsOf(pictures), use).map(d => d.second)).toEqual([302])
})

test('in a handful of pictures too; flat ones are alike only when they are the same file', () => {
  const flat = (value: number): Picture => ({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(value) })
  const pictures = [picture(1), picture(2), picture(1, 40), flat(10), flat(200), flat(10)]
  expect(findDuplicates(printsOf(pictures))).toEqual([
    { first: 0, second: 2, kind: 'near' },
    { first: 3, second: 5, kind: 'exact' },
  ])
  expect(findDuplicates(new Uint8Array(0))).toEqual([])
})

test('copies of copies are one cluster', () => {
  const near = (first: number, second: number) => ({ first, second, kind: 'near' as const })
  expect(Array.from(clustersOf(7, [near(4, 6), near(1, 4), near(2, 3)]))).toEqual([0, 1, 2, 2, 1, 5, 1])
})
