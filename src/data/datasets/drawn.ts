import { LETTERS } from './az.ts'
import { builtInPictures, type Maker } from './builtIn.ts'
import { DIGITS } from './mnist.ts'
import type { DatasetInfo } from './types.ts'

interface Drawn {
  name: string
  /** What is drawn: `digits`. */
  what: string
  classes: readonly string[]
  maker: Maker
}

function drawnSet({ what, ...own }: Drawn): DatasetInfo {
  return builtInPictures({
    ...own,
    title: `Built-in drawn ${what}`,
    description: `${what} drawn by a program as pen strokes, in the form of MNIST (no real handwriting)`,
    shape: [28, 28, 1],
    citation: `Inkling contributors: drawn ${what}`,
    made: `These ${what} are drawn by the program: the figures say nothing about real handwriting.`,
  })
}

/** The built-in drawn digits. */
export const drawnInfo = drawnSet({
  name: 'drawn',
  what: 'digits',
  classes: DIGITS,
  maker: async () => (await import('../synthetic/digits.ts')).drawnDigits,
})

/** The built-in drawn capital letters. */
export const drawnLettersInfo = drawnSet({
  name: 'drawn-letters',
  what: 'capital letters',
  classes: LETTERS,
  maker: async () => (await import('../synthetic/letters.ts')).drawnLetters,
})

/** Both, framed alike. */
export const drawnGlyphsInfo = drawnSet({
  name: 'drawn-glyphs',
  what: 'digits and capital letters',
  classes: [...DIGITS, ...LETTERS],
  maker: async () => (await import('../synthetic/letters.ts')).drawnGlyphs,
})
