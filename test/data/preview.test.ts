import { describe, expect, test } from 'vitest'
import { drawText } from '../../src/data/bitmapFont.ts'
import { createDataset } from '../../src/data/dataset.ts'
import { decodePng } from '../../src/data/pictures/png.ts'
import { classDistribution, contactSheet } from '../../src/data/preview.ts'

const ds = createDataset({
  name: 'tiny',
  shape: [2, 3, 1],
  classes: ['one', 'two', 'none'],
  features: Uint8Array.from({ length: 7 * 6 }, (_, i) => (Math.floor(i / 6) < 4 ? 200 : 100)),
  labels: [0, 0, 0, 0, 1, 1, 1],
})

const sheetOf = (set: typeof ds, options = {}) => {
  const sheet = contactSheet(set, options)
  return decodePng(sheet.png, 'sheet', 1e7).then(picture => ({ ...sheet, picture }))
}

/** How often a colour occurs in a picture. */
function count({ data }: { data: Uint8Array }, colour: number[]): number {
  let n = 0
  for (let i = 0; i < data.length; i += 3) if (colour.every((c, k) => data[i + k] === c)) n++
  return n
}

describe('a contact sheet', () => {
  test('has a row for each class with as many pictures as asked for', async () => {
    const { picture, width, height, distribution } = await sheetOf(ds, { perClass: 3, zoom: 10 })
    expect([picture.width, picture.height]).toEqual([width, height])
    expect(count(picture, [200, 200, 200])).toBe(3 * 600)
    expect(count(picture, [100, 100, 100])).toBe(3 * 600)
    expect(distribution).toEqual([
      { label: 'one', count: 4, share: 4 / 7 },
      { label: 'two', count: 3, share: 3 / 7 },
      { label: 'none', count: 0, share: 0 },
    ])
  })

  test('shows what there is when there is less', async () => {
    const { picture } = await sheetOf(ds, { perClass: 10, zoom: 5 })
    expect(count(picture, [200, 200, 200])).toBe(4 * 150)
  })

  test('is the same for the same seed', () => {
    expect(contactSheet(ds, { perClass: 2 }).png).toEqual(contactSheet(ds, { perClass: 2 }).png)
  })

  test('works without labels, in colour and with floats', async () => {
    const { picture } = await sheetOf({ ...ds, labels: undefined }, { perClass: 4, zoom: 5 })
    expect(count(picture, [200, 200, 200])).toBe(4 * 150)
    const rgb = createDataset({
      name: 'rgb',
      shape: [1, 1, 3],
      classes: ['a'],
      features: Float32Array.of(1, 0.5, 0),
      labels: [0],
    })
    expect(count((await sheetOf(rgb, { zoom: 4 })).picture, [255, 128, 0])).toBe(16)
  })

  test('refuses what is no picture', () => {
    const beats = createDataset({ name: 'beats', shape: [10], classes: ['a'], features: new Float32Array(20) })
    expect(() => contactSheet(beats)).toThrow('beats: [10] are no pictures')
    expect(() => contactSheet(ds, { perClass: 0 })).toThrow(/at least one picture a class/)
  })

  test('class shares of an empty set are zero', () => {
    expect(classDistribution({ ...ds, length: 0 }).every(c => c.share === 0)).toBe(true)
  })
})

test('the font draws letters', () => {
  const rows = Array.from({ length: 8 }, () => Array.from({ length: 12 }, () => ' '))
  drawText('A1', 0, 0, 1, (x, y) => {
    rows[y][x] = '#'
  })
  expect(rows.map(row => row.join('').trimEnd())).toEqual([
    '  #     #',
    ' # #   ##',
    '#   #   #',
    '#   #   #',
    '#####   #',
    '#   #   #',
    '#   #  ###',
    '',
  ])
})
