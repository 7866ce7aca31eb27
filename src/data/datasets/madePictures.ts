import type { DatasetInfo } from './types.ts'

/** The built-in colour pictures: made by a program, so they are always at hand. */
export const madePicturesInfo: DatasetInfo = {
  name: 'made-pictures',
  title: 'Built-in colour pictures',
  description: 'ten kinds of figures drawn by a program in the form of CIFAR-10 (no photographs)',
  task: 'pictures',
  folders: [],
  shape: [32, 32, 3],
  // Named here so that the list of data sets needs no drawing code; a test compares them.
  classes: ['disc', 'ring', 'crescent', 'triangle', 'square', 'star', 'cross', 'stripes', 'checks', 'waves'],
  examples: { train: 20_000, test: 4_000 },
  address: 'built in',
  licence: 'MIT, as the program',
  citation: 'Inkling contributors: made pictures',
  files: [],
  builtIn: true,
  made: 'These pictures are made by the program: the figures say nothing about photographs.',
  async load({ drawn }) {
    const { madePictures } = await import('../synthetic/pictures.ts')
    return {
      train: { ...madePictures({ count: drawn.train, seed: drawn.seed }), name: 'made-pictures/train' },
      // Another seed altogether, as for the drawn digits.
      test: { ...madePictures({ count: drawn.test, seed: drawn.seed + 1_000_003 }), name: 'made-pictures/test' },
    }
  },
}
