import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type Stroke } from '../glyph.ts'

/** From the first touch at the upper left over the arch and down the slope. */
function head(c: Chance): Stroke {
  const curled = c.yes(0.3)
  const narrow = c.yes(0.12) // a mere hook above a long base
  const x = narrow ? c.about(0.3, 0.06) : c.about(0.13, 0.06)
  const y = curled ? c.about(0.24, 0.06) : c.about(0.19, 0.07)
  const path: Stroke = []
  // The first touch may curl in, at times so far that the head is nearly a ring.
  if (curled) path.push(at(x + c.between(0.02, 0.24), y + c.between(0.03, 0.16)))
  const right = narrow ? x + c.between(0.15, 0.32) : c.about(0.77, 0.1)
  const high = c.about(0.27, 0.06)
  path.push(at(x, y), at((x + right) / 2 + c.about(-0.01, 0.06), 0), at(right, high))
  path.push(at(right - c.about(0.2, 0.06), high + c.about(0.3, 0.05)))
  return path
}

/** The base line from the lower left corner to the right. */
function tail(c: Chance): Stroke {
  const end = c.about(0.92, 0.19)
  const level = c.about(0.97, 0.06)
  if (c.yes(0.4)) return [at(end, level)]
  const wave = c.about(0.02, 0.04)
  return [at(0.3, 0.96 - wave), at(0.3 + (end - 0.3) * 0.6, level + wave), at(end, level - c.about(0, 0.05))]
}

/** At the lower left the pen turns clockwise through a loop and leaves to the right. */
function looped(c: Chance, size: number): Stroke {
  const flat = c.between(0.5, 1.3)
  const x = c.about(0.12, 0.04) + size * 0.5
  const drop = c.about(0.04, 0.06) // how far the tail falls below the loop
  const y = 1 - size * c.between(0.2, 0.6) - drop
  return [
    ...head(c),
    at(x + size * 0.9, y - size * 0.1),
    at(x, y + size * 0.25),
    at(x - size, y - size * 0.3 * flat),
    at(x - size * 0.3, y - size * 1.2 * flat),
    at(x + size * 1.2, y - size * 0.7 * flat),
    at(c.about(0.6, 0.08), c.about(0.95, 0.04) + drop * 0.3),
    at(c.about(0.96, 0.16), c.about(0.93, 0.07) + drop),
  ]
}

/** As {@link looped}, but the loop is as wide as the digit and the tail falls from it to the right. */
function wideLoop(c: Chance): Stroke {
  const x = c.about(0.08, 0.05)
  const high = c.about(0.64, 0.06)
  const cross = c.about(0.62, 0.1)
  const foot = c.about(0.98, 0.025)
  return [
    ...head(c),
    at(cross + c.about(-0.04, 0.04), high + (foot - high) * c.about(0.6, 0.1)),
    at((x + cross) / 2 - c.about(0.04, 0.04), foot),
    at(x, foot - (foot - high) * c.about(0.35, 0.1)),
    at(x + (cross - x) * c.about(0.35, 0.08), high),
    at(cross + c.about(0.02, 0.05), high + (foot - high) * c.about(0.35, 0.12)),
    at(c.yes(0.25) ? cross + c.between(0.08, 0.2) : c.about(0.92, 0.13), c.about(0.94, 0.08)),
  ]
}

export const two: Glyph = {
  label: '2',
  allographs: [
    {
      name: 'angular',
      weight: 40,
      draw: c => [[...head(c), corner(c.about(0.08, 0.08), c.about(0.97, 0.03)), ...tail(c)]],
    },
    {
      // Like a Z: the arch is a flat bar.
      name: 'flat head',
      weight: 8,
      draw: c => {
        const x = c.about(0.82, 0.09)
        const y = c.about(0.1, 0.05)
        return [
          [
            at(c.about(0.1, 0.08), c.about(0.08, 0.06)),
            at(c.about(0.5, 0.06), c.about(0.01, 0.03)),
            c.yes(0.5) ? corner(x, y) : at(x, y),
            corner(c.about(0.08, 0.06), c.about(0.97, 0.03)),
            ...tail(c),
          ],
        ]
      },
    },
    { name: 'looped', weight: 26, draw: c => [looped(c, c.between(0.04, 0.16))] },
    { name: 'large loop', weight: 6, draw: c => [looped(c, c.between(0.14, 0.22))] },
    { name: 'wide loop', weight: 16, draw: c => [wideLoop(c)] },
    {
      name: 'rounded foot',
      weight: 12,
      draw: c => [
        [
          ...head(c),
          at(c.about(0.22, 0.06), c.about(0.88, 0.03)),
          at(c.about(0.35, 0.07), 1),
          at(c.about(0.9, 0.16), c.about(0.93, 0.07)),
        ],
      ],
    },
  ],
}
