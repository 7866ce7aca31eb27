import { InklingError } from '../../errors.ts'
import { createRandom } from '../../random.ts'
import type { Dataset } from '../dataset.ts'
import { balancedClass } from './balanced.ts'
import { drawGlyph } from './draw.ts'
import type { Glyph } from './glyph.ts'
import { SIDE } from './render.ts'

const PIXELS = SIDE * SIDE

/** Characters that are drawn together, as classes of one data set. */
export interface Alphabet {
  /** `drawn digits`: names the data set, and the stream of chance that its pictures come from. */
  readonly name: string
  readonly glyphs: readonly Glyph[]
}

/** What to draw of an alphabet. */
export interface DrawingOptions {
  /** How many pictures. */
  count: number
  /** Picture i depends on (seed, classes, i) alone. */
  seed: number
  /** The characters to draw, default all of the alphabet; they become classes 0, 1, ... in the order given. */
  classes?: readonly string[]
}

/**
 * Pictures of characters that no hand wrote: pen strokes with the variety of real hands, framed as MNIST is.
 *
 * The classes are balanced: every run of `classes.length` pictures holds each once, in an order of its own.
 */
export function drawAlphabet(alphabet: Alphabet, options: DrawingOptions): Dataset {
  const { count, seed, classes = labelsOf(alphabet) } = options
  if (!Number.isInteger(count) || count < 0) throw usage(`count must be a whole number of pictures, not ${count}`)
  const features = new Uint8Array(count * PIXELS)
  const labels = new Int32Array(count)
  drawInto(alphabet, features, labels, { seed, classes })
  const name = alphabet.name.replaceAll(' ', '-')
  return { name, shape: [SIDE, SIDE, 1], classes: [...classes], length: count, features, labels }
}

/**
 * Draws the pictures `start`, `start + 1`, ... into `features` (784 values each) until it is full, with their
 * labels: a share of a data set, for one of several threads.
 */
export function drawInto(
  alphabet: Alphabet,
  features: Uint8Array,
  labels: Int32Array,
  options: Omit<DrawingOptions, 'count'> & { start?: number },
): void {
  const known = labelsOf(alphabet)
  const { seed, start = 0, classes = known } = options
  const glyphs = classes.map(label => {
    const glyph = alphabet.glyphs[known.indexOf(label)]
    if (!glyph) throw usage(`cannot draw the class ${JSON.stringify(label)}; the drawn classes are ${known.join(' ')}`)
    return glyph
  })
  if (glyphs.length === 0) throw usage(`no classes to draw; give at least one of ${known.join(' ')}`)
  const root = createRandom(seed).fork(alphabet.name)
  for (let i = 0; i < labels.length; i++) {
    const index = start + i
    labels[i] = balancedClass(root, index, glyphs.length)
    drawGlyph(glyphs[labels[i]], root.fork(index), features.subarray(i * PIXELS, (i + 1) * PIXELS))
  }
}

const labelsOf = (alphabet: Alphabet) => alphabet.glyphs.map(glyph => glyph.label)

function usage(message: string): InklingError {
  return new InklingError(message, { exitCode: 2 })
}
