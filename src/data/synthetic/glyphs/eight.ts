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
    waist: c.about(0.48, 0.045),
    upper: Math.max(0.08, c.about(0.26, 0.06)),
    lower: Math.max(0.07, c.about(0.31, 0.07)),
  }
}

/** From the upper right over the top, down the left of the upper loop, through the waist, around below, and back up. */
function ess(c: Chance, s: Shape): Stroke {
  const m = 0.5 + c.about(0, 0.03)
  return [
    at(m + s.upper * 0.55, s.waist * c.about(0.1, 0.03)),
    at(m, c.about(0, 0.02)),
    at(m - s.upper, s.waist * c.about(0.42, 0.05)),
    at(m + c.about(0, 0.03), s.waist),
    at(m + s.lower, s.waist + (1 - s.waist) * c.about(0.55, 0.05)),
    at(m, 1),
    at(m - s.lower, s.waist + (1 - s.waist) * c.about(0.58, 0.05)),
    at(m + c.about(0.02, 0.03), s.waist + c.about(0, 0.015)),
  ]
}

export const eight: Glyph = {
  label: '8',
  allographs: [
    {
      name: 'one stroke',
      weight: 55,
      draw: c => {
        const s = shape(c)
        const path = ess(c, s)
        path.push(
          at(0.5 + s.upper, s.waist * c.about(0.45, 0.05)),
          at(path[0].x + c.about(0, 0.05), path[0].y + c.about(0, 0.04)),
        )
        return [path]
      },
    },
    {
      // The last stroke runs straight up past the beginning, or stops short of it.
      name: 'open top',
      weight: 20,
      draw: c => {
        const s = shape(c)
        const path = ess(c, s)
        path[0] = at(0.5 + s.upper * c.between(0.4, 1.1), s.waist * c.between(0.05, 0.4))
        const reach = c.between(0.6, 1.5)
        path.push(at(0.5 + s.upper * reach * 0.8, s.waist * c.between(0.4, 0.6)))
        path.push(at(0.5 + s.upper * reach + c.about(0.05, 0.05), s.waist * c.about(0.15, 0.15)))
        return [path]
      },
    },
    {
      name: 'two rings',
      weight: 12,
      draw: c => {
        const s = shape(c)
        const touch = c.about(0, 0.02)
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
      weight: 13,
      draw: c => {
        const s = shape(c)
        return [
          [
            at(0.5 + c.about(0, 0.04), s.waist + c.about(0, 0.02)),
            at(0.5 - s.upper, s.waist * 0.5),
            at(0.5, 0),
            at(0.5 + s.upper, s.waist * 0.45),
            at(0.5, s.waist),
            at(0.5 - s.lower, s.waist + (1 - s.waist) * 0.55),
            at(0.5, 1),
            at(0.5 + s.lower, s.waist + (1 - s.waist) * 0.5),
            at(0.5 + c.about(0.02, 0.05), s.waist + c.about(-0.01, 0.03)),
          ],
        ]
      },
    },
  ],
}
