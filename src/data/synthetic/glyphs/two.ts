import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type Stroke } from '../glyph.ts'

/** From the first touch at the upper left over the arch and down the slope. */
function head(c: Chance): Stroke {
  const x = c.about(0.14, 0.07)
  const y = c.about(0.2, 0.07)
  const path: Stroke = []
  if (c.yes(0.15))
    path.push(at(x + c.between(0.06, 0.2), y + c.between(0.02, 0.14))) // starts with a curl
  else if (c.yes(0.15)) path.push(at(x + c.about(0, 0.03), y + c.between(0.05, 0.15)))
  const right = c.about(0.8, 0.07)
  const high = c.about(0.27, 0.05)
  path.push(at(x, y), at(c.about(0.45, 0.06), 0), at(right, high), at(right - c.about(0.2, 0.05), c.about(0.58, 0.04)))
  return path
}

/** The base line from the lower left corner to the right. */
function tail(c: Chance): Stroke {
  const end = c.about(0.95, 0.16)
  const level = c.about(0.97, 0.05)
  if (c.yes(0.4)) return [at(end, level)]
  const wave = c.about(0.02, 0.04)
  return [at(0.3, 0.96 - wave), at(0.3 + (end - 0.3) * 0.6, level + wave), at(end, level - c.about(0, 0.04))]
}

export const two: Glyph = {
  label: '2',
  allographs: [
    {
      name: 'angular',
      weight: 45,
      draw: c => [[...head(c), corner(c.about(0.08, 0.07), c.about(0.97, 0.03)), ...tail(c)]],
    },
    {
      // Like a Z: the arch is a flat bar.
      name: 'flat head',
      weight: 6,
      draw: c => [
        [
          at(c.about(0.1, 0.07), c.about(0.08, 0.05)),
          at(c.about(0.5, 0.06), c.about(0.01, 0.03)),
          c.yes(0.5) ? corner(c.about(0.85, 0.06), c.about(0.08, 0.04)) : at(c.about(0.85, 0.06), c.about(0.08, 0.04)),
          corner(c.about(0.08, 0.06), c.about(0.97, 0.03)),
          ...tail(c),
        ],
      ],
    },
    {
      // At the lower left the pen turns clockwise through a loop and leaves to the right.
      name: 'looped',
      weight: 38,
      draw: c => {
        const size = Math.max(0.03, c.about(0.11, 0.05))
        const flat = c.between(0.5, 1.3)
        const x = c.about(0.16, 0.05)
        const y = c.about(0.92, 0.03)
        return [
          [
            ...head(c),
            at(x + size * 0.9, y - size * 0.1),
            at(x, y + size * 0.25),
            at(x - size, y - size * 0.3 * flat),
            at(x - size * 0.3, y - size * 1.2 * flat),
            at(x + size * 1.2, y - size * 0.7 * flat),
            at(c.about(0.58, 0.07), c.about(0.96, 0.04)),
            at(c.about(0.98, 0.14), c.about(0.93, 0.07)),
          ],
        ]
      },
    },
    {
      name: 'rounded foot',
      weight: 11,
      draw: c => [
        [
          ...head(c),
          at(c.about(0.22, 0.06), c.about(0.88, 0.03)),
          at(c.about(0.35, 0.07), 1),
          at(c.about(0.9, 0.14), c.about(0.95, 0.06)),
        ],
      ],
    },
  ],
}
