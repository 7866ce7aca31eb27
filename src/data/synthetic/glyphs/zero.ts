import type { Chance } from '../chance.ts'
import { arc, at, type Glyph, type Stroke } from '../glyph.ts'

function ring(c: Chance, sweep: number, grow: number): Stroke {
  const from = c.about(-80, 28)
  const turn = c.yes(0.88) ? -1 : 1
  return arc(0.5, 0.5, Math.max(0.17, c.about(0.39, 0.08)), 0.5, from, from + turn * sweep, grow)
}

export const zero: Glyph = {
  label: '0',
  allographs: [
    { name: 'closed', weight: 60, draw: c => [ring(c, 360 + c.about(12, 14), c.about(1, 0.07))] },
    { name: 'open', weight: 12, draw: c => [ring(c, c.between(285, 352), c.about(0.98, 0.1))] },
    { name: 'run over', weight: 12, draw: c => [ring(c, 360 + c.between(20, 75), c.about(0.9, 0.14))] },
    {
      // The pen begins inside and runs out to the top of the ring.
      name: 'curl',
      weight: 8,
      draw: c => {
        const path = ring(c, 360 + c.about(5, 15), c.about(1, 0.06))
        const inside = at(path[0].x + c.about(-0.08, 0.1), path[0].y + c.between(0.08, 0.28))
        return [c.yes(0.5) ? [inside, ...path] : [...path, inside]]
      },
    },
    {
      // ... or outside, as a lid.
      name: 'lid',
      weight: 6,
      draw: c => {
        const path = ring(c, 360 + c.about(0, 12), 1)
        const last = path[path.length - 1]
        return [[...path, at(last.x + c.between(0.05, 0.25) * (c.yes(0.6) ? 1 : -1), last.y - c.about(0.02, 0.05))]]
      },
    },
    {
      name: 'two halves',
      weight: 4,
      draw: c => {
        const rx = c.about(0.36, 0.06)
        const gap = c.about(0, 14)
        return [arc(0.5, 0.5, rx, 0.5, -75, -275 + gap, 1), arc(0.5, 0.5, rx, 0.5, -95, 95 + c.about(0, 12), 1)]
      },
    },
    {
      name: 'slashed',
      weight: 1.5,
      draw: c => [
        ring(c, 360 + c.about(8, 10), 1),
        [at(c.about(0.78, 0.08), c.about(0.12, 0.08)), at(c.about(0.22, 0.08), c.about(0.88, 0.08))],
      ],
    },
  ],
}
