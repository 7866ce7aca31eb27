import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type Stroke } from '../glyph.ts'

function upperBowl(c: Chance): Stroke {
  const x = c.about(0.14, 0.08)
  const y = c.about(0.15, 0.075)
  const path: Stroke = c.yes(0.2) ? [at(x + c.between(0.02, 0.16), y + c.between(0.03, 0.14))] : []
  path.push(at(x, y), at(c.about(0.46, 0.07), 0), at(c.about(0.77, 0.09), c.about(0.2, 0.05)))
  return path
}

/** Ends at the lower left, and at times turns up there. */
function lowerBowl(c: Chance): Stroke {
  if (c.yes(0.12)) {
    // ... or falls away to the left without turning back.
    return [at(c.about(0.78, 0.08), c.about(0.68, 0.05)), at(c.about(0.3, 0.12), c.about(1, 0.02))]
  }
  const path = [
    at(c.about(0.84, 0.09), c.about(0.71, 0.05)),
    at(c.about(0.48, 0.08), c.about(1, 0.02)),
    at(c.about(0.06, 0.1), c.about(0.88, 0.07)),
  ]
  if (c.yes(0.25)) path.push(at(path[2].x + c.about(0.03, 0.06), path[2].y - c.between(0.04, 0.18)))
  return path
}

function waist(c: Chance): { x: number; y: number } {
  return { x: c.about(0.38, 0.1), y: c.about(0.45, 0.07) }
}

export const three: Glyph = {
  label: '3',
  allographs: [
    {
      name: 'cusp',
      weight: 48,
      draw: c => {
        const { x, y } = waist(c)
        return [[...upperBowl(c), corner(x, y), at(x + c.about(0.24, 0.06), y + c.about(0.04, 0.025)), ...lowerBowl(c)]]
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
      weight: 14,
      draw: c => {
        const { x, y } = waist(c)
        return [
          [
            at(c.about(0.1, 0.08), c.about(0.06, 0.08)),
            corner(c.about(0.76, 0.1), c.about(0.03, 0.05)),
            corner(x + c.about(0.02, 0.03), y - 0.03),
            at(x + c.about(0.22, 0.05), y + c.about(0, 0.025)),
            ...lowerBowl(c),
          ],
        ]
      },
    },
    {
      // The waist hardly reaches in: one long bracket with a dent.
      name: 'shallow',
      weight: 8,
      draw: c => {
        const x = c.about(0.6, 0.07)
        return [[...upperBowl(c), at(x, c.about(0.42, 0.04)), at(x + 0.02, c.about(0.5, 0.02)), ...lowerBowl(c)]]
      },
    },
  ],
}
