import type { Chance } from '../chance.ts'
import { arc, at, corner, type Glyph, type Stroke } from '../glyph.ts'

interface Head {
  right: number
  /** Where the loop meets the stem again. */
  joint: number
  loop: Stroke
}

/** Counter-clockwise from the upper right over the top, around below, and back to the stem. */
function head(c: Chance, open: number): Head {
  const left = c.about(0.16, 0.05)
  const right = c.about(0.76, 0.05)
  const low = c.about(0.5, 0.06)
  const middle = (left + right) / 2
  const top = c.about(0.02, 0.02)
  const joint = top + (low - top) * c.about(0.45, 0.15)
  const loop = [
    at(right - open * 0.3 + c.about(0, 0.02), top + c.about(0.1, 0.05) + open * 0.1),
    at(middle + c.about(0.02, 0.04) - open * 0.2, top),
    at(left, top + (low - top) * c.about(0.58, 0.07)),
    at(middle - c.about(0.02, 0.05), low),
    at(right - c.about(0.03, 0.02), joint + (low - joint) * 0.35),
  ]
  return { right, joint, loop }
}

function tail(c: Chance, right: number, from: number): Stroke {
  const foot = right - c.about(0.12, 0.12)
  const bend = c.about(0.01, 0.03)
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
      weight: 50,
      draw: c => {
        const { right, loop } = head(c, 0)
        const y = c.about(0.1, 0.06)
        return [[...loop, c.yes(0.7) ? corner(right, y) : at(right, y), ...tail(c, right, y)]]
      },
    },
    {
      name: 'open head',
      weight: 12,
      draw: c => {
        const { right, loop } = head(c, c.between(0.2, 1))
        const y = c.about(0.06, 0.07)
        return [[...loop, c.yes(0.7) ? corner(right, y) : at(right, y), ...tail(c, right, y)]]
      },
    },
    {
      name: 'curved tail',
      weight: 18,
      draw: c => {
        const { right, loop } = head(c, c.yes(0.2) ? c.between(0.1, 0.8) : 0)
        const y = c.about(0.12, 0.05)
        return [
          [
            ...loop,
            c.yes(0.6) ? corner(right, y) : at(right, y),
            at(right + c.about(0, 0.02), c.about(0.55, 0.05)),
            at(right - c.about(0.12, 0.05), c.about(0.9, 0.03)),
            at(c.about(0.4, 0.07), 1),
            at(c.about(0.12, 0.08), c.about(0.9, 0.06)),
          ],
        ]
      },
    },
    {
      // The loop runs into the tail without touching its beginning again.
      name: 'ring and stem',
      weight: 14,
      draw: c => {
        const ry = c.about(0.26, 0.03)
        const rx = c.about(0.29, 0.05)
        const from = c.about(-40, 25)
        const right = 0.5 + rx - c.about(0.02, 0.02)
        const y = c.about(0.16, 0.1)
        return [arc(0.5, ry, rx, ry, from, from - 360 + c.about(0, 15), 1), [at(right, y), ...tail(c, right, y)]]
      },
    },
    {
      // The pen goes round clockwise, and over the top into the tail.
      name: 'clockwise',
      weight: 6,
      draw: c => {
        const ry = c.about(0.25, 0.03)
        const rx = c.about(0.29, 0.05)
        const path = arc(0.5, ry, rx, ry, c.about(10, 25), 360 + c.about(5, 20), 1)
        const last = path[path.length - 1]
        return [[...path, ...tail(c, last.x, last.y)]]
      },
    },
  ],
}
