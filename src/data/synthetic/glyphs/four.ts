import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type PenPoint, type Stroke } from '../glyph.ts'

function turn(c: Chance, sharp: number, x: number, y: number): PenPoint {
  return c.yes(sharp) ? corner(x, y) : at(x, y)
}

/** Down the left arm and along the bar. */
function armAndBar(c: Chance, x0: number, y0: number, barEnd: number): Stroke {
  const left = c.about(0.06, 0.05)
  const bar = c.about(0.58, 0.06)
  return [
    at(x0, y0),
    at(x0 + (left - x0) * 0.55 + c.about(0, 0.02), y0 + (bar - y0) * 0.55),
    turn(c, 0.7, left, bar),
    at((left + barEnd) / 2, bar + c.about(0.01, 0.025)),
    at(barEnd, bar + c.about(-0.03, 0.05)),
  ]
}

function stem(c: Chance, x: number, top: number): Stroke {
  const lean = c.about(-0.02, 0.04)
  return [at(x, top), at(x + lean / 2 + c.about(0, 0.015), (top + 1) / 2), at(x + lean, 1)]
}

export const four: Glyph = {
  label: '4',
  allographs: [
    {
      name: 'open',
      weight: 50,
      draw: c => {
        const x = c.about(0.7, 0.06)
        return [
          armAndBar(c, c.about(0.17, 0.08), c.about(0.06, 0.08), x + c.about(0.18, 0.11)),
          stem(c, x, c.about(0.08, 0.11)),
        ]
      },
    },
    {
      name: 'closed',
      weight: 26,
      draw: c => {
        const x = c.about(0.66, 0.06)
        const top = c.about(0.02, 0.03)
        const bar = armAndBar(c, x + c.about(-0.01, 0.03), top, x + c.about(0.24, 0.1))
        if (c.yes(0.4)) {
          // One stroke up and down the stem after the bar, or the stem first and never lifted.
          return [[...stem(c, x, top)], bar]
        }
        return [bar, stem(c, x, top + c.about(0, 0.03))]
      },
    },
    {
      // Never lifted: the bar turns up to the top of the stem, and down again.
      name: 'one stroke',
      weight: 22,
      draw: c => {
        const x = c.about(0.72, 0.06)
        const left = c.about(0.08, 0.06)
        const bar = c.about(0.52, 0.07)
        const top = c.about(0.1, 0.1)
        return [
          [
            at(c.about(0.18, 0.09), c.about(0.06, 0.07)),
            at(left + 0.04, bar * 0.6),
            turn(c, 0.35, left, bar),
            at((left + x) / 2, bar + c.about(0.02, 0.03)),
            turn(c, 0.4, x - c.between(0, 0.08), bar - c.between(0, 0.1)),
            turn(c, 0.6, x + c.about(0.03, 0.03), top),
            at(x - 0.01, (top + 1) / 2),
            at(x - c.about(0.05, 0.06), 1),
          ],
        ]
      },
    },
    {
      // Cup and tail: the arm and the bar are one bowl.
      name: 'cup',
      weight: 14,
      draw: c => {
        const x = c.about(0.76, 0.05)
        const bowl = c.about(0.52, 0.06)
        const cup = [
          at(c.about(0.16, 0.06), c.about(0.04, 0.06)),
          at(c.about(0.12, 0.04), bowl * 0.65),
          at(c.about(0.36, 0.06), bowl + c.about(0.02, 0.02)),
          at(x - c.about(0.02, 0.03), bowl - c.about(0.04, 0.04)),
        ]
        if (c.yes(0.4)) cup.push(at(x + c.between(0.02, 0.2), bowl - c.about(0.08, 0.05)))
        return [cup, stem(c, x, c.about(0.06, 0.08))]
      },
    },
  ],
}
