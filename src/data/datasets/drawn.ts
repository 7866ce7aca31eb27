import type { Dataset } from '../dataset.ts'
import type { DrawingOptions } from '../synthetic/drawing.ts'
import { LETTERS } from './az.ts'
import { DIGITS } from './mnist.ts'
import type { DatasetInfo } from './types.ts'

interface Drawn {
  name: string
  /** What is drawn: `digits`. */
  what: string
  classes: readonly string[]
  /** Loads the drawing on need: nobody else pays for the glyphs. */
  drawing(): Promise<(options: DrawingOptions) => Dataset>
}

/** A set made by a program, so that it is always at hand; the settings of all of them are `drawn`. */
function drawnSet({ name, what, classes, drawing }: Drawn): DatasetInfo {
  return {
    name,
    title: `Built-in drawn ${what}`,
    description: `${what} drawn by a program as pen strokes, in the form of MNIST (no real handwriting)`,
    task: 'pictures',
    folders: [],
    shape: [28, 28, 1],
    classes,
    examples: { train: 20_000, test: 4_000 },
    address: 'built in',
    licence: 'MIT, as the program',
    citation: `Inkling contributors: drawn ${what}`,
    files: [],
    builtIn: true,
    made: `These ${what} are drawn by the program: the figures say nothing about real handwriting.`,
    async load({ drawn }) {
      const draw = await drawing()
      return {
        train: { ...draw({ count: drawn.train, seed: drawn.seed }), name: `${name}/train` },
        // Another seed altogether: drawings of one seed share their sequence.
        test: { ...draw({ count: drawn.test, seed: drawn.seed + 1_000_003 }), name: `${name}/test` },
      }
    },
  }
}

/** The built-in drawn digits. */
export const drawnInfo = drawnSet({
  name: 'drawn',
  what: 'digits',
  classes: DIGITS,
  drawing: async () => (await import('../synthetic/digits.ts')).drawnDigits,
})

/** The built-in drawn capital letters. */
export const drawnLettersInfo = drawnSet({
  name: 'drawn-letters',
  what: 'capital letters',
  classes: LETTERS,
  drawing: async () => (await import('../synthetic/letters.ts')).drawnLetters,
})

/** Both, framed alike. */
export const drawnGlyphsInfo = drawnSet({
  name: 'drawn-glyphs',
  what: 'digits and capital letters',
  classes: [...DIGITS, ...LETTERS],
  drawing: async () => (await import('../synthetic/letters.ts')).drawnGlyphs,
})
