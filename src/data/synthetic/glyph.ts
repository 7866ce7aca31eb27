import { type Chance, direction } from './chance.ts'

/**
 * A point that the pen passes through, in the glyph's own square: x from 0 (left) to 1 (right), y from 0 (top)
 * to 1 (foot). Strokes may leave the square; the picture is framed by the ink.
 */
export interface PenPoint {
  readonly x: number
  readonly y: number
  /** The pen may turn sharply here; elsewhere its path is smooth. */
  readonly corner: boolean
}

/** What the pen writes between touching the paper and leaving it. */
export type Stroke = PenPoint[]

/** One way of writing a character. Every call draws its proportions anew. */
export interface Allograph {
  readonly name: string
  /** How often it is seen among the ways of writing this character. */
  readonly weight: number
  draw(c: Chance): Stroke[]
}

/** A character and the ways in which people write it. */
export interface Glyph {
  readonly label: string
  /** How broad its lines are beside those of the digits, default 1: what is written small looks bold when enlarged. */
  readonly pen?: number
  readonly allographs: readonly Allograph[]
}

export function at(x: number, y: number): PenPoint {
  return { x, y, corner: false }
}

export function corner(x: number, y: number): PenPoint {
  return { x, y, corner: true }
}

/**
 * Points along an ellipse. Angles are in degrees, 0 to the right, 90 downwards, so that a falling angle runs
 * counter-clockwise as seen. `grow` is the factor by which the radius has changed at the end: a spiral.
 */
export function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number, grow = 1): Stroke {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 40))
  const points: Stroke = []
  for (let i = 0; i <= steps; i++) {
    const share = i / steps
    const [cos, sin] = direction(from + (to - from) * share)
    const radius = 1 + (grow - 1) * share
    points.push(at(cx + rx * radius * cos, cy + ry * radius * sin))
  }
  return points
}
