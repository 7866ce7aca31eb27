import type { Chance } from '../chance.ts'
import { at, type Glyph, type Stroke } from '../glyph.ts'

interface Frame {
  /** Left side of the stem and height where the bowl begins. */
  left: number
  low: number
}

function frame(c: Chance): Frame {
  return { left: c.about(0.16, 0.05), low: c.about(0.7, 0.06) }
}

/** From the top down the left side; `bend` moves the middle of the stem to the left. */
function stem(c: Chance, topX: number, { left, low }: Frame, bend: number): Stroke {
  const top = c.about(0, 0.02)
  return [
    at(topX, top),
    at(topX + (left - topX) * 0.45 - bend * 0.6, top + (low - top) * 0.3),
    at(topX + (left - topX) * 0.82 - bend * 0.5, top + (low - top) * 0.65),
    at(left, low),
  ]
}

/** Around the bowl, counter-clockwise from its left side; `close` is how far it comes back, 1 being the stem. */
function bowl(c: Chance, { left }: Frame, close: number): Stroke {
  const right = c.about(0.82, 0.15)
  // Some bowls are flat, some nearly as tall as the stem.
  const high = c.yes(0.3) ? c.between(0.3, 0.78) : c.about(0.53, 0.07)
  const middle = (left + right) / 2
  const path = [
    at(left + (middle - left) * 0.35, 0.94),
    at(middle, 1),
    at(right, high + (1 - high) * c.about(0.5, 0.07)),
    at(middle + c.about(0.06, 0.06), high),
  ]
  const back = middle - (middle - left) * close
  path.push(at(back, high + (1 - high) * c.about(0.25, 0.12)))
  if (c.yes(0.25)) path.push(at(back - c.about(0.01, 0.05), high + (1 - high) * c.between(0.35, 0.7)))
  return path
}

export const six: Glyph = {
  label: '6',
  allographs: [
    {
      name: 'curved stem',
      weight: 46,
      draw: c => {
        const f = frame(c)
        return [[...stem(c, c.about(0.62, 0.12), f, c.about(0.1, 0.05)), ...bowl(c, f, c.about(0.92, 0.25))]]
      },
    },
    {
      name: 'straight stem',
      weight: 30,
      draw: c => {
        const f = frame(c)
        return [[...stem(c, c.about(0.46, 0.14), f, c.about(0.01, 0.03)), ...bowl(c, f, c.about(0.95, 0.25))]]
      },
    },
    {
      name: 'open bowl',
      weight: 20,
      draw: c => {
        const f = frame(c)
        return [[...stem(c, c.about(0.56, 0.14), f, c.about(0.07, 0.05)), ...bowl(c, f, c.between(-0.3, 0.7))]]
      },
    },
    {
      name: 'hooked top',
      weight: 12,
      draw: c => {
        const f = frame(c)
        const topX = c.about(0.6, 0.1)
        const path = [...stem(c, topX, f, c.about(0.12, 0.05)), ...bowl(c, f, c.about(0.85, 0.25))]
        return [[at(topX + c.between(0.05, 0.2), c.between(0.03, 0.15)), ...path]]
      },
    },
  ],
}
