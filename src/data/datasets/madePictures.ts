import { builtInPictures } from './builtIn.ts'

/** The built-in colour pictures. */
export const madePicturesInfo = builtInPictures({
  name: 'made-pictures',
  title: 'Built-in colour pictures',
  description: 'ten kinds of figures drawn by a program in the form of CIFAR-10 (no photographs)',
  shape: [32, 32, 3],
  // Named here so that the list of data sets needs no drawing code; a test compares them.
  classes: ['disc', 'ring', 'crescent', 'triangle', 'square', 'star', 'cross', 'stripes', 'checks', 'waves'],
  citation: 'Inkling contributors: made pictures',
  made: 'These pictures are made by the program: the figures say nothing about photographs.',
  maker: async () => (await import('../synthetic/pictures.ts')).madePictures,
})
