import type { Chance } from '../chance.ts'
import { type Allograph, at, corner, type Glyph, type PenPoint, type Stroke } from '../glyph.ts'

/** Where the pen passes; it turns sharply there if that is said. */
type Place = readonly [x: number, y: number, turn?: 'sharp']

/** By how much writers differ in where they put a point of a letter: a standard deviation, in heights. */
const SPREAD = 0.035

interface Proportions {
  /** Width of its square over height: the ways of writing it are put down in a square of 1. */
  width: number
  /** See {@link Glyph.pen}. */
  pen: number
}

/** A letter and the ways of writing it. */
export function letter(label: string, { width, pen }: Proportions, ...ways: Allograph[]): Glyph {
  const stretched = (stroke: Stroke) => stroke.map(point => ({ ...point, x: 0.5 + (point.x - 0.5) * width }))
  const allographs = ways.map(one => ({ ...one, draw: (c: Chance) => one.draw(c).map(stretched) }))
  return { label, pen, allographs }
}

/** One way of writing a letter. */
export function way(name: string, weight: number, draw: Allograph['draw']): Allograph {
  return { name, weight, draw }
}

/** A smooth stroke. */
export function curve(c: Chance, ...places: Place[]): Stroke {
  return places.map(([x, y, turn]) => near(c, x, y, turn ? corner : at))
}

/** A stroke of straight pieces. */
export function zigzag(c: Chance, ...places: Place[]): Stroke {
  return places.map(([x, y]) => near(c, x, y, corner))
}

function near(c: Chance, x: number, y: number, point: (x: number, y: number) => PenPoint): PenPoint {
  return point(c.about(x, SPREAD), c.about(y, SPREAD))
}

/** A stroke across, at about the height `y`. */
export function bar(c: Chance, left: number, right: number, y: number): Stroke {
  const height = c.about(y, 0.035)
  return [
    at(c.about(left, 0.05), height + c.about(0, 0.02)),
    at((left + right) / 2, height + c.about(0, 0.015)),
    at(c.about(right, 0.06), height + c.about(-0.02, 0.035)),
  ]
}

/** A stroke downwards, at about `x`. */
export function stem(c: Chance, x: number, top = 0, foot = 1): Stroke {
  const place = c.about(x, 0.03)
  const lean = c.about(0, 0.03)
  return [
    at(place + lean, c.about(top, 0.03)),
    at(place + c.about(0, 0.015), (top + foot) / 2),
    at(place - lean, c.about(foot, 0.03)),
  ]
}

/** A bulge to the right from (x, top) to (x, foot); `reach` is its width. */
export function bowl(c: Chance, x: number, top: number, foot: number, reach: number): Stroke {
  const wide = c.about(reach, 0.07)
  const [head, heel] = [c.about(0.6, 0.08), c.about(0.6, 0.08)]
  return [
    corner(c.about(x, 0.03), c.about(top, 0.02)),
    at(x + head * wide, c.about(top + 0.02, 0.025)),
    at(x + wide, c.about((top + foot) / 2, 0.03)),
    at(x + heel * wide, c.about(foot - 0.02, 0.025)),
    at(c.about(x, 0.04), c.about(foot, 0.025)),
  ]
}
