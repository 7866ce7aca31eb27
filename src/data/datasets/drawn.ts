import { DIGITS } from './mnist.ts'
import type { DatasetInfo } from './types.ts'

/** The built-in drawn digits: made by a program, so they are always at hand. */
export const drawnInfo: DatasetInfo = {
  name: 'drawn',
  title: 'Built-in drawn digits',
  description: 'digits drawn by a program as pen strokes, in the form of MNIST (no real handwriting)',
  task: 'pictures',
  folders: [],
  shape: [28, 28, 1],
  classes: DIGITS,
  examples: { train: 20_000, test: 4_000 },
  address: 'built in',
  licence: 'MIT, as the program',
  citation: 'Inkling contributors: drawn digits',
  files: [],
  builtIn: true,
  made: 'These digits are drawn by the program: the figures say nothing about real handwriting.',
  async load({ drawn }) {
    // Loaded on need: nobody else pays for the glyphs.
    const { drawnDigits } = await import('../synthetic/digits.ts')
    return {
      train: { ...drawnDigits({ count: drawn.train, seed: drawn.seed }), name: 'drawn/train' },
      // Another seed altogether: drawings of one seed share their sequence.
      test: { ...drawnDigits({ count: drawn.test, seed: drawn.seed + 1_000_003 }), name: 'drawn/test' },
    }
  },
}
