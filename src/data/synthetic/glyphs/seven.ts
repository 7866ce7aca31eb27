import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type Stroke } from '../glyph.ts'

interface Parts {
  bar: Stroke
  stem: Stroke
}

function parts(c: Chance): Parts {
  const right = c.about(0.86, 0.06)
  const y = c.about(0.06, 0.04)
  const left = c.about(0.08, 0.08)
  const wave = c.about(0, 0.03)
  const foot = c.about(0.42, 0.12)
  const bend = c.about(-0.04, 0.05)
  return {
    bar: [at(left, y + c.about(0.03, 0.05)), at((left + right) / 2, y + wave)],
    stem: [
      c.yes(0.7) ? corner(right, y) : at(right, y),
      at(right + (foot - right) * 0.45 + bend, y + (1 - y) * 0.42),
      at(right + (foot - right) * 0.8 + bend, y + (1 - y) * 0.75),
      at(foot, 1),
    ],
  }
}

export const seven: Glyph = {
  label: '7',
  allographs: [
    {
      name: 'plain',
      weight: 58,
      draw: c => {
        const { bar, stem } = parts(c)
        return [[...bar, ...stem]]
      },
    },
    {
      // A short stroke down (or up) at the left end of the bar.
      name: 'serif',
      weight: 20,
      draw: c => {
        const { bar, stem } = parts(c)
        const x = bar[0].x
        const y = bar[0].y
        const start = at(x - c.about(0, 0.04), y + c.between(0.06, 0.28))
        return [[start, c.yes(0.6) ? corner(x, y) : at(x, y), bar[1], ...stem]]
      },
    },
    {
      name: 'crossed',
      weight: 12,
      draw: c => {
        const { bar, stem } = parts(c)
        const middle = stem[1].x - c.about(0.04, 0.04)
        const y = c.about(0.52, 0.05)
        const half = c.about(0.24, 0.06)
        const cross = [at(middle - half, y + c.about(0.02, 0.03)), at(middle + half, y - c.about(0.02, 0.03))]
        const path = [...bar, ...stem]
        if (c.yes(0.2)) path.unshift(at(bar[0].x, bar[0].y + c.between(0.06, 0.2)))
        return [path, cross]
      },
    },
    {
      // The bar is an arch that runs into the stem.
      name: 'arched',
      weight: 10,
      draw: c => {
        const right = c.about(0.82, 0.06)
        return [
          [
            at(c.about(0.08, 0.06), c.about(0.18, 0.08)),
            at(c.about(0.45, 0.07), c.about(0.02, 0.03)),
            at(right, c.about(0.15, 0.05)),
            at(c.about(0.68, 0.06), c.about(0.55, 0.05)),
            at(c.about(0.45, 0.1), 1),
          ],
        ]
      },
    },
  ],
}
