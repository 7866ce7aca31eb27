import type { Random } from '../../random.ts'
import { createChance } from './chance.ts'
import type { Glyph } from './glyph.ts'
import { randomHand } from './hand.ts'
import { frame, inkTracks } from './render.ts'
import { writeStrokes } from './strokes.ts'

/**
 * Writes one character in a hand of its own and scans it.
 *
 * @param out 784 values, the picture 28x28 row by row: 0 (paper) to 255 (ink)
 */
export function drawGlyph(glyph: Glyph, random: Random, out: Uint8Array): void {
  const c = createChance(random)
  const hand = randomHand(c)
  hand.radius *= glyph.pen ?? 1
  const tracks = writeStrokes(c.pick(glyph.allographs).draw(c), hand, c)
  const scan = { roughness: c.between(0.2, 1.2), softness: c.between(0.4, 1.1) }
  frame(inkTracks(tracks, scan, random), out)
}
