import type { Chance } from '../chance.ts'
import { at, corner, type Glyph, type Stroke } from '../glyph.ts'

function upright(c: Chance): Stroke {
  const bow = c.about(0, 0.025)
  return [at(0.5, 0), at(0.5 + bow, 0.5), at(0.5, 1)]
}

function flagged(c: Chance, reach: number, drop: number): Stroke {
  const top = c.yes(0.6) ? corner(0.5, 0) : at(0.5, 0)
  return [at(0.5 - reach, drop), top, at(0.5 + c.about(0, 0.02), 0.5), at(0.5, 1)]
}

function base(c: Chance): Stroke {
  const y = 1 + c.about(0, 0.015)
  return [at(0.5 - c.about(0.26, 0.07), y + c.about(0, 0.02)), at(0.5 + c.about(0.27, 0.08), y)]
}

export const one: Glyph = {
  label: '1',
  allographs: [
    { name: 'bare', weight: 70, draw: c => [upright(c)] },
    { name: 'tick', weight: 10, draw: c => [flagged(c, c.between(0.03, 0.13), c.between(0.04, 0.16))] },
    { name: 'flag', weight: 6, draw: c => [flagged(c, c.between(0.12, 0.26), c.between(0.12, 0.28))] },
    { name: 'flag and base', weight: 10, draw: c => [flagged(c, c.between(0.1, 0.3), c.between(0.1, 0.25)), base(c)] },
    { name: 'base', weight: 1, draw: c => [upright(c), base(c)] },
    {
      name: 'hooked foot',
      weight: 4,
      draw: c => {
        const side = c.yes(0.7) ? 1 : -1
        return [[at(0.5, 0), at(0.5, 0.5), at(0.5, 0.93), at(0.5 + side * c.between(0.02, 0.13), 1)]]
      },
    },
  ],
}
