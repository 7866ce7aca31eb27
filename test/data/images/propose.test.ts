import { expect, test } from 'vitest'
import type { ImageLook } from '../../../src/data/images/look.ts'
import { proposeFor } from '../../../src/data/images/propose.ts'

const range = (middle: number, least = middle, most = middle) => ({ least, middle, most })
const look: ImageLook = {
  count: 10_000,
  classes: Array.from({ length: 10 }, (_, c) => ({ label: `c${c}`, count: 1000 })),
  ...{ sampled: 200, unreadable: 0, width: range(32), height: range(32), shorter: 32, square: 1 },
  ...{ grey: false, plain: false },
}

test('ten thousand small photos: a deep network, mirrored and cropped, five reasons', () => {
  const proposal = proposeFor(look)
  expect(proposal).toMatchObject({
    form: { height: 32, width: 32, channels: 3, fit: 'crop' },
    model: { kind: 'deep convolutional network', epochs: 25 },
    augment: { flip: 0.5, crop: 4 },
    split: { train: 0.8, test: 0.2 },
    warnings: [],
  })
  expect(proposal.reasons).toHaveLength(5)
  expect(proposal.reasons[0]).toBe('size 32 x 32: all are 32 x 32; enlarging them would only cost time')
})

test('scanned letters: grey, letterboxed, never mirrored', () => {
  const proposal = proposeFor({
    ...look,
    ...{ width: range(20, 9, 40), height: range(28, 20, 40), shorter: 20, square: 0.3, grey: true, plain: true },
  })
  expect(proposal.form).toEqual({ height: 28, width: 28, channels: 1, fit: 'letterbox' })
  expect(proposal.augment.flip).toBeUndefined()
  expect(proposal.model.candidates[0]).toBe('quick-cnn')
  expect(proposal.reasons[0]).toContain('they are 20 x 28 in the middle, 9 x 20 to 40 x 40')
})

test('few photos: a small network, looked at closely, a larger test part, warnings', () => {
  const classes = [
    { label: 'cat', count: 290 },
    { label: 'emu', count: 10 },
  ]
  const few = {
    ...look,
    count: 300,
    classes,
    shorter: 480,
    width: range(640),
    height: range(480),
    square: 0,
    unreadable: 3,
  }
  const proposal = proposeFor(few)
  expect(proposal).toMatchObject({
    form: { width: 96, fit: 'crop' },
    model: { kind: 'small network' },
    split: { test: 0.25 },
  })
  expect(proposal.warnings).toEqual([
    '1 of 2 classes have under 20 pictures: emu (10)',
    'the largest class has over ten times the pictures of the smallest: consider class weights',
    '3 of 200 pictures tried cannot be read',
  ])
})

test('a folder with parts keeps them; val alone is what is tested with', () => {
  const own = proposeFor({ ...look, parts: { train: 9000, validation: 1000, test: 0 } })
  expect(own.split).toBe('as the folder has it')
  expect(own.reasons[4]).toContain('9000 to train on, the 1000 of val to test with')
})
