import type { Chance } from '../chance.ts'
import { arc, at, corner, type Glyph, type Stroke } from '../glyph.ts'
import { bar, curve, letter, stem, way, zigzag } from './pen.ts'

/** The open ring of C and G. */
function openRing(c: Chance, from: number, to: number): Stroke {
  return arc(0.5, 0.5, c.about(0.42, 0.07), 0.5, c.about(from, 12), c.about(to, 14), c.about(1, 0.06))
}

const C = letter(
  'C',
  { width: 1.32, pen: 1.3 },
  way('plain', 45, c => [openRing(c, -48, -315)]),
  way('hooked', 20, c => [[at(c.about(0.7, 0.08), c.about(0.32, 0.08)), ...openRing(c, -30, -310)]]),
  // The head is turned in, the foot runs on to the right.
  way('long foot', 25, c => [
    curve(c, [0.6, 0.3], [0.72, 0.1], [0.45, 0.02], [0.15, 0.4], [0.15, 0.8], [0.45, 1], [c.about(1, 0.1), 0.85]),
  ]),
  way('leaning back', 22, c => [
    curve(c, [0.75, 0.1], [0.5, 0.02], [0.2, 0.35], [0.1, 0.75], [0.35, 0.98], [0.9, 0.88]),
  ]),
  way('square', 6, c => [zigzag(c, [0.9, 0.02], [0.15, 0.03], [0.12, 0.97], [0.92, 0.97])]),
)

const G = letter(
  'G',
  { width: 1.2, pen: 0.93 },
  way('bar', 40, c => [
    [
      ...openRing(c, -50, -350),
      corner(c.about(0.88, 0.04), c.about(0.55, 0.04)),
      at(c.about(0.5, 0.08), c.about(0.56, 0.04)),
    ],
  ]),
  way('bar across', 25, c => [openRing(c, -45, -350), bar(c, 0.45, 1.05, 0.55)]),
  way('spur', 25, c => [openRing(c, -50, -330), zigzag(c, [0.45, 0.58], [0.85, 0.55], [0.86, 1.02])]),
  way('tail', 20, c => [
    [
      ...curve(c, [0.8, 0.08], [0.45, 0.02], [0.15, 0.4], [0.3, 0.75], [0.65, 0.6], [0.85, 0.42, 'sharp']),
      ...curve(c, [0.82, 0.8], [0.5, 1], [0.15, 0.92]),
    ],
  ]),
  way('curled', 20, c => [
    curve(c, [0.75, 0.05], [0.35, 0.15], [0.12, 0.6], [0.4, 1], [0.85, 0.8], [0.75, 0.55], [0.4, 0.58]),
  ]),
)

const J = letter(
  'J',
  { width: 1.32, pen: 1.05 },
  way('hook', 45, c => [curve(c, [0.7, 0], [0.7, 0.5], [0.62, 0.9], [0.38, 1], [0.15, 0.75])]),
  way('bar', 30, c => [curve(c, [0.62, 0], [0.6, 0.5], [0.52, 0.92], [0.3, 1], [0.05, 0.78]), bar(c, 0.25, 1, 0.02)]),
  way('flag', 20, c => [curve(c, [0.3, 0.06], [0.7, 0.02, 'sharp'], [0.68, 0.5], [0.6, 0.9], [0.36, 1], [0.1, 0.8])]),
  way('bow', 15, c => [curve(c, [0.5, 0], [0.68, 0.3], [0.66, 0.7], [0.4, 1], [0.15, 0.95])]),
)

function ring(c: Chance, sweep: number): Stroke {
  const from = c.about(-80, 30)
  return arc(0.5, 0.5, c.about(0.45, 0.07), 0.5, from, from + (c.yes(0.85) ? -sweep : sweep), c.about(0.98, 0.07))
}

const O = letter(
  'O',
  { width: 1.12, pen: 1.6 },
  way('closed', 60, c => [ring(c, c.about(368, 14))]),
  way('open', 12, c => [ring(c, c.between(310, 355))]),
  way('run over', 20, c => [ring(c, c.between(375, 450))]),
  way('curl', 12, c => {
    const path = ring(c, c.about(365, 10))
    const inside = at(path[0].x + c.about(0.02, 0.1), path[0].y + c.between(-0.1, 0.28))
    return [c.yes(0.5) ? [...path, inside] : [inside, ...path]]
  }),
  way('two halves', 8, c => {
    const rx = c.about(0.42, 0.06)
    return [arc(0.5, 0.5, rx, 0.5, c.about(-80, 12), -270), arc(0.5, 0.5, rx, 0.5, c.about(-95, 12), 90)]
  }),
)

const Q = letter(
  'Q',
  { width: 1, pen: 0.95 },
  way('crossing tail', 50, c => [
    ring(c, c.between(345, 410)),
    curve(c, [c.about(0.52, 0.08), c.about(0.65, 0.06)], [0.92, 1.06]),
  ]),
  way('waved tail', 25, c => [
    ring(c, c.between(345, 410)),
    curve(c, [0.4, 0.8], [0.6, 0.75], [0.75, 0.98], [1.02, 1]),
  ]),
  way('tail outside', 10, c => [ring(c, c.about(365, 12)), curve(c, [0.62, 0.93], [0.85, 1.14])]),
  way('looped foot', 20, c => [
    curve(c, [0.45, 0.9], [0.1, 0.5], [0.5, 0], [0.9, 0.45], [0.55, 0.9], [0.25, 1], [0.3, 0.84], [0.6, 0.95], [1, 1]),
  ]),
)

const S = letter(
  'S',
  { width: 1.05, pen: 1.38 },
  way('plain', 60, c => [
    curve(c, [0.85, 0.12], [0.5, 0], [0.2, 0.22], [0.5, 0.48], [0.8, 0.74], [0.5, 1], [0.1, 0.88]),
  ]),
  way('leaning', 20, c => [
    curve(c, [0.95, 0.05], [0.6, 0.02], [0.3, 0.2], [0.45, 0.45], [0.65, 0.75], [0.4, 1], [0, 0.9]),
  ]),
  way('small head', 12, c => [
    curve(c, [0.75, 0.1], [0.5, 0], [0.32, 0.15], [0.55, 0.38], [0.85, 0.68], [0.5, 1], [0.05, 0.9]),
  ]),
)

const U = letter(
  'U',
  { width: 1.18, pen: 1.2 },
  way('cup', 45, c => [curve(c, [0.12, 0], [0.1, 0.55], [0.25, 0.95], [0.5, 1], [0.75, 0.94], [0.9, 0.55], [0.9, 0])]),
  way('tail', 35, c => [
    curve(c, [0.1, 0], [0.12, 0.6], [0.35, 0.98], [0.65, 0.85], [0.82, 0, 'sharp'], [0.84, 0.75], [1, 1]),
  ]),
  way('cup and stem', 12, c => [curve(c, [0.1, 0], [0.12, 0.6], [0.4, 0.98], [0.75, 0.75]), stem(c, 0.82)]),
  way('hooked', 12, c => [curve(c, [-0.05, 0.12], [0.12, 0.05], [0.12, 0.6], [0.45, 1], [0.8, 0.75], [0.9, 0])]),
)

/** Letters of one round stroke. */
export const round: readonly Glyph[] = [C, G, J, O, Q, S, U]
