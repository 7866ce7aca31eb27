import type { Chance } from '../chance.ts'
import { at, type Glyph, type Stroke } from '../glyph.ts'

/** From the top down the left side: `bend` moves the middle of the stem to the left. */
function stem(c: Chance, topX: number, left: number, low: number, bend: number): Stroke {
  const top = c.about(0, 0.02)
  return [
    at(topX, top),
    at(topX + (left - topX) * 0.45 - bend * 0.6, top + (low - top) * 0.3),
    at(topX + (left - topX) * 0.82 - bend * 0.5, top + (low - top) * 0.65),
    at(left, low),
  ]
}

/** Around the bowl, counter-clockwise from its left side; `close` is how far it comes back, 1 being the stem. */
function bowl(c: Chance, left: number, low: number, close: number): Stroke {
  const right = c.about(0.82, 0.08)
  const high = c.about(0.53, 0.06)
  const middle = (left + right) / 2
  const path = [
    at(left + (middle - left) * 0.35, 0.94),
    at(middle, 1),
    at(right, c.about(0.76, 0.04)),
    at(middle + c.about(0.06, 0.05), high),
  ]
  const back = middle - (middle - left) * close
  path.push(at(back, high + c.about(0.12, 0.06)))
  if (c.yes(0.25)) path.push(at(back - c.about(0.01, 0.05), high + c.between(0.16, 0.32)))
  return path
}

export const six: Glyph = {
  label: '6',
  allographs: [
    {
      name: 'curved stem',
      weight: 50,
      draw: c => {
        const left = c.about(0.16, 0.04)
        const low = c.about(0.7, 0.05)
        return [
          [...stem(c, c.about(0.62, 0.1), left, low, c.about(0.1, 0.05)), ...bowl(c, left, low, c.about(0.9, 0.2))],
        ]
      },
    },
    {
      name: 'straight stem',
      weight: 30,
      draw: c => {
        const left = c.about(0.18, 0.05)
        const low = c.about(0.76, 0.05)
        return [
          [...stem(c, c.about(0.48, 0.12), left, low, c.about(0.01, 0.03)), ...bowl(c, left, low, c.about(0.95, 0.2))],
        ]
      },
    },
    {
      name: 'open bowl',
      weight: 8,
      draw: c => {
        const left = c.about(0.16, 0.05)
        const low = c.about(0.7, 0.06)
        return [
          [
            ...stem(c, c.about(0.58, 0.12), left, low, c.about(0.07, 0.05)),
            ...bowl(c, left, low, c.between(-0.2, 0.5)),
          ],
        ]
      },
    },
    {
      name: 'hooked top',
      weight: 12,
      draw: c => {
        const left = c.about(0.16, 0.05)
        const low = c.about(0.68, 0.05)
        const topX = c.about(0.6, 0.08)
        const path = [...stem(c, topX, left, low, c.about(0.12, 0.05)), ...bowl(c, left, low, c.about(0.85, 0.25))]
        return [[at(topX + c.between(0.05, 0.2), c.between(0.03, 0.15)), ...path]]
      },
    },
  ],
}
