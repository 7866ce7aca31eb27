import type { Chance } from '../chance.ts'
import { arc, at, corner, type Glyph, type PenPoint, type Stroke } from '../glyph.ts'

interface Head {
  right: number
  loop: Stroke
}

/** Counter-clockwise from the upper right over the top, around below, and back to the stem. */
function head(c: Chance, open: number): Head {
  const left = c.about(0.16, 0.07)
  const right = c.about(0.76, 0.06)
  const low = c.yes(0.25) ? c.between(0.22, 0.75) : c.about(0.49, 0.07)
  const middle = (left + right) / 2
  const top = c.about(0.02, 0.02)
  const joint = top + (low - top) * c.about(0.45, 0.17)
  const start = top + (low - top) * c.about(0.16, 0.1)
  const loop = [
    at(right - open * 0.3 + c.about(0, 0.03), start + open * 0.1),
    at(middle + c.about(0.02, 0.05) - open * 0.2, top),
    at(left, top + (low - top) * c.about(0.56, 0.11)),
    at(middle - c.about(0.02, 0.06), low),
    at(right - c.about(0.03, 0.03), joint + (low - joint) * 0.35),
  ]
  return { right, loop }
}

/** Where the pen turns from the loop into the stem. */
function turn(c: Chance, sharp: number, x: number, y: number): PenPoint {
  return c.yes(sharp) ? corner(x, y) : at(x, y)
}

function tail(c: Chance, right: number, from: number): Stroke {
  const foot = right + (c.yes(0.12) ? c.between(0, 0.35) : c.about(-0.12, 0.13))
  const bend = c.about(0.01, 0.035)
  return [
    at(right + (foot - right) * 0.4 + bend, from + (1 - from) * 0.4),
    at(right + (foot - right) * 0.75 + bend, from + (1 - from) * 0.75),
    at(foot, 1),
  ]
}

export const nine: Glyph = {
  label: '9',
  allographs: [
    {
      // The loop comes back to its beginning, and the pen turns down.
      name: 'straight tail',
      weight: 46,
      draw: c => {
        const { right, loop } = head(c, 0)
        const y = c.about(0.09, 0.085)
        return [[...loop, turn(c, 0.7, right, y), ...tail(c, right, y)]]
      },
    },
    {
      name: 'open head',
      weight: 18,
      draw: c => {
        const { right, loop } = head(c, c.between(0.2, 1))
        const y = c.about(0.06, 0.07)
        return [[...loop, turn(c, 0.7, right, y), ...tail(c, right, y)]]
      },
    },
    {
      // The loop never comes back to its beginning: the pen turns down from its lower right.
      name: 'unclosed',
      weight: 12,
      draw: c => {
        const { right, loop } = head(c, c.between(0, 0.8))
        const y = loop[0].y + c.between(0.05, 0.3)
        const last = loop[loop.length - 1]
        const path =
          y < last.y - 0.04 ? [...loop, turn(c, 0.7, right, y)] : [...loop.slice(0, -1), turn(c, 0.6, right, y)]
        return [[...path, ...tail(c, right, y)]]
      },
    },
    {
      name: 'curved tail',
      weight: 24,
      draw: c => {
        const { right, loop } = head(c, c.yes(0.3) ? c.between(0.1, 0.9) : 0)
        const y = c.about(0.12, 0.06)
        const reach = c.between(0, 1) // from a bent end to a full bowl
        const end = at(right - 0.28 - 0.4 * reach + c.about(0, 0.05), 1 - 0.12 * reach + c.about(0, 0.04))
        const hook = c.yes(0.25) ? [at(end.x + c.about(0.03, 0.06), end.y - c.between(0.04, 0.2))] : []
        return [
          [
            ...loop,
            turn(c, 0.6, right, y),
            at(right + c.about(0, 0.02), c.about(0.55, 0.05)),
            at(right - c.about(0.1, 0.05), c.about(0.88, 0.03)),
            at(right - 0.18 - 0.2 * reach, 1),
            end,
            ...hook,
          ],
        ]
      },
    },
    {
      name: 'ring and stem',
      weight: 15,
      draw: c => {
        const ry = c.about(0.25, 0.05)
        const rx = Math.max(0.08, c.about(0.26, 0.085))
        const from = c.about(-40, 25)
        const right = 0.5 + rx - c.about(0.02, 0.03)
        const y = c.about(0.16, 0.1)
        return [arc(0.5, ry, rx, ry, from, from - 360 + c.about(0, 15), 1), [at(right, y), ...tail(c, right, y)]]
      },
    },
    {
      // The pen goes round clockwise, and over the top into the tail.
      name: 'clockwise',
      weight: 7,
      draw: c => {
        const ry = c.about(0.24, 0.04)
        const rx = c.about(0.28, 0.06)
        const path = arc(0.5, ry, rx, ry, c.about(10, 25), 360 + c.about(5, 20), 1)
        const last = path[path.length - 1]
        return [[...path, ...tail(c, last.x, last.y)]]
      },
    },
  ],
}
