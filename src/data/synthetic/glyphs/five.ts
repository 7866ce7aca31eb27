import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type PenPoint, type Stroke } from '../glyph.ts'

interface Body {
  topX: number
  topY: number
  neck: Stroke
  bowl: Stroke
}

/** The neck and the bowl. Some necks are so short that the bowl is most of the digit. */
function body(c: Chance): Body {
  const topX = c.about(0.3, 0.08)
  const topY = c.about(0.05, 0.03)
  const neckX = topX - c.about(0.08, 0.07)
  const neckY = c.yes(0.15) ? c.between(0.2, 0.36) : c.about(0.42, 0.085)
  const neck: Stroke = [c.yes(0.75) ? corner(neckX, neckY) : at(neckX, neckY)]
  return { topX, topY, neck, bowl: bowl(c, neckY) }
}

function bowl(c: Chance, neckY: number): Stroke {
  const right = c.about(0.79, 0.1)
  const start = at(c.about(0.5, 0.06), neckY - c.about(0.03, 0.04))
  if (c.yes(0.12)) {
    // Ends at the foot without turning back.
    const side = at(right, neckY + (1 - neckY) * c.about(0.45, 0.08))
    return [start, side, at(right + c.about(-0.12, 0.12), 1)]
  }
  const path: Stroke = [
    start,
    at(right, neckY + (1 - neckY) * c.about(0.4, 0.07)),
    at(c.about(0.48, 0.08), c.about(0.98, 0.025)),
  ]
  const end = at(c.about(0.05, 0.1), c.about(0.88, 0.08))
  path.push(end)
  if (c.yes(0.35)) path.push(at(end.x + c.about(0.03, 0.06), end.y - c.between(0.03, 0.28)))
  return path
}

function bar(c: Chance, x: number, y: number): PenPoint[] {
  const end = c.yes(0.2) ? c.between(0.4, 0.75) : c.about(0.9, 0.17)
  const rise = c.about(0.02, 0.06)
  return [at(x, y), at((x + end) / 2, y - rise / 2 + c.about(0, 0.025)), at(end, y - rise)]
}

export const five: Glyph = {
  label: '5',
  allographs: [
    {
      name: 'one stroke',
      weight: 34,
      draw: c => {
        const { topX, topY, neck, bowl } = body(c)
        const top = bar(c, topX, topY).reverse()
        top[2] = c.yes(0.75) ? corner(topX, topY) : at(topX, topY)
        return [[...top, ...neck, ...bowl]]
      },
    },
    {
      name: 'bar joined',
      weight: 28,
      draw: c => {
        const { topX, topY, neck, bowl } = body(c)
        return [[at(topX, topY), ...neck, ...bowl], bar(c, topX + c.about(-0.02, 0.07), topY + c.about(0, 0.03))]
      },
    },
    {
      name: 'bar detached',
      weight: 12,
      draw: c => {
        const { topX, topY, neck, bowl } = body(c)
        const x = topX + c.between(0.02, 0.25)
        return [[at(topX, topY + c.between(0, 0.15)), ...neck, ...bowl], bar(c, x, topY - c.about(0, 0.05))]
      },
    },
    {
      // The bar and the neck are one slope from the upper right.
      name: 'sloping neck',
      weight: 15,
      draw: c => {
        const neckX = c.about(0.2, 0.06)
        const neckY = c.about(0.4, 0.07)
        const top = at(c.about(0.75, 0.12), c.about(0.02, 0.03))
        const middle = at((top.x + neckX) / 2 - c.between(0, 0.12), (top.y + neckY) / 2 - c.between(0, 0.12))
        return [[top, middle, c.yes(0.7) ? corner(neckX, neckY) : at(neckX, neckY), ...bowl(c, neckY)]]
      },
    },
    {
      // Without corners, like an S.
      name: 'smooth',
      weight: 16,
      draw: c => {
        const neckY = c.about(0.4, 0.06)
        return [
          [
            at(c.about(0.8, 0.12), c.about(0.1, 0.07)),
            at(c.about(0.5, 0.07), c.about(0.01, 0.03)),
            at(c.about(0.24, 0.05), c.about(0.2, 0.05)),
            at(c.about(0.36, 0.06), neckY),
            at(c.about(0.74, 0.07), c.about(0.66, 0.05)),
            at(c.about(0.46, 0.07), c.about(0.98, 0.03)),
            at(c.about(0.06, 0.1), c.about(0.88, 0.08)),
          ],
        ]
      },
    },
  ],
}
