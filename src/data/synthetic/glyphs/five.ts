import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type PenPoint, type Stroke } from '../glyph.ts'

interface Body {
  topX: number
  topY: number
  neck: Stroke
  bowl: Stroke
}

function body(c: Chance): Body {
  const topX = c.about(0.3, 0.06)
  const topY = c.about(0.05, 0.03)
  const neckX = topX - c.about(0.08, 0.06)
  const neckY = c.about(0.43, 0.05)
  const right = c.about(0.8, 0.08)
  const neck: Stroke = [c.yes(0.75) ? corner(neckX, neckY) : at(neckX, neckY)]
  const bowl: Stroke = [
    at(c.about(0.5, 0.05), neckY - c.about(0.03, 0.03)),
    at(right, c.about(0.64, 0.05)),
    at(c.about(0.48, 0.07), c.about(0.98, 0.025)),
    at(c.about(0.03, 0.09), c.about(0.9, 0.07)),
  ]
  if (c.yes(0.12)) bowl.push(at(bowl[3].x + c.about(0, 0.05), bowl[3].y - c.between(0.05, 0.15)))
  return { topX, topY, neck, bowl }
}

function bar(c: Chance, x: number, y: number): PenPoint[] {
  const end = c.about(0.9, 0.16)
  const rise = c.about(0.02, 0.05)
  return [at(x, y), at((x + end) / 2, y - rise / 2 + c.about(0, 0.02)), at(end, y - rise)]
}

export const five: Glyph = {
  label: '5',
  allographs: [
    {
      name: 'one stroke',
      weight: 38,
      draw: c => {
        const { topX, topY, neck, bowl } = body(c)
        const top = bar(c, topX, topY).reverse()
        top[2] = c.yes(0.75) ? corner(topX, topY) : at(topX, topY)
        return [[...top, ...neck, ...bowl]]
      },
    },
    {
      name: 'bar joined',
      weight: 30,
      draw: c => {
        const { topX, topY, neck, bowl } = body(c)
        return [[at(topX, topY), ...neck, ...bowl], bar(c, topX + c.about(0, 0.03), topY + c.about(0, 0.025))]
      },
    },
    {
      name: 'bar detached',
      weight: 12,
      draw: c => {
        const { topX, topY, neck, bowl } = body(c)
        const x = topX + c.between(0.02, 0.25)
        return [[at(topX, topY + c.between(0, 0.12)), ...neck, ...bowl], bar(c, x, topY - c.about(0, 0.05))]
      },
    },
    {
      // Without corners, like an S.
      name: 'smooth',
      weight: 20,
      draw: c => {
        const neckY = c.about(0.42, 0.05)
        return [
          [
            at(c.about(0.8, 0.1), c.about(0.1, 0.06)),
            at(c.about(0.5, 0.07), c.about(0.01, 0.03)),
            at(c.about(0.24, 0.05), c.about(0.2, 0.05)),
            at(c.about(0.36, 0.06), neckY),
            at(c.about(0.74, 0.06), c.about(0.66, 0.05)),
            at(c.about(0.46, 0.07), c.about(0.98, 0.03)),
            at(c.about(0.06, 0.1), c.about(0.9, 0.07)),
          ],
        ]
      },
    },
  ],
}
