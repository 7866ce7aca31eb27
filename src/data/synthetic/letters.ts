import type { Dataset } from '../dataset.ts'
import { type DrawingOptions, drawAlphabet } from './drawing.ts'
import { digits } from './glyphs/index.ts'
import { letters } from './letters/index.ts'

/**
 * Capital letters that no hand wrote, in 26 classes.
 */
export function drawnLetters(options: DrawingOptions): Dataset {
  return drawAlphabet({ name: 'drawn letters', glyphs: letters }, options)
}

/** Digits and capital letters that no hand wrote, in 36 classes: a 0 and an O, a 1 and an I may be equal. */
export function drawnGlyphs(options: DrawingOptions): Dataset {
  return drawAlphabet({ name: 'drawn glyphs', glyphs: [...digits, ...letters] }, options)
}
