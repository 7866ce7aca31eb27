/** `inkling/reader`: reads handwritten digits in an app, and learns new hands and symbols there. */
export { InklingError } from '../errors.ts'
export type { ReaderFiles } from './files.ts'
export type { PixelData, ReaderInput } from './input.ts'
export type { ReaderModel } from './networks.ts'
export { loadReader, type Reader, type ReaderOptions, type Reading } from './reader.ts'
export type { StrokePoint } from './strokes.ts'
export type { Sample, TrainOptions, TrainResult } from './train.ts'
