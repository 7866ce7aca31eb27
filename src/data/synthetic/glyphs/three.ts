import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type PenPoint, type Stroke } from '../glyph.ts'

function upperBowl(c: Chance): Stroke {
  const x = c.about(0.14, 0.07)
  const y = c.about(0.14, 0.06)
  const path: Stroke = c.yes(0.12) ? [at(x + c.between(0.03, 0.14), y + c.between(0.03, 0.1))] : []
  path.push(at(x, y), at(c.about(0.46, 0.06), 0), at(c.about(0.78, 0.07), c.about(0.2, 0.04)))
  return path
}

function lowerBowl(c: Chance): Stroke {
  const path = [
    at(c.about(0.84, 0.07), c.about(0.7, 0.04)),
    at(c.about(0.48, 0.07), c.about(1, 0.02)),
    at(c.about(0.06, 0.09), c.about(0.9, 0.06)),
  ]
  if (c.yes(0.12)) path.push(at(path[2].x + c.about(0.04, 0.05), path[2].y - c.between(0.04, 0.14)))
  return path
}

function waist(c: Chance): { x: number; y: number } {
  return { x: c.about(0.38, 0.08), y: c.about(0.46, 0.045) }
}

function toLower(c: Chance, x: number, y: number): PenPoint {
  return at(x + c.about(0.24, 0.05), y + c.about(0.04, 0.02))
}

export const three: Glyph = {
  label: '3',
  allographs: [
    {
      name: 'cusp',
      weight: 52,
      draw: c => {
        const { x, y } = waist(c)
        return [[...upperBowl(c), corner(x, y), toLower(c, x, y), ...lowerBowl(c)]]
      },
    },
    {
      name: 'smooth waist',
      weight: 22,
      draw: c => {
        const { x, y } = waist(c)
        return [[...upperBowl(c), at(x + 0.14, y - 0.06), at(x + 0.08, y), at(x + 0.16, y + 0.04), ...lowerBowl(c)]]
      },
    },
    {
      name: 'looped waist',
      weight: 12,
      draw: c => {
        const { x, y } = waist(c)
        const size = c.between(0.04, 0.12)
        return [
          [
            ...upperBowl(c),
            at(x + 0.05, y + size * 0.3),
            at(x - size, y + size * 0.2),
            at(x - size * 0.4, y - size * 0.7),
            at(x + 0.15, y + 0.02),
            ...lowerBowl(c),
          ],
        ]
      },
    },
    {
      name: 'flat head',
      weight: 8,
      draw: c => {
        const { x, y } = waist(c)
        return [
          [
            at(c.about(0.1, 0.06), c.about(0.06, 0.04)),
            corner(c.about(0.8, 0.06), c.about(0.03, 0.03)),
            corner(x + c.about(0.02, 0.03), y - 0.03),
            at(x + c.about(0.22, 0.04), y + c.about(0, 0.02)),
            ...lowerBowl(c),
          ],
        ]
      },
    },
    {
      // The waist hardly reaches in: one long bracket with a dent.
      name: 'shallow',
      weight: 6,
      draw: c => {
        const x = c.about(0.62, 0.06)
        return [[...upperBowl(c), at(x, c.about(0.42, 0.03)), at(x + 0.02, c.about(0.5, 0.02)), ...lowerBowl(c)]]
      },
    },
  ],
}
