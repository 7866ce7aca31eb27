import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type Stroke } from '../glyph.ts'
import { bowl, curve, letter, stem, way } from './pen.ts'

/** The pen goes down the stem, back up along it and on without being lifted. */
function unlifted(c: Chance, down: Stroke, rest: Stroke): Stroke {
  const foot = down[down.length - 1]
  const back = at((foot.x + rest[0].x) / 2 + c.about(0.03, 0.03), (foot.y + rest[0].y) / 2)
  return [...down.slice(0, -1), corner(foot.x, foot.y), back, ...rest]
}

/** Begins left of the stem. */
function overhanging(c: Chance, rest: Stroke): Stroke {
  return [at(c.about(0, 0.08), c.about(0.08, 0.05)), ...rest.slice(1)]
}

/** Two bowls that meet in a sharp waist near the stem. */
function twoBowls(c: Chance, height: number, upper: number, lower: number): Stroke {
  const waist = c.about(height, 0.05)
  const touch = corner(c.about(0.28, 0.08), waist)
  return [...bowl(c, 0.2, 0, waist, upper).slice(0, -1), touch, ...bowl(c, 0.2, waist, 1, lower).slice(1)]
}

const B = letter(
  'B',
  { width: 1.24, pen: 1 },
  way('two strokes', 35, c => [stem(c, 0.2), twoBowls(c, 0.47, 0.48, 0.58)]),
  way('one stroke', 30, c => [unlifted(c, stem(c, 0.2), twoBowls(c, 0.47, 0.48, 0.58))]),
  way('overhang', 20, c => [stem(c, 0.24, 0.06), overhanging(c, twoBowls(c, 0.45, 0.5, 0.58))]),
  way('small head', 12, c => [unlifted(c, stem(c, 0.2), twoBowls(c, 0.37, 0.36, 0.6))]),
  // The bowls stand apart from the stem.
  way('13', 8, c => [
    stem(c, 0.1, 0.05),
    curve(c, [0.2, 0.12], [0.5, 0], [0.72, 0.2], [0.4, 0.45], [0.78, 0.7], [0.5, 0.98], [0.1, 0.93]),
  ]),
)

const D = letter(
  'D',
  { width: 1.18, pen: 1.05 },
  way('two strokes', 40, c => [stem(c, 0.2), bowl(c, c.about(0.18, 0.06), 0, 1, 0.66)]),
  way('one stroke', 30, c => [unlifted(c, stem(c, 0.2), bowl(c, 0.2, 0, 1, 0.64))]),
  way('overhang', 30, c => [
    stem(c, c.about(0.28, 0.06), 0.05),
    [...overhanging(c, bowl(c, 0.2, 0, 1, 0.68)), at(c.about(0.08, 0.08), c.about(0.97, 0.04))],
  ]),
)

/** Where the bowl of P and R ends. */
const middle = (c: Chance) => c.about(0.52, 0.06)

const P = letter(
  'P',
  { width: 1, pen: 0.9 },
  way('two strokes', 40, c => [stem(c, 0.25), bowl(c, 0.25, 0, middle(c), 0.5)]),
  way('one stroke', 35, c => [unlifted(c, stem(c, 0.25), bowl(c, 0.25, 0, middle(c), 0.48))]),
  way('overhang', 25, c => [stem(c, 0.3, 0.05), overhanging(c, bowl(c, 0.28, 0, middle(c), 0.48))]),
)

/** A bowl, the waist at about `x`, and the leg from there to the right. */
function bowlAndLeg(c: Chance, x: number): Stroke {
  const waist = middle(c)
  const knee = c.yes(0.4) ? [at(c.about(0.5, 0.04), (waist + 1) / 2)] : []
  return [
    ...bowl(c, 0.2, 0, waist, 0.5).slice(0, -1),
    corner(c.about(x, 0.06), waist),
    ...knee,
    at(c.about(0.9, 0.09), c.about(1, 0.04)),
  ]
}

const R = letter(
  'R',
  { width: 1.4, pen: 1.15 },
  way('two strokes', 35, c => [stem(c, 0.2), bowlAndLeg(c, 0.28)]),
  way('one stroke', 25, c => [unlifted(c, stem(c, 0.2), bowlAndLeg(c, 0.28))]),
  way('overhang', 20, c => [stem(c, 0.27, 0.05), overhanging(c, bowlAndLeg(c, 0.3))]),
  // The bowl runs through the stem and turns there.
  way('crossed stem', 12, c => [stem(c, 0.28, 0.03), bowlAndLeg(c, 0.1)]),
  way('looped waist', 12, c => [
    stem(c, 0.22),
    curve(c, [0.05, 0.15], [0.4, 0], [0.72, 0.2], [0.4, 0.48], [0.22, 0.52], [0.35, 0.45], [0.6, 0.75], [0.9, 0.98]),
  ]),
)

/** Letters of a stem and bowls. */
export const bowls: readonly Glyph[] = [B, D, P, R]
