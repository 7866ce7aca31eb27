import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type Stroke } from '../glyph.ts'

interface Parts {
  bar: Stroke
  stem: Stroke
}

function parts(c: Chance): Parts {
  const right = c.about(0.84, 0.08)
  const y = c.about(0.06, 0.04)
  const left = c.yes(0.25) ? c.between(0.1, 0.5) : c.about(0.08, 0.08)
  const wave = c.about(0, 0.035)
  const foot = c.about(0.42, 0.14)
  const bend = c.about(-0.04, 0.06)
  return {
    bar: [at(left, y + c.about(0.03, 0.06)), at((left + right) / 2, y + wave)],
    stem: [
      c.yes(0.65) ? corner(right, y) : at(right, y),
      at(right + (foot - right) * 0.45 + bend, y + (1 - y) * 0.42),
      at(right + (foot - right) * 0.8 + bend, y + (1 - y) * 0.75),
      at(foot, 1),
    ],
  }
}

/** A short stroke down at the left end of the bar, written first. */
function serif(c: Chance, bar: Stroke): Stroke {
  const { x, y } = bar[0]
  const start = at(x - c.about(0, 0.05), y + c.between(0.05, 0.42))
  return [start, c.yes(0.6) ? corner(x, y) : at(x, y), bar[1]]
}

export const seven: Glyph = {
  label: '7',
  allographs: [
    {
      name: 'plain',
      weight: 48,
      draw: c => {
        const { bar, stem } = parts(c)
        return [[...bar, ...stem]]
      },
    },
    {
      name: 'serif',
      weight: 20,
      draw: c => {
        const { bar, stem } = parts(c)
        return [[...serif(c, bar), ...stem]]
      },
    },
    {
      name: 'crossed',
      weight: 20,
      draw: c => {
        const { bar, stem } = parts(c)
        const middle = stem[1].x - c.about(0.04, 0.06)
        const y = c.about(0.52, 0.06)
        const half = Math.max(0.08, c.about(0.24, 0.08))
        const tilt = c.about(0.02, 0.04)
        return [
          [...(c.yes(0.25) ? serif(c, bar) : bar), ...stem],
          [at(middle - half, y + tilt), at(middle + half, y - tilt)],
        ]
      },
    },
    {
      // The bar is an arch that runs into the stem.
      name: 'arched',
      weight: 12,
      draw: c => {
        const right = c.about(0.82, 0.07)
        const path = [
          at(c.about(0.08, 0.06), c.about(0.18, 0.1)),
          at(c.about(0.45, 0.08), c.about(0.02, 0.03)),
          at(right, c.about(0.15, 0.05)),
          at(right - c.about(0.14, 0.06), c.about(0.55, 0.05)),
          at(c.about(0.45, 0.12), 1),
        ]
        if (c.yes(0.3)) path.unshift(at(path[0].x + c.about(0, 0.05), path[0].y + c.between(0.05, 0.15)))
        return [path]
      },
    },
  ],
}
