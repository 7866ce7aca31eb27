import { expect, test } from 'vitest'
import { fitPicture } from '../../../src/data/images/fitting.ts'
import { spots } from './makeImages.ts'

// Four columns of 0, 100, 200, 50, two rows: twice as wide as high.
const wide = { width: 4, height: 2, channels: 1 as const, data: Uint8Array.of(0, 100, 200, 50, 0, 100, 200, 50) }
const form = { height: 2, width: 2, channels: 1 as const }

test('crop takes the middle, letterbox adds the edge’s colour, stretch squeezes', () => {
  expect(Array.from(fitPicture(wide, { ...form, fit: 'crop' }))).toEqual([100, 200, 100, 200])
  // The border pixels 0 0 50 50 and the rows' 0 100 200 50 twice: their median is 50.
  expect(Array.from(fitPicture(wide, { ...form, height: 4, width: 4, fit: 'letterbox' }))).toEqual([
    ...[50, 50, 50, 50, 0, 100, 200, 50, 0, 100, 200, 50, 50, 50, 50, 50],
  ])
  expect(Array.from(fitPicture(wide, { ...form, fit: 'stretch' }))).toEqual([50, 125, 50, 125])
})

test('a picture of the right size keeps its pixels', () => {
  const data = spots(1, 8)
  const same = { height: 8, width: 8, channels: 3 as const, fit: 'crop' as const }
  expect(fitPicture({ width: 8, height: 8, channels: 3, data }, same)).toEqual(data)
})

test('colour becomes grey and grey becomes colour; small ones are enlarged', () => {
  const red = { width: 1, height: 1, channels: 3 as const, data: Uint8Array.of(255, 0, 0) }
  expect(Array.from(fitPicture(red, { ...form, fit: 'crop' }))).toEqual([77, 77, 77, 77])
  const grey = { width: 1, height: 1, channels: 1 as const, data: Uint8Array.of(9) }
  expect(Array.from(fitPicture(grey, { ...form, width: 1, channels: 3, fit: 'crop' }))).toEqual(Array(6).fill(9))
})
