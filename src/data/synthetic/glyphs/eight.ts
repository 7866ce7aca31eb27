import type { Chance } from '../chance.ts'
import { arc, at, type Glyph, type Stroke } from '../glyph.ts'

interface Shape {
  /** Height of the crossing. */
  waist: number
  /** Half widths of the upper and the lower loop. */
  upper: number
  lower: number
}

function shape(c: Chance): Shape {
  return {
    waist: c.yes(0.15) ? c.between(0.3, 0.65) : c.about(0.48, 0.065),
    upper: Math.max(0.09, c.about(0.27, 0.08)),
    lower: c.yes(0.1) ? c.between(0.07, 0.16) : Math.max(0.1, c.about(0.28, 0.08)),
  }
}

/** From the upper right over the top, down the left of the upper loop, through the waist, around below, and back up. */
function ess(c: Chance, s: Shape): Stroke {
  const m = 0.5 + c.about(0, 0.03)
  const below = 1 - s.waist
  return [
    at(m + s.upper * 0.55, s.waist * c.about(0.1, 0.03)),
    at(m, c.about(0, 0.02)),
    at(m - s.upper, s.waist * c.about(0.42, 0.06)),
    at(m + c.about(0, 0.03), s.waist),
    at(m + s.lower, s.waist + below * c.about(0.55, 0.06)),
    at(m + c.about(-0.02, 0.03), 1),
    at(m - s.lower, s.waist + below * c.about(0.6, 0.07)),
    at(m + c.about(0.02, 0.04), s.waist + c.about(0, 0.02)),
  ]
}

function closed(c: Chance): Stroke {
  const s = shape(c)
  const path = ess(c, s)
  const start = path[0]
  path.push(at(0.5 + s.upper, s.waist * c.about(0.45, 0.06)))
  path.push(at(start.x + c.about(0, 0.05), start.y + c.about(0, 0.04)))
  return path
}

/** The last stroke runs up past the beginning, or stops short of it. */
function openTop(c: Chance): Stroke {
  const s = shape(c)
  const path = ess(c, s)
  path[0] = at(0.5 + s.upper * c.between(0.3, 1.2), s.waist * c.between(0.02, 0.45))
  const reach = c.between(0.5, 1.6)
  const far = c.between(0.25, 1.15) // of the way from the waist to the top
  path.push(at(0.5 + s.upper * reach * 0.7 * far, s.waist * (1 - 0.5 * far + c.about(0, 0.06))))
  path.push(at(0.5 + (s.upper * reach + c.about(0.05, 0.06)) * far, s.waist * (1 - far * c.about(0.85, 0.1))))
  return path
}

export const eight: Glyph = {
  label: '8',
  allographs: [
    { name: 'one stroke', weight: 46, draw: c => [closed(c)] },
    { name: 'open top', weight: 26, draw: c => [openTop(c)] },
    {
      // The other way round, begun at the upper left.
      name: 'mirrored',
      weight: 8,
      draw: c => [(c.yes(0.5) ? closed(c) : openTop(c)).map(p => at(1 - p.x, p.y))],
    },
    {
      // A ribbon: begun at the upper left, one loop below, and up to the right; the top stays open or nearly so.
      name: 'ribbon',
      weight: 7,
      draw: c => {
        const s = shape(c)
        const below = 1 - s.waist
        const close = c.between(0.3, 1.1)
        return [
          [
            at(0.5 - s.upper * close * 0.4, c.about(0.06, 0.05)),
            at(0.5 - s.upper, s.waist * c.about(0.45, 0.08)),
            at(0.5 + c.about(0, 0.03), s.waist),
            at(0.5 + s.lower, s.waist + below * 0.55),
            at(0.5, 1),
            at(0.5 - s.lower, s.waist + below * 0.58),
            at(0.5, s.waist + c.about(0, 0.02)),
            at(0.5 + s.upper, s.waist * c.about(0.45, 0.1)),
            at(0.5 + s.upper * c.between(0.6, 1.6), c.about(0.02, 0.05)),
          ],
        ]
      },
    },
    {
      name: 'two rings',
      weight: 12,
      draw: c => {
        const s = shape(c)
        const touch = c.about(0.015, 0.035)
        const high = s.waist / 2
        const low = (1 - s.waist) / 2
        const from = c.about(-80, 40)
        return [
          arc(0.5, high, s.upper, high + touch, from, from - 360 - c.about(10, 12), c.about(1, 0.05)),
          arc(0.5, 1 - low, s.lower, low + touch, -90 + c.about(0, 30), -450 - c.about(10, 20), c.about(1, 0.05)),
        ]
      },
    },
    {
      // Begun at the waist, upper loop first and clockwise.
      name: 'from the waist',
      weight: 12,
      draw: c => {
        const s = shape(c)
        const below = 1 - s.waist
        return [
          [
            at(0.5 + c.about(0, 0.05), s.waist + c.about(0, 0.03)),
            at(0.5 - s.upper, s.waist * 0.5),
            at(0.5, 0),
            at(0.5 + s.upper, s.waist * 0.45),
            at(0.5, s.waist),
            at(0.5 - s.lower, s.waist + below * 0.55),
            at(0.5, 1),
            at(0.5 + s.lower, s.waist + below * 0.5),
            at(0.5 + c.about(0.02, 0.06), s.waist + c.about(-0.01, 0.04)),
          ],
        ]
      },
    },
  ],
}
